# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A second network namespace, "box", that shares the mounts with the MX host, and so sees its
# pins. Numbers and names of interfaces mean other interfaces there.

# A namespace with an interface of the same name and number as the MX host's.
box()
{
	ip netns add box
	ip -n box link set lo up
	spare box eth0 "$(number_of mx eth0)"
}

box_ends()
{
	ip netns del box
	# Interfaces of a namespace are deleted behind the back of whoever ended it.
	sleep 0.3
}

# Waits for the process that ends a trial.
trial_over()
{
	while pgrep -x "$(basename "$XDPCTL")" > /dev/null; do sleep 0.1; done
}

# xdpctl in the box.
b()
{
	lab_in box "$XDPCTL" "$@"
}

number_of()
{
	ip -n "$1" -j link show "$2" | jq '.[0].ifindex'
}

# spare NAMESPACE NAME NUMBER: an interface that leads nowhere.
spare()
{
	ip -n "$1" link add "$2" index "$3" type veth peer name "$2-peer" index $(($3 + 1000))
	ip -n "$1" link set "$2" up
}

# The host drops what it blocks, and its panic switch makes that pass.
in_control()
{
	drops $BAD
	x mode bypass
	passes $BAD
	x mode enforce
	drops $BAD
}

test_each_namespace_from_another_one_the_filter_is_not_touched()
{
	local before

	box
	attach --mode enforce
	x block $BAD
	before=$(program_id)
	refused 3 '/run/netns/mx' b attach lo --confirm 1
	refused 3 '/run/netns/mx' b attach eth0 --xdp skb --mode enforce
	refused 3 'nsenter --net=/run/netns/mx xdpctl detach lo' b detach lo
	refused 3 'nsenter --net=/run/netns/mx xdpctl detach eth0' b detach eth0
	refused 3 'nsenter --net=/run/netns/mx xdpctl detach --all' b detach --all
	refused 3 'nsenter --net=/run/netns/mx xdpctl confirm' b confirm
	exits 4 b status
	says 'nsenter --net=/run/netns/mx xdpctl status'
	! grep -q 'detach --all' <<< "$OUT" || die "status advises to take the host's filter off: $OUT"
	expect "false /run/netns/mx" "$(b status -j 2> /run/said | jq -r '"\(.namespace.here) \(.namespace.path)"')" \
		"where status says the filter is"
	expect "false null null" "$(b status -j 2> /run/said | jq -r '.attached[0] | "\(.well) \(.how) \(.xdp)"')" \
		"what status knows of an interface that it cannot see"
	b check eth0 > /run/said 2>&1 || true
	sleep 1.5
	expect "$before" "$(program_id)" "the host's program"
	exits 0 x status
	in_control
	# What concerns no interface works from everywhere.
	b mode bypass
	passes $BAD
	b mode enforce
	b allow $BAD
	passes $BAD
	x detach eth0
	nothing_left
}

test_namespace_a_trial_in_the_box_ends_with_the_box_in_control()
{
	box
	b attach eth0 --xdp skb --confirm 10 --mode enforce
	refused 3 '/run/netns/box' attach --mode enforce
	refused 3 '/run/netns/box' x detach --all
	exits 4 x status
	x mode bypass
	trial_over
	[ ! -e $PINS ] || die "pins are left after the trial: $(find $PINS)"
	attach --mode enforce
	x block $BAD
	in_control
}

test_namespace_that_ended_gives_the_filter_free()
{
	box
	b attach eth0 --xdp skb --mode enforce
	box_ends
	exits 4 x status
	says 'not on it any more'
	attach
	expect enforce "$(x status -j | jq -r .mode)" "the mode of before"
	exits 0 x status
	x block $BAD
	in_control
	x detach eth0
	nothing_left
	# The same, cleared by hand.
	box
	b attach eth0 --xdp skb --mode enforce
	box_ends
	x detach --all
	nothing_left
}

# order STEP...: the steps one after the other. An attach may be refused, but what drops afterwards
# is in control, and what ended is cleared away.
order()
{
	local step

	echo "order: $*"
	box
	for step; do
		case $step in
		host) attach --mode enforce || true ;;
		trial) b attach eth0 --xdp skb --mode enforce --confirm 4 || true ;;
		over) trial_over ;;
		detach) b detach eth0 || true ;;
		end) box_ends ;;
		esac > /run/out 2>&1
	done
	x status > /run/status 2>&1 || true
	x block $BAD || true
	[ "$(reach $BAD)" = connected ] || in_control
	x detach --all
	nothing_left
	ip netns del box 2> /dev/null || true
}

test_namespace_every_order_leaves_the_panic_switch()
{
	order host trial over end
	grep -q ok /run/status || die "the host's filter: $(cat /run/status)"
	order trial host over end
	order trial over host end
	grep -q ok /run/status || die "the host's filter: $(cat /run/status)"
	# The process that waits for the trial's end keeps the namespace until then.
	order trial end host over
	order trial end over host
	grep -q ok /run/status || die "the host's filter: $(cat /run/status)"
	order trial detach host end
	grep -q ok /run/status || die "the host's filter: $(cat /run/status)"
}

test_each_namespace_an_interface_that_moves_keeps_the_filter()
{
	ip netns add away
	attach --mode enforce
	x block $BAD
	# Under another number, since its own is taken there.
	spare away taken "$(number_of mx eth0)"
	ip -n mx link set eth0 netns away
	exits 4 x status
	says 'moved to another network namespace'
	expect '#'"$(jq -r '.attached[0].ifindex' < <(x status -j 2> /run/said))" \
		"$(x status -j 2> /run/said | jq -r '.attached[0].iface')" "the interface in status"
	# Another one takes its number.
	spare mx wan0 "$(jq '.attached[0].ifindex' < <(x status -j 2> /run/said))"
	refused 3 'moved' x attach wan0 --xdp skb
	refused 3 'moved' x detach wan0
	ip -n away link show eth0 | grep -q xdp || die "the filter is gone from the interface that moved"
	x detach --all
	! ip -n away link show eth0 | grep -q xdp || die "the filter stayed on the interface that moved"
	[ ! -e $PINS ] || die "pins are left: $(find $PINS)"
}

test_namespace_a_deleted_interface_whose_number_is_used_again()
{
	local number

	attach --mode enforce
	number=$(number_of mx eth0)
	ip -n mx link del eth0
	spare mx wan0 "$number"
	exits 4 x status
	exits 0 x attach wan0 --xdp skb
	exits 0 x status
	expect "wan0 1" "$(x status -j | jq -r '"\(.attached[0].iface) \(.attached | length)"')" "attached"
	x detach wan0
	! ip -n mx link show wan0 | grep -q xdp || die "a program is on wan0"
	[ ! -e $PINS ] || die "pins are left: $(find $PINS)"
}
