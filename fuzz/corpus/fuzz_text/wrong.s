add rf64, 100
nopp ; ; x
b nowhere
.quod
@
