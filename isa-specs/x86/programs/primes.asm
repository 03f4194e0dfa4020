; What computes: the primes below 8192, at level 0 and by the sieve of Eratosthenes, four times over. It prints how many there are at port E9, in
; decimal, and halts: 1028. Its kernel is next to nothing: it goes to protected mode, and that is all.
; primes.image is this program as nasm assembles it.

        org 7C00h
        bits 16

LIMIT   equ 8192
SIEVE   equ 10000h
CONSOLE equ 0E9h

start:  cli
        lgdt [table]
        mov eax, cr0
        or al, 1
        mov cr0, eax
        jmp dword 8:wide

        bits 32
wide:   mov ax, 10h
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov esp, 9000h
        cld
        mov ebp, 4
again:  mov edi, SIEVE
        mov ecx, LIMIT / 4
        xor eax, eax
        rep stosd
        xor ebx, ebx            ; how many
        mov esi, 2
next:   cmp byte [SIEVE + esi], 0
        jne known
        inc ebx
        lea edi, [esi + esi]
strike: cmp edi, LIMIT
        jae known
        mov byte [SIEVE + edi], 1
        add edi, esi
        jmp strike
known:  inc esi
        cmp esi, LIMIT
        jb next
        dec ebp
        jnz again

        mov eax, ebx
        mov ecx, 10
        xor ebx, ebx            ; digits on the stack
digit:  xor edx, edx
        div ecx
        push edx
        inc ebx
        test eax, eax
        jnz digit
print:  pop eax
        add al, '0'
        out CONSOLE, al
        dec ebx
        jnz print
        mov al, 10
        out CONSOLE, al
        hlt

        align 8
segments:
        dq 0
        dq 00CF9B000000FFFFh
        dq 00CF93000000FFFFh
table:  dw table - segments - 1
        dd segments
