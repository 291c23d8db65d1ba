.const n 8
l: nop # c
b.anyap l
bu.na0 zero_addr+end, r:unif
bl n // x
bu rf3, rf3
.quad 0x12
end:
