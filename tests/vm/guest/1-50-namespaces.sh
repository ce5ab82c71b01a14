# SPDX-License-Identifier: GPL-2.0-or-later
# A second network namespace, "box", that shares the mounts with the mail host, and
# so sees its pins. Its eth0 has the number of the mail host's. Unless a test says
# otherwise, the filter is attached through libxdp's dispatcher in both.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "host, box: the box is refused and the host in control" \
	"trial, over, host, end" "trial, end, over, host" "box, detach, host, end" \
	"box, end, host" "a card outlives its namespace with the filter on it"

in_box() { nsenter --net=/run/netns/box "$@"; }
box_attach() { in_box xdpctl attach eth0 --mode enforce "$@"; }
host_attach() { xdpctl attach eth0 --xdp native --mode enforce "$@"; }

box_begins() {
	local number
	number=$(cat /sys/class/net/eth0/ifindex)
	ip netns add box
	ip -n box link set lo up
	ip -n box link add eth0 index "$number" type veth peer name peer0 index 1000
	ip -n box link set eth0 up
	ip -n box link set peer0 up
}

# Its interfaces are deleted, or a card comes back, after the command has ended.
box_ends() {
	ip netns del box
	sleep 1
}

# The process that ends a trial has ended itself.
trial_over() {
	local i
	for ((i = 0; i < 600; i++)); do
		grep -qx xdpctl /proc/[0-9]*/comm 2>/dev/null || return 0
		sleep 0.1
	done
	echo "the trial has not ended after a minute"
	return 1
}

# The host drops what it blocks, and its panic switch makes that pass.
in_control() {
	check "$1: the host drops" dropped $bad4 25
	check "$1: the host's mode bypass" xdpctl mode bypass
	check "$1: bypass lets pass" answered $bad4 25
	check "$1: the host's mode enforce" xdpctl mode enforce
	check "$1: enforce drops again" dropped $bad4 25
}

# The host takes the filter off: no program, no pins, and mail flows.
off() {
	check "$1: the host's detach" xdpctl detach eth0
	gone "$1"
}
gone() {
	check "$1: nothing is on the host's eth0" equals none "$(xdp_of)"
	check "$1: no pins are left" test ! -e $bpf
	check "$1: what was blocked passes" answered $bad4 25
}

host_status() { check "$1: status is in order" xdpctl status; }

order="host, box"
box_begins
check "$order: the host attaches" host_attach
check "$order: by the dispatcher" status_has '"how":"dispatcher"'
check "$order: block" xdpctl block $bad4
before=$(ls $bpf)
check "$order: the box is refused a trial on lo" \
	fails_with 3 'another network namespace.*nsenter --net=/proc/1/ns/net' in_box xdpctl attach lo --confirm 4
check "$order: the box is refused an interface with the host's number" \
	fails_with 3 'nsenter --net=/proc/1/ns/net' box_attach
check "$order: the box is refused a link" \
	fails_with 3 'nsenter --net=/proc/1/ns/net' box_attach --exclusive
check "$order: the box is refused a detach" \
	fails_with 3 'nsenter --net=/proc/1/ns/net xdpctl detach eth0' in_box xdpctl detach eth0
check "$order: the box is refused a detach of all" \
	fails_with 3 'nsenter --net=/proc/1/ns/net xdpctl detach --all' in_box xdpctl detach --all
check "$order: status in the box says where the filter is" \
	fails_with 4 'nsenter --net=/proc/1/ns/net xdpctl status' in_box xdpctl status
sleep 5 # longer than the trial that was asked for
check "$order: all pins are there" equals "$before" "$(ls $bpf)"
host_status "$order"
in_control "$order"
check "$order: bypass from the box" in_box xdpctl mode bypass
check "$order: bypass from the box lets pass" answered $bad4 25
check "$order: enforce from the box" in_box xdpctl mode enforce
box_ends
host_status "$order, end"
in_control "$order, end"
check "$order: allow" xdpctl allow $bad4
check "$order: what is allowed passes" answered $bad4 25
check "$order: allow no more" xdpctl unallow $bad4
check "$order: block again" xdpctl block $bad4
check "$order: the block drops" dropped $bad4 25
off "$order"

# The entry stays in the store, so that each attach from here on blocks it.
order="trial, over, host, end"
box_begins
check "$order: a trial in the box" box_attach --confirm 30
check "$order: the host is refused meanwhile" fails_with 3 'nsenter --net=/run/netns/box' host_attach
check "$order: detach --all is refused as well" \
	fails_with 3 'nsenter --net=/run/netns/box' xdpctl detach --all
check "$order: mode bypass from the host" xdpctl mode bypass
check "$order: the trial ends" trial_over
check "$order: no pins after the trial" test ! -e $bpf
check "$order: the host attaches" host_attach
check "$order: the host drops before the box ends" dropped $bad4 25
box_ends
host_status "$order"
in_control "$order"
off "$order"

# The process that ends the trial keeps the namespace until then.
order="trial, end, over, host"
box_begins
check "$order: a trial in the box" box_attach --confirm 30
box_ends
check "$order: the host is refused meanwhile" fails_with 3 'nsenter --net=' host_attach
check "$order: the trial ends" trial_over
check "$order: no pins after the trial" test ! -e $bpf
check "$order: the host attaches a link" host_attach --exclusive
host_status "$order"
in_control "$order"
off "$order"

order="box, detach, host, end"
box_begins
check "$order: a link in the box" box_attach --exclusive
check "$order: detach in the box" in_box xdpctl detach eth0
check "$order: the host attaches" host_attach
box_ends
host_status "$order"
in_control "$order"
off "$order"

order="box, end, host"
box_begins
check "$order: attach in the box" box_attach
box_ends
check "$order: status says that the filter is not on it" fails_with 4 'not on it any more' xdpctl status
check "$order: the host attaches" host_attach
host_status "$order"
in_control "$order"
off "$order"

order="box, end, detach --all"
box_begins
check "$order: attach in the box" box_attach
box_ends
check "$order: the host clears what is left" xdpctl detach --all
gone "$order"

# A card goes back to the host's namespace when its own ends, with the program on it.
order="a card outlives its namespace"
ip netns add box
ip link set eth0 netns box
ip -n box link set eth0 up
check "$order: attach in the box" box_attach --xdp native
box_ends
mx_up
check "$order: the filter is on it still" dropped $bad4 25
in_control "$order"
check "$order: the host attaches again" host_attach
host_status "$order"
in_control "$order, attached again"
off "$order"
