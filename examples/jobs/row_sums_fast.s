# y[row] = sum of the 64 integers of a row of x; 24 batches take turns. A lane gets four of them and adds them up;
# then rotations by 8, 4, 2 and 1 add up the lanes.
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
nop ; nop
nop ; nop ; ldtmu.rf18
nop ; nop ; ldtmu.rf19
add rf16, rf18, rf19 ; nop ; ldtmu.rf20
add rf16, rf16, rf20 ; nop ; ldtmu.rf21
add rf16, rf16, rf21 ; nop
rot rf18, rf16, 8 ; nop
nop ; nop
add rf16, rf16, rf18 ; nop
rot rf18, rf16, 4 ; nop
nop ; nop
add rf16, rf16, rf18 ; nop
rot rf18, rf16, 2 ; nop
nop ; nop
add rf16, rf16, rf18 ; nop
rot rf18, rf16, 1 ; nop
nop ; nop
add rf16, rf16, rf18 ; nop
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
