# SPDX-License-Identifier: GPL-2.0-or-later
# mxwall and xdp-filter under one libxdp dispatcher, in either order of loading.
# mxwall blocks $bad4; xdp-filter drops the source $third4 and all of port 2525.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh


filter_on() {
	xdp-filter load -m native -f tcp,ipv4 eth0 &&
		xdp-filter ip -m src $third4 && xdp-filter port -m dst -p tcp 2525
}
filter_off() { xdp-filter unload eth0; }
filter_works() {
	check "$1: xdp-filter drops its source" dropped $third4 25
	check "$1: xdp-filter drops its port" dropped $good4 2525
}
filter_gone() {
	check "$1: what xdp-filter dropped passes" answered $third4 25
	check "$1: the port that xdp-filter dropped passes" answered $good4 2525
}

check "xdp-filter alone: load" filter_on
filter_works "xdp-filter alone"
check "xdp-filter alone: others are answered" answered $bad4 25
check "xdp-filter alone: unload" filter_off
filter_gone "xdp-filter unloaded"

need_xdpctl "mxwall, then xdp-filter: both effective" "xdp-filter, then mxwall: both effective" \
	"detach of mxwall leaves xdp-filter" "unload of xdp-filter leaves mxwall"

ours_on() {
	xdpctl attach eth0 --xdp native --mode enforce && xdpctl block $bad4
}
both_work() {
	check "$1: status says dispatcher" status_has '"how":"dispatcher"'
	check "$1: two programs under the dispatcher" equals 2 \
		"$(xdp-loader status eth0 | grep -c '=>')"
	check "$1: mxwall drops its source" dropped $bad4 25
	filter_works "$1"
	check "$1: others are answered" answered $good4 25
}

check "mxwall, then xdp-filter: attach" ours_on
check "mxwall, then xdp-filter: load" filter_on
both_work "mxwall, then xdp-filter"
check "detach of mxwall beside xdp-filter" xdpctl detach eth0
filter_works "mxwall detached"
check "mxwall detached: what it blocked passes" answered $bad4 25
check "mxwall detached: the interface still has a program" equals native "$(xdp_of)"

check "xdp-filter, then mxwall: attach" ours_on
both_work "xdp-filter, then mxwall"
check "unload of xdp-filter beside mxwall" filter_off
check "xdp-filter unloaded: mxwall drops its source" dropped $bad4 25
filter_gone "xdp-filter unloaded beside mxwall"
check "xdp-filter unloaded: detach of mxwall" xdpctl detach eth0
check "both gone: nothing is left on the interface" equals none "$(xdp_of)"
