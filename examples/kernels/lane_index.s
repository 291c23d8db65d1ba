# 16 lanes each store their number: the kernel of 01_store_lane_index.cpp as text.
.const log2_word_size 2

    eidx rf4 ; nop ; ldunifrf.rf5      # rf4 = lane number, rf5 = the first uniform, an address
    mov tmud, rf4                      # what to store
    shl rf4, rf4, log2_word_size
    add tmua, rf5, rf4                 # where to: the store begins
    tmuwt -                            # wait until it is done

# The end of every program: three thread switches with nops between them.
    nop ; nop ; thrsw
    nop ; nop ; thrsw
    nop
    nop
    nop ; nop ; thrsw
    nop
    nop
