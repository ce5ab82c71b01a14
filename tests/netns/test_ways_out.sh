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

# A process that hangs with the lock, here in the hands of a debugger or the like. $HANGING
hang_with_the_lock()
{
	lab_in mx flock -o -x /run/mxwall/lock sleep 100 &
	sleep 0.5
	HANGING=$(awk '$2 == "FLOCK" { split($6, id, ":"); print $5, id[3] }' /proc/locks |
		awk -v inode="$(stat -c %i /run/mxwall/lock)" '$2 == inode { print $1 }')
	kill -STOP "$HANGING"
}

let_go()
{
	pkill -KILL -P "$HANGING" || true
	kill -KILL "$HANGING"
}

# Other commands wait a minute for the lock.
at_once()
{
	lab_in mx timeout 15 "$XDPCTL" "$@"
}

test_ways_out_do_not_wait_for_a_process_that_hangs()
{
	attach --mode enforce
	x block $BAD $GOOD
	drops $BAD
	hang_with_the_lock
	exits 0 x mode
	says enforce
	exits 0 at_once allow $BAD
	says "process $HANGING .flock -o -x /run/mxwall/lock sleep 100."
	passes $BAD
	exits 0 at_once unblock $GOOD
	passes $GOOD
	exits 0 at_once limits set rates=off
	says "process $HANGING"
	exits 0 at_once mode monitor
	says "process $HANGING"
	exits 0 at_once mode bypass
	says "process $HANGING"
	let_go
	exits 0 x mode enforce
	passes $BAD
	passes $GOOD
	exits 0 x verify
	expect "$BAD" "$(x list allow -j | jq -r '.entries[].prefix')" "the stored allow"
}

test_detach_all_does_not_wait_for_a_process_that_hangs()
{
	attach --mode enforce
	x block $BAD
	drops $BAD
	hang_with_the_lock
	exits 0 at_once detach --all
	says "process $HANGING"
	nothing_left
	let_go
}

# The one that hangs is in the middle of a change: the store cannot be written either.
test_allow_is_in_force_before_it_is_stored()
{
	attach --mode enforce
	x block $BAD
	drops $BAD
	hang_with_the_lock
	lab_in mx python3 -c '
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("holds", flush=True)
time.sleep(100)' $STATE/state.db > $STATE/writer &
	until grep -q holds $STATE/writer; do sleep 0.1; done
	exits 4 at_once allow $BAD
	says 'in force, but not stored'
	says "process $HANGING"
	passes $BAD
	kill $!
	let_go
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
