; A program for Bochs and QEMU that works through a table of cases, each of which is the whole state of a processor.
;
; A PC's processor can be given any state at once, hidden parts of segment registers and all, by one instruction only: RSM, at the
; end of system management mode, loads it from a map in storage. And an interrupt of system management mode stores it there. So
; the program lives in that mode. For each case it puts pieces of storage where the case wants them, fills the map, and leaves by RSM:
; the processor runs the case. All the case's exceptions lead to stubs (STUBS), each of which asks for the next system management
; interrupt by a write to port B2, which the south bridge answers: the map is then what the processor is when it comes to a handler.
; (QEMU's bridge does not answer to F0 and F1, so that the stub writes 0, and keeps AL in port B3.)
; Where the processor shuts down, the board resets it; the program finds itself at work already, and goes on with the next case.
;
; There is no stack in that mode: one would be in the storage of the case.
; Storage: 0-9FFFF belongs to the cases, but for 30000-3FFFF, where system management mode is at home after a reset.
; The image is the upper end of a ROM; a table may stand in front of it (rombase), or be in storage already.

BASE    equ 200000h             ; of system management mode, after relocation
MAP     equ BASE + 8000h        ; offsets in the map are counted from here: 7E00-7FFF
VARS    equ 220000h             ; magic, current record, cases left, where the answer goes
MAGIC   equ VARS
RECORD  equ VARS + 4
LEFT    equ VARS + 8
ANSWER  equ VARS + 12
RUNNING equ VARS + 16           ; a case is running
RESETS  equ VARS + 20           ; the processor was reset meanwhile
INPUT   equ 1000000h            ; number of cases, flags, then records
OUTPUT  equ 2000000h            ; 1 when all is done, then answers
STUBS   equ 7000h
FLAGS   equ INPUT + 4           ; bit 0: there are SYSENTER's registers
TAG     equ 4B504F50h

        cpu 686
        bits 16
        org 0

; ---------------------------------------------------------------- after a reset

        times 100h db 0
real:   cli
        mov ax, 0f000h
        mov ds, ax
        o32 lgdt [gdtp]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:flat + 0f0000h
gdtp:   dw 23
        dd 0f0000h + gdt
gdt:    dq 0
        dq 00cf9b000000ffffh
        dq 00cf93000000ffffh

        bits 32
flat:   mov ax, 10h
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 9000h
        cld
        ; the south bridge's power management: function 3 of device 1, register 58, bit 25: port B2 is an interrupt
        mov dx, 0cf8h
        mov eax, 80000b58h
        out dx, eax
        mov dx, 0cfch
        in eax, dx
        or eax, 02000000h
        out dx, eax
        ; no interrupts from outside
        mov al, 0ffh
        out 21h, al
        out 0a1h, al
        ; the stubs
        mov edi, STUBS
        mov ecx, 100h
.stub:  mov eax, 00b0b3e6h      ; out 0b3h, al / mov al, 0
        stosd
        mov eax, 0feebb2e6h     ; out 0b2h, al / jmp $
        stosd
        dec ecx
        jnz .stub
        ; the program, where system management mode is after a reset and where it will be
        mov esi, handler + 0f0000h
        mov edi, 38000h
        mov ecx, (handlerend - handler + 3) / 4
        push esi
        push ecx
        rep movsd
        pop ecx
        pop esi
        mov edi, MAP
        rep movsd
        mov dword [RESETS], 1
        cmp dword [MAGIC], TAG
        je again
        mov dword [MAGIC], TAG
        mov dword [RUNNING], 0
        mov esi, [cs:rombase + 0f0000h]
        test esi, esi
        jz .there
        mov ecx, [cs:romlen + 0f0000h]
        shr ecx, 2
        mov edi, INPUT
        rep movsd
.there: mov dword [RECORD], INPUT + 8
        mov eax, [INPUT]
        mov [LEFT], eax
        mov dword [ANSWER], OUTPUT + 4
again:  out 0b2h, al
        jmp $

; ---------------------------------------------------------------- in system management mode

        times 400h - ($ - $$) db 0
        bits 16
handler:
        ; in the first interrupt after a reset only the base is moved
        mov eax, cs
        cmp ax, 3000h
        jne .moved
        mov dword [dword 3ff00h], BASE
        ; back to the flat program, which asks again
        mov eax, again + 0f0000h
        mov [dword 3ff78h], eax
        rsm
.moved: cld
        cmp dword [dword RUNNING], 0
        je near next
        mov dword [dword RUNNING], 0
        in al, 0b3h
        mov [dword MAP + 7ff8h], al
        mov ebx, [dword RECORD]
        mov edi, [dword ANSWER]
        ; what it came to: 1 a handler, 2 shut down
        mov eax, 1
        add eax, [dword RESETS]
        a32 stosd
        mov eax, cr2
        a32 stosd
        mov eax, dr0
        a32 stosd
        mov eax, dr1
        a32 stosd
        mov eax, dr2
        a32 stosd
        mov eax, dr3
        a32 stosd
        test byte [dword FLAGS], 1
        jz .nosys
        mov ecx, 174h
        rdmsr
        mov [dword edi], eax
        inc ecx
        rdmsr
        mov [dword edi + 4], eax
        inc ecx
        rdmsr
        mov [dword edi + 8], eax
.nosys: add edi, 12
        mov esi, fields + BASE + 8000h - handler
        mov ecx, FIELDS
.field: xor eax, eax
        a32 lodsw
        mov eax, [dword eax + MAP]
        a32 stosd
        dec ecx
        jnz .field
        ; the pieces of storage, which are cleared
        lea esi, [dword ebx + 4 * (9 + FIELDS)]
.piece: a32 lodsd               ; address, -1 at the end
        mov edx, eax
        inc eax
        jz .pieces
        a32 lodsd               ; double words
        mov ecx, eax
        lea ebp, [dword esi + eax * 4]
        mov ebx, eax
        mov esi, edx
        a32 rep movsd
        mov ecx, ebx
        xchg edi, edx
        xor eax, eax
        a32 rep stosd
        mov edi, edx
        mov esi, ebp
        jmp .piece
.pieces:
        mov [dword RECORD], esi
        mov [dword ANSWER], edi
        dec dword [dword LEFT]

next:   cmp dword [dword LEFT], 0
        je near finish
        mov ebx, [dword RECORD]
        mov esi, ebx
        a32 lodsd               ; spare
        a32 lodsd
        mov cr2, eax
        a32 lodsd
        mov dr0, eax
        a32 lodsd
        mov dr1, eax
        a32 lodsd
        mov dr2, eax
        a32 lodsd
        mov dr3, eax
        test byte [dword FLAGS], 1
        jz .nosys
        xor edx, edx
        mov ecx, 174h
        mov eax, [dword esi]
        wrmsr
        inc ecx
        mov eax, [dword esi + 4]
        wrmsr
        inc ecx
        mov eax, [dword esi + 8]
        wrmsr
.nosys: add esi, 12
        mov edi, fields + BASE + 8000h - handler
        mov ecx, FIELDS
.field: movzx edx, word [dword edi]
        add edi, 2
        a32 lodsd
        mov [dword edx + MAP], eax
        dec ecx
        jnz .field
.piece: a32 lodsd
        mov edi, eax
        inc eax
        jz .go
        a32 lodsd
        mov ecx, eax
        a32 rep movsd
        jmp .piece
.go:    mov dword [dword RUNNING], 1
        mov dword [dword RESETS], 0
        rsm

finish: mov dword [dword OUTPUT], 1
        mov dx, 0f4h            ; QEMU ends here, if it has a device for that
        out dx, al
.h:     nop                     ; Bochs's debugger stops here
        nop
        jmp .h

; offsets in the map, in the order of records and answers
fields:
%assign n 0
%rep 10                         ; ES CS SS DS FS GS GDTR LDTR IDTR TR: selector and rights, limit, base
        dw 7e00h + 16 * n, 7e04h + 16 * n, 7e08h + 16 * n
%assign n n + 1
%endrep
%assign n 0
%rep 8                          ; EAX ECX EDX EBX ESP EBP ESI EDI
        dw 7ff8h - 8 * n
%assign n n + 1
%endrep
        dw 7f78h, 7f70h, 7f68h, 7f60h, 7f58h, 7f50h, 7f48h ; EIP EFLAGS DR6 DR7 CR0 CR3 CR4
FIELDS  equ 45
handlerend:

        times 0f000h - ($ - $$) db 0
rombase: dd 0
romlen: dd 0
        times 0fff0h - ($ - $$) db 0
        jmp 0f000h:real
        times 10000h - ($ - $$) db 0
