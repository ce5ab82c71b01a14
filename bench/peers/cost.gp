# SPDX-License-Identifier: GPL-2.0-or-later
# CPU time of a dropped packet over the size of the list, as a multiple of the floor's:
# nanoseconds move with whatever else the machine does. Run by report.sh.

load "bench/peers/style.gp"
file = dir."/peers-cost.tsv"
names = blocks(file)

set title "What it costs to drop a packet (floor: XDP that drops everything unseen)" font ",16"
set xlabel "listed addresses"
set ylabel "CPU time per packet, in multiples of the floor's"
set logscale xy
set xrange [*:*] noextend
set offsets graph 0.05, graph 0.05, 0, 0
set yrange [0.8:*]
set autoscale yfixmax
set ytics (1, 2, 3, 5, 10, 20, 30, 50, 100)
set key outside right center reverse Left spacing 1.5

do for [terminal in "svg png"] {
	eval "set terminal ".(terminal eq "svg" ? svg : png)
	set output dir."/peers-cost.".terminal
	plot for [i = 1:words(names)] file index i - 1 using 1:2:3:4 with yerrorbars \
			lc rgb color(word(names, i)) lw 1 pt 0 notitle, \
		for [i = 1:words(names)] file index i - 1 using 1:2 with linespoints \
			lc rgb color(word(names, i)) lw width(word(names, i)) pt shape(word(names, i)) title word(names, i)
	unset output
}
