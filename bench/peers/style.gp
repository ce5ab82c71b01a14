# SPDX-License-Identifier: GPL-2.0-or-later
# What the plots of bench/peers share. Set before: dir (where the data are),
# conditions (one line), entries (the largest size). Loaded by the others.

set datafile separator "\t"
set encoding utf8
set border 3
set grid ytics lc rgb "#c8c8c8" lw 1 dt 3
set tics nomirror out
set bmargin 5.5
set label 1 conditions at screen 0.5, screen 0.025 center font ",10" textcolor rgb "#606060"

# One colour for each contender, in every plot; XDP programs and the others are families.
is(name, what) = strstrt(name, what) == 1
color(name) = is(name, "mxwall-feed") ? 0xc62828 : is(name, "mxwall") ? 0xf48fb1 : is(name, "floor") ? 0x9e9e9e : \
	is(name, "xdp-hash") ? 0x1565c0 : is(name, "xdp-lpm") ? 0x6a1b9a : is(name, "xdp-filter") ? 0x00838f : \
	is(name, "nft-hash") ? 0x2e7d32 : is(name, "nft-interval") ? 0x9e9d24 : \
	is(name, "ipset-ip") ? 0xef6c00 : 0x8d6e63
width(name) = is(name, "mxwall") ? 4 : 2
shape(name) = is(name, "mxwall") ? 7 : is(name, "nft") ? 9 : is(name, "ipset") ? 5 : 11

# The names in the first line of each block of a file.
blocks(file) = system(sprintf("sed -n 's/^\"\\(.*\\)\"$/\\1/p' '%s'", file))

svg = "svg size 960,600 dynamic font 'DejaVu Sans,13' background 'white'"
png = "pngcairo size 1920,1200 font 'DejaVu Sans,13' fontscale 2 linewidth 2 pointscale 2 background 'white'"

set bars 0.5
set xtics ("1 000" 1e3, "10 000" 1e4, "100 000" 1e5, "1 000 000" 1e6, "10 000 000" 1e7)
