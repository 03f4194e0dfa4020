; The ROM of a PC that brings a program in as a boot sector would: what stands at IMAGE goes to 7C00, and is gone to in real-address mode.
        bits 16
        org 0
IMAGE   equ 1000h
LENGTH  equ 8000h

        times 100h db 0
real:   cli
        cld
        mov ax, 0f000h
        mov ds, ax
        xor ax, ax
        mov es, ax
        mov si, IMAGE
        mov di, 7c00h
        mov cx, LENGTH / 2
        rep movsw
        mov ds, ax
        mov ss, ax
        xor sp, sp
        jmp 0:7c00h

        times 0fff0h - ($ - $$) db 0
        jmp 0f000h:real
        times 10000h - ($ - $$) db 0
