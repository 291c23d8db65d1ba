# y[row] = sum of the 64 integers of a row of x; 24 batches take turns. A lane gets four of them.
# uniforms: x, y, rows of a batch, bytes from row to row of a batch in x and in y, TMU configuration
eidx rf4 ; nop ; ldunifrf.rf5
shl rf6, rf4, 4 ; mov rf7, rf3.ul
shl rf8, rf7, 8 ; nop
add rf6, rf6, rf8 ; nop ; ldunifrf.rf9
add rf5, rf5, rf6 ; nop ; ldunifrf.rf10
shl rf4, rf4, 2 ; nop
shl rf7, rf7, 6 ; nop
add rf4, rf4, rf7 ; nop ; ldunifrf.rf11
add rf9, rf9, rf4 ; nop ; ldunifrf.rf12
nop ; nop ; ldunifrf.rf13
row:
mov tmuc, rf13 ; nop
mov tmua, rf5 ; nop ; thrsw
add rf5, rf5, rf11 ; nop
mov rf17, 15 ; nop
nop ; nop ; ldtmu.rf18
nop ; nop ; ldtmu.rf19
nop ; nop ; ldtmu.rf20
nop ; nop ; ldtmu.rf21
add rf16, rf18, rf19 ; nop
add rf16, rf16, rf20 ; nop
add rf16, rf16, rf21 ; nop
lane:
rot rf18, rf18, 1 ; nop
rot rf19, rf19, 1 ; nop
rot rf20, rf20, 1 ; nop
rot rf21, rf21, 1 ; nop
sub.pushz rf17, rf17, 1 ; add rf16, rf16, rf18
b.na0 lane
add rf16, rf16, rf19 ; nop
add rf16, rf16, rf20 ; nop
add rf16, rf16, rf21 ; nop
mov tmud, rf16 ; nop
mov tmua, rf9 ; nop
sub.pushz rf10, rf10, 1 ; nop
b.na0 row
add rf9, rf9, rf12 ; nop
nop ; nop
nop ; nop
tmuwt - ; nop
nop ; nop ; thrsw
nop ; nop ; thrsw
nop ; nop
nop ; nop
nop ; nop ; thrsw
nop ; nop
nop ; nop
