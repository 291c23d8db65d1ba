# y[i] = scale * x[i] + shift; a workgroup of 16 lanes for every 16 elements
# uniforms: scale, shift, address of x, address of y
mov rf4, rf3.ul ; nop ; ldunifrf.rf5
shl rf4, rf4, 4 ; nop
eidx rf9 ; nop ; ldunifrf.rf6
add rf4, rf4, rf9 ; nop ; ldunifrf.rf7
shl rf4, rf4, 2 ; nop
add tmua, rf7, rf4 ; nop ; thrsw
nop ; nop ; ldunifrf.rf8
nop ; nop
nop ; nop ; ldtmu.rf9
nop ; fmul rf9, rf9, rf5
fadd tmud, rf6, rf9 ; nop
add tmua, rf8, rf4 ; nop
tmuwt - ; nop
nop ; nop ; thrsw
nop ; nop ; thrsw
nop ; nop
nop ; nop
nop ; nop ; thrsw
nop ; nop
nop ; nop
