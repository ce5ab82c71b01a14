# SPDX-License-Identifier: GPL-2.0-or-later
# Packets in a second that each contender drops, at the largest size. Run by report.sh.

load "bench/peers/style.gp"
file = dir."/peers-mpps.tsv"

set title sprintf("Packets a second that one core drops, %s listed addresses", entries) font ",16"
set xlabel "million packets a second"
set xtics autofreq
set xrange [0:*]
set offsets 0, graph 0.08, 0.6, 0.6
set grid noytics xtics lc rgb "#c8c8c8" lw 1 dt 3
set style fill solid 0.9 noborder
set bars 0.6
unset key

do for [terminal in "svg png"] {
	eval "set terminal ".(terminal eq "svg" ? svg : png)
	set output dir."/peers-mpps.".terminal
	plot file using (0):1:(0):2:($1 - 0.35):($1 + 0.35):(color(strcol(5))) with boxxyerror lc rgb variable, \
		"" using 2:1:3:4:ytic(5) with xerrorbars lc rgb "#303030" pt 0 lw 1.5, \
		"" using 4:1:(sprintf("  %.2f", $2)) with labels left
	unset output
}
