# SPDX-License-Identifier: GPL-2.0-or-later
# Time from a file to all of it enforced over the size of the list. Run by report.sh.

load "bench/peers/style.gp"
file = dir."/peers-load.tsv"
names = blocks(file)

set title "From a file of addresses to all of them enforced" font ",16"
set xlabel "listed addresses"
set ylabel "seconds   (* estimated from the first 50 addresses)"
set logscale xy
set offsets graph 0.05, graph 0.05, 0, 0
set ytics (0.01, 0.1, 1, 10, 100, "1 000" 1000)
set key outside right center reverse Left spacing 1.5

do for [terminal in "svg png"] {
	eval "set terminal ".(terminal eq "svg" ? svg : png)
	set output dir."/peers-load.".terminal
	plot for [i = 1:words(names)] file index i - 1 using 1:2:3:4 with yerrorbars \
			lc rgb color(word(names, i)) lw 1 pt 0 notitle, \
		for [i = 1:words(names)] file index i - 1 using 1:2 with linespoints \
			lc rgb color(word(names, i)) lw width(word(names, i)) pt shape(word(names, i)) title word(names, i)
	unset output
}
