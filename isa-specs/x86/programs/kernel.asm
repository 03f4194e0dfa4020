; A small kernel, as a guest for a monitor: it fits into 256K and runs as well on the bare machine.
;
; It begins at 7C00 in real-address mode, as a boot sector does, and goes on in protected mode with pages. It sets up segments, gates, a
; task state segment and the interrupt controller, waits for one interrupt of the timer (~), then runs two processes at level 3, each with
; pages of its own. A process calls it by INT 80 (0: finished, 1: print the character in EBX, 2: let the other one run). A page
; fault in the second page gets the process a frame; any other exception ends it, with a !. When both have ended the kernel adds a full stop
; and halts. It prints at port E9, where Bochs and QEMU have a console: ~ababa!aa.
;
; It keeps away from instructions that tell where they are: PUSHF, POPF, PUSH CS, SGDT and their like. kernel.image is this program
; as nasm assembles it.

        org 7C00h
        bits 16

IDT     equ 9000h               ; 81h gates
TASK    equ 9800h
STACK   equ 0A000h              ; the kernel's own
PAGES   equ 12000h              ; the kernel's page table: 1 MB, for level 0
FRAMES  equ 30000h              ; for whoever faults
CODE    equ 8
DATA    equ 10h
USER_CODE equ 1Bh
USER_DATA equ 23h
USER    equ 400000h             ; a process: a page of code, and one that is not there yet
CONSOLE equ 0E9h

start:  cli
        lgdt [tables]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword CODE:wide

        bits 32
wide:   mov ax, DATA
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, STACK
        cld
; ------------------------------------------------------------------ gates
        mov edi, IDT
        mov ecx, 2 * 81h
        xor eax, eax
        rep stosd
        mov edx, 8E00h          ; for the kernel alone
        mov ebx, 13
        mov eax, protection
        call gate
        mov ebx, 14
        mov eax, page
        call gate
        mov ebx, 20h
        mov eax, timer
        call gate
        mov edx, 0EE00h         ; for everybody
        mov ebx, 80h
        mov eax, service
        call gate
        lidt [gates]
; ------------------------------------------------------------------ the task state segment
        mov edi, TASK
        mov ecx, 26
        xor eax, eax
        rep stosd
        mov dword [TASK + 8], DATA
        mov ax, 28h
        ltr ax
; ------------------------------------------------------------------ pages
        mov edi, PAGES
        mov eax, 3
.page:  stosd
        add eax, 1000h
        cmp eax, 100003h
        jne .page
        mov esi, a
        mov ebx, first
        call process
        mov esi, b
        mov ebx, second
        call process
        mov eax, [first + DIRECTORY]
        mov cr3, eax
        mov eax, cr0
        or eax, 80010000h       ; pages, and read-only ones for the kernel too
        mov cr0, eax
; ------------------------------------------------------------------ one interrupt of the timer
        mov al, 11h             ; both controllers: vectors 20 and 28
        out 20h, al
        out 0A0h, al
        mov al, 20h
        out 21h, al
        mov al, 28h
        out 0A1h, al
        mov al, 4
        out 21h, al
        mov al, 2
        out 0A1h, al
        mov al, 1
        out 21h, al
        out 0A1h, al
        mov al, 0FFh
        out 0A1h, al
        mov al, 0FEh            ; the timer alone
        out 21h, al
        mov al, 34h
        out 43h, al
        mov al, 0
        out 40h, al
        out 40h, al
        sti
.wait:  cmp dword [ticks], 0
        je .wait
        cli
        mov al, '~'
        out CONSOLE, al
        jmp resume

; A gate for vector EBX to EAX, with rights DX.
gate:   lea edi, [IDT + ebx * 8]
        mov [edi], ax
        mov word [edi + 2], CODE
        mov [edi + 4], dx
        shr eax, 16
        mov [edi + 6], ax
        ret

; The process EBX with the program at ESI, of at most 256 bytes.
process:
        mov edi, [ebx + DIRECTORY]
        mov dword [edi], PAGES + 7
        mov eax, [ebx + TABLE]
        mov edx, eax
        or eax, 7
        mov [edi + 4 * (USER >> 22)], eax
        mov edi, [ebx + FRAME]
        mov eax, edi
        or eax, 5               ; read-only
        mov [edx], eax
        mov ecx, 64
        rep movsd
        lea edi, [ebx + TOP - 68]
        mov dword [edi], USER_DATA              ; ES, DS
        mov dword [edi + 4], USER_DATA
        mov dword [edi + 48], USER
        mov dword [edi + 52], USER_CODE
        mov dword [edi + 56], 202h
        mov dword [edi + 60], USER + 2000h
        mov dword [edi + 64], USER_DATA
        ret

; ------------------------------------------------------------------ interrupts: what was interrupted is saved
protection:
        push dword 13
        jmp saved
page:   push dword 14
        jmp saved
timer:  push dword 0
        push dword 20h
        jmp saved
service:
        push dword 0
        push dword 80h
; ES, DS, eight registers, the vector, the error code, EIP, CS, EFLAGS, and from a process ESP and SS: the stack is the process's own record
saved:  pusha
        push ds
        push es
        mov ax, DATA
        mov ds, ax
        mov es, ax
        cld
        mov ebp, esp
        test byte [ebp + 52], 3
        jz kernel
        mov esp, STACK
        mov eax, [ebp + 40]
        cmp al, 80h
        je called
        cmp al, 14
        je absent
        cmp al, 20h
        jne wrong
        mov al, 20h             ; the controller hears of it
        out 20h, al
        jmp other

; In the kernel only the timer interrupts, and only once.
kernel: inc dword [ticks]
        mov al, 0FFh
        out 21h, al
        mov al, 20h
        out 20h, al
        pop es
        pop ds
        popa
        add esp, 8
        iret

called: mov eax, [ebp + 36]
        cmp eax, 1
        jb ended
        ja other
        mov eax, [ebp + 24]     ; its EBX
        out CONSOLE, al
        jmp resume

absent: test byte [ebp + 44], 1
        jnz wrong
        mov eax, cr2
        and eax, 0FFFFF000h
        cmp eax, USER + 1000h
        jne wrong
        mov edi, [free]
        add dword [free], 1000h
        mov edx, edi
        mov ecx, 1024
        xor eax, eax
        rep stosd
        or edx, 7
        mov ebx, [current]
        mov edi, [ebx + TABLE]
        mov [edi + 4], edx
        invlpg [USER + 1000h]
        jmp resume

wrong:  mov al, '!'
        out CONSOLE, al
ended:  mov ebx, [current]
        mov dword [ebx + THERE], 0
; ------------------------------------------------------------------ whose turn it is
other:  mov eax, first
        cmp [current], eax
        jne .other
        mov eax, second
.other: cmp dword [eax + THERE], 0
        jne .turn
        mov eax, [current]
        cmp dword [eax + THERE], 0
        je finished
.turn:  mov [current], eax
resume: mov ebx, [current]
        mov eax, [ebx + DIRECTORY]
        mov cr3, eax
        lea eax, [ebx + TOP]
        mov [TASK + 4], eax     ; its record is where interrupts save it
        lea esp, [ebx + TOP - 68]
        pop es
        pop ds
        popa
        add esp, 8
        iret

finished:
        mov al, '.'
        out CONSOLE, al
        mov al, 10
        out CONSOLE, al
        cli
        hlt

; ------------------------------------------------------------------ the first process: five letters, with some work in its second page between
a:      mov esi, 5
.loop:  mov eax, 1
        mov ebx, 'a'
        int 80h
        mov eax, 2
        int 80h
        mov ecx, 40
.work:  add edx, ecx
        add edx, [USER + 1000h]
        mov [USER + 1000h], edx
        loop .work
        dec esi
        jnz .loop
        xor eax, eax
        int 80h

; ------------------------------------------------------------------ the second: a letter after each turn of the first, then a fault
b:      mov esi, 2
.loop:  mov eax, 1
        mov ebx, 'b'
        int 80h
        mov eax, 2
        int 80h
        mov ecx, 60
.work:  add edx, ecx
        loop .work
        dec esi
        jnz .loop
        mov [USER + 5000h], edx ; no page of its
        xor eax, eax
        int 80h

; ------------------------------------------------------------------ data
        align 8
segments:
        dq 0
        dq 00CF9B000000FFFFh    ; code and data of level 0
        dq 00CF93000000FFFFh
        dq 00CFFB000000FFFFh    ; of level 3
        dq 00CFF3000000FFFFh
        dq 0000890098000067h    ; TASK
tables: dw tables - segments - 1
        dd segments
gates:  dw 8 * 81h - 1
        dd IDT
ticks:  dd 0
free:   dd FRAMES
current: dd first

DIRECTORY equ 0
TABLE   equ 4
FRAME   equ 8
THERE   equ 12
TOP     equ 16 + 68
        align 16
first:  dd 10000h, 11000h, 20000h, 1
        times 68 db 0
        align 16
second: dd 13000h, 14000h, 21000h, 1
        times 68 db 0
