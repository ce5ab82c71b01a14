# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The ways out work when something else is broken, and nobody's filter is
# changed by a command that was meant for another.

STATE=/var/lib/mxwall

# A page of the database is overwritten under the running filter.
damage_database()
{
	rm -f $STATE/state.db-wal $STATE/state.db-shm
	printf 'this is no database any more' | dd of=$STATE/state.db bs=1 conv=notrunc 2> /dev/null
}

test_ways_out_need_no_database()
{
	attach --mode enforce
	x block $BAD
	drops $BAD
	damage_database
	exits 4 x status
	says 'damaged'
	exits 0 x mode bypass
	passes $BAD
	exits 0 x mode monitor
	exits 0 x detach eth0
	nothing_left
}

test_ways_out_need_no_room_on_the_disk()
{
	attach --mode enforce
	x block $BAD
	# A full disk, over the one with the entries.
	mount -t tmpfs -o size=64k tmpfs $STATE
	dd if=/dev/zero of=$STATE/filler bs=1k 2> /dev/null || true
	exits 1 x block $GOOD
	exits 0 x mode bypass
	passes $BAD
	exits 0 x detach --all
	nothing_left
}

# A command that hangs with the lock, or the controller's helper in the debugger of somebody.
test_bypass_does_not_wait_for_a_process_that_hangs()
{
	local began hanging

	attach --mode enforce
	x block $BAD
	drops $BAD
	lab_in mx flock -o -x /run/mxwall/lock sleep 20 &
	hanging=$!
	sleep 0.5
	exits 0 x mode
	says enforce
	began=$SECONDS
	exits 0 x mode bypass
	says 'without it'
	expect yes "$([ $((SECONDS - began)) -lt 15 ] && echo yes)" "bypass within seconds"
	passes $BAD
	kill $hanging
}

test_another_namespace_cannot_take_this_filter()
{
	local before

	# The same interface number in two namespaces: pins know only that.
	ip -n mx link add far0 index 77 type veth peer name far1
	lab_host twin
	ip -n twin link add twin0 index 77 type veth peer name twin1
	x attach far0 --xdp "$XDP" --mode enforce
	before=$(program_id far0)
	exits 3 lab_in twin "$XDPCTL" attach twin0 --ports 587
	says 'another network namespace'
	exits 3 lab_in twin "$XDPCTL" detach twin0
	expect "$before" "$(program_id far0)" "the program on the MX host"
	expect 25 "$(x status -j | jq -r '.attached[0].ports | join(",")')" "its ports"
	exits 0 x status
}

test_a_bpffs_that_would_vanish_is_not_mounted()
{
	exits 1 ip netns exec mx "$XDPCTL" attach eth0
	says 'nsenter'
	nothing_left
}

test_a_trial_on_one_interface_decides_for_no_other()
{
	lab_host other
	lab_cable mx eth1 other eth0
	attach --mode monitor
	x block $BAD
	exits 2 x attach eth1 --xdp "$XDP" --mode enforce --confirm 2
	says 'other interfaces'
	expect monitor "$(x status -j | jq -r .mode)" "the mode"
	passes $BAD
}

test_L6_an_unconfirmed_attach_ends_under_another_name_too()
{
	lab_host other
	lab_cable mx eth1 other eth0
	attach
	x attach eth1 --xdp "$XDP" --confirm 2
	ip -n mx link set eth1 down
	ip -n mx link set eth1 name wan1
	sleep 3
	expect eth0 "$(x status -j | jq -r '[.attached[].iface] | join(" ")')" "the interfaces left"
}

test_explain_takes_no_address_for_an_embedded_one()
{
	attach --mode enforce
	explains 64:ff9b:0:0:1::1 pass_unknown
	explains 2001:db8:7::9 pass_unknown
}
