add.ifa rf1, rf2, rf3 ; fmul.ifnb rf4, rf5.l, 0.5
fadd rf1.h, rf2.abs, 0x3f800000 ; mov tmua, rf1
nop ; nop ; thrsw; ldtmu.rf9; ldunif
sub.pushz -, rf1, -1 ; nop
