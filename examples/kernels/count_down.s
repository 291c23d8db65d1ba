# Adds the numbers n, n - 1, ... 1 in every lane; rf1 holds n, rf2 the sum.
    mov rf2, 0
loop:
    add rf2, rf2, rf1 ; nop
    sub.pushz rf1, rf1, 1              # flag A = the result is 0
    b.anyna loop                       # again while any lane is not at 0
    nop                                # three delay slots, executed whether the branch is taken or not
    nop
    nop
