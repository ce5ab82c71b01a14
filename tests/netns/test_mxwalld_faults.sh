# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller when the machine fails it: no memory, no disk, no descriptors, a kernel that
# refuses, a clock that is set. Nobody is blocked or unblocked by that, clean sources pass, what
# went wrong is said, and after a restart `verify` finds no difference.
# shellcheck source=tests/netns/scarce.sh
. "$ROOT/tests/netns/scarce.sh"
DISK=/var/lib/mxwalld

# n-th call of bpf() at the start refused: all of it or nothing, and what is in force stays.
test_C10_the_kernel_refuses_a_call_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 1 4 11 23 37 60; do
		WITH=(strace -f -o /dev/null -e "inject=bpf:error=ENOMEM:when=$n")
		start
		ends_or_runs "bpf() number $n"
		end_it
		drops $LISTED 25 0.2
	done
	restarted
}

test_C12_the_clock_is_set_by_a_day()
{
	local until

	prepared
	echo "+0" > /run/clock
	WITH=(env LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 FAKETIME_NO_CACHE=1
		FAKETIME_TIMESTAMP_FILE=/run/clock FAKETIME_DONT_FAKE_MONOTONIC=1)
	[ -e "${WITH[1]#LD_PRELOAD=}" ] || skip "libfaketime is missing; run tools/packages.sh test"
	blocked
	until=$(ends_of $LISTED)
	stream 3
	for step in +1d -1d +0; do
		echo $step > /run/clock
		sleep 0.5
		drops $LISTED 25 0.2
	done
	reach 198.51.100.9 25 3
	logged 'event=blocked source=198.51.100.9'
	expect 2 "$(grep -c 'event=' <<< "$(grep -E 'event=(blocked|renewed|expired|removed|repaired)' /run/mxwalld.log)")" "changes"
	unharmed
	restarted
	[ $(($(ends_of $LISTED) - until)) -le 1 ] || die "another end"
}

# When the entry of a source ends, s of the monotonic clock.
ends_of()
{
	local left

	left=$(x list auto -j | jq --arg a "$1" '.entries[] | select(.prefix == $a) | .expires_in')
	echo $((left + $(cut -d. -f1 /proc/uptime)))
}

# A disk of a few KB, on which not even the database can be made.
test_C14_no_room_for_the_database()
{
	prepared
	mkdir -m 777 $DISK
	mount -t tmpfs -o size=8k,mode=777 tmpfs $DISK
	blocked
	logged 'disk .*is full'
	stream 2
	unharmed
	expect 1 "$(grep -c 'is full' /run/mxwalld.log)" "sentences"
	end_it
	drops $LISTED
	umount $DISK
	restarted
}

# Reads a database until killed: SQLite then adds to its log, and does not begin it again in the
# room that it has already.
read_on()
{
	exec python3 -c '
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
db.execute("BEGIN")
db.execute("SELECT count(*) FROM sqlite_master").fetchone()
open("/run/reading", "w").close()
time.sleep(60)' "$1"
}

test_C14_the_disk_fills_up()
{
	prepared
	mkdir -m 777 $DISK
	mount -t tmpfs -o size=256k,mode=777 tmpfs $DISK
	blocked
	sleep 1.5 # the database is written behind
	read_on $DISK/auto.db &
	READER=$!
	until [ -e /run/reading ]; do sleep 0.05; done
	dd if=/dev/zero of=$DISK/filler bs=4k > /dev/null 2>&1 || true
	stream 4
	listed_stream 4
	logged "event=blocked source=198.51.100.60"
	logged 'is full.*stay in force'
	unharmed
	wait $LISTED_STREAM
	end_it
	start # on the full disk
	logged 'runs'
	drops 198.51.100.60
	kill $READER
	rm $DISK/filler
	restarted
	drops 198.51.100.60
}

test_C14_nothing_can_be_synced()
{
	prepared
	WITH=(strace -f -o /run/strace -e "trace=fsync,fdatasync" -e "inject=fsync,fdatasync:error=EIO")
	blocked
	stream 2
	unharmed
	[ "$(grep -c INJECTED /run/strace)" -gt 0 ] || die "nothing was synced"
	expect 1 "$(grep -c 'I/O error' /run/mxwalld.log)" "sentences"
	restarted
}

test_C15_no_memory_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 1 8 21 55 144 377 610; do
		with_plan
		plan $n 1 0
		start
		ends_or_runs "allocation number $n" "$n"
		end_it
		drops $LISTED 25 0.2
	done
	restarted
}

test_C15_no_memory_while_it_runs()
{
	prepared
	with_plan
	blocked
	stream 6
	listed_stream 6
	for n in {1..50}; do
		plan "$n" $((n % 7 == 0 ? 50 : 1)) 0
		[ $((n % 10)) != 0 ] || kill -HUP "$(pgrep -x mxwalld)"
		sleep 0.1
		kill -0 $MXWALLD_PID || die "it ended at $n: $(tail -n 5 /run/mxwalld.log)"
	done
	# Nearer 100 where nothing else runs.
	[ "$(failed_allocations)" -ge 10 ] || die "only $(failed_allocations) allocations failed"
	unharmed
	wait $LISTED_STREAM
	restarted
}

test_C16_no_descriptors_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 5 12 19 26 40; do
		WITH=(prlimit "--nofile=$n")
		start
		ends_or_runs "$n descriptors"
		end_it
		drops $LISTED 25 0.2
	done
	restarted
}

test_C16_no_descriptors_while_it_runs()
{
	local pid

	prepared
	with_plan
	blocked
	pid=$(pgrep -x mxwalld)
	plan 0 0 3 # what is open stays open
	stream 4
	listed_stream 4
	sleep 1
	kill -HUP "$pid"
	logged 'was not taken over'
	unharmed
	wait $LISTED_STREAM
	kill -0 "$pid" || die "it ended: $(tail -n 5 /run/mxwalld.log)"
	expect 1 "$(grep -c 'because memory or descriptors ran out' /run/mxwalld.log)" "sentences"
	! grep 'event=list .*state=silent' /run/mxwalld.log || die "a list is blamed"
	plan 0 0 1024
	reach 198.51.100.99 25 1 > /run/reached
	logged 'event=blocked source=198.51.100.99'
	restarted
}

# A list that is dead for years is named, by the command and by the controller.
test_D7_dead_lists_are_named()
{
	prepared
	sed -i 's/^sites.*/sites = dnsbl.sorbs.net*5, bl.one.example*5, bl.two.example*5/' /run/etc/mxwall.conf
	x config check /run/etc/mxwall.conf > /run/said 2>&1 || die "config check: $(cat /run/said)"
	grep -i 'dnsbl.sorbs.net.*' /run/said || die "config check: $(cat /run/said)"
	controller
	logged 'level=warning event=config warning=.*dnsbl.sorbs.net'
	expect connected "$(reach $LISTED 25 3)" "the first connection"
	logged "event=blocked source=$LISTED"
	! grep 'list=dnsbl.sorbs.net state=online' /run/mxwalld.log || die "it is asked"
}

# D5, the short one; tests/soak/resolver.sh has ten minutes of it. 5 000 new sources a second and
# no resolver: nobody is blocked or unblocked, memory is flat, and it recovers by itself.
test_D5_resolver_gone_at_5000_events_a_second()
{
	local pid before after

	prepared
	sed -i 's/^log_level.*/log_level = info/' /run/etc/mxwall.conf
	printf '[limits]\nsources = 20000\n' >> /run/etc/mxwall.conf
	x limits set flood=off
	blocked
	pid=$(pgrep -x mxwalld)
	kill -STOP "$UNBOUND_PID"
	wire sender storm $MX4 25 4 5000 0 > /run/sent
	before=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	wire sender storm $MX4 25 5 5000 0 > /run/sent
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	echo "resident: $before KiB, later $after KiB"
	[ "$after" -le $((before + 4096)) ] || die "memory grows from $before to $after KiB"
	expect 1 "$(grep -c event=blocked /run/mxwalld.log)" "blocks"
	! grep -E 'event=(unblocked|withdrawn)' /run/mxwalld.log || die "somebody was unblocked"
	expect 0 "$(counted drop_auto)" "SYNs dropped"
	drops $LISTED
	kill -CONT "$UNBOUND_PID"
	for host in {20..70}; do
		reach 198.51.100.$host 25 0.5 > /run/reached
		! grep -q 'event=blocked source=198.51.100.[2-7]' /run/mxwalld.log || break
		sleep 1
	done
	logged 'event=blocked source=198.51.100.[2-7]'
	restarted
}

test_public_resolvers_are_warned_of()
{
	attach --mode enforce
	conf
	sed -i '/^resolvers/d' /run/etc/mxwall.conf
	printf 'nameserver 127.0.0.53\n' > /run/resolv.conf
	mount --bind /run/resolv.conf /etc/resolv.conf
	start
	logged runs
	kill "$(pgrep -x mxwalld)"
	wait $MXWALLD_PID
	! grep 'public resolver' /run/mxwalld.log || die "it warns of a stub on this host"
	printf 'nameserver 1.0.0.1\nnameserver 2001:4860:4860::8888\n' >> /run/resolv.conf
	start
	logged 'level=warning event=config warning="/etc/resolv.conf names 1.0.0.1, a public resolver \(Cloudflare\).*resolvers = 127.0.0.1'
	expect 1 "$(grep -c 'public resolver' /run/mxwalld.log)" "warnings"
}
