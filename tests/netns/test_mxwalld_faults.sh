# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller when the machine fails it: no memory, no disk, no descriptors, a kernel that
# refuses, a clock that is set. Nobody is blocked or unblocked by that, clean sources pass, what
# went wrong is said, and after a restart `verify` finds no difference.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
PLAN=/run/malloc.plan
DISK=/var/lib/mxwalld

# The filter and one source that is blocked by the lists, LISTED, in force.
prepared()
{
	lists $LISTED 198.51.100.{8..99}
	attach --mode enforce
	conf "$@"
}

blocked()
{
	controller
	expect connected "$(reach ${1:-$LISTED} 25 3)" "the first connection of a listed source"
	logged "event=blocked source=${1:-$LISTED}"
}

# SYNs of clean sources, 200 a second for $1 s, each of a source of its own, while the test goes
# on. unharmed: all of them were answered.
stream()
{
	printf '%s\n' 198.18.{0..15}.{1..250} > /run/clean
	# shellcheck disable=SC2046 # words
	wire sender syns $MX4 25 "$1" 200 $(cat /run/clean) > /run/answers &
	STREAM=$!
}

unharmed()
{
	wait $STREAM
	head -n "$(awk '/^sent/ { print $2 }' /run/answers)" /run/clean | sort > /run/sent
	awk '/^answered/ { print $2 }' /run/answers | sort > /run/answered
	[ -s /run/sent ] || die "nothing was sent"
	expect "" "$(comm -23 /run/sent /run/answered | head)" "clean sources without an answer"
	drops $LISTED
	expect 0 "$(counted 'drop_hold|drop_feed|drop_rate.*')" "SYNs dropped for other reasons"
}

# It dies at once, and a new one takes over what is in force.
restarted()
{
	pkill -KILL -x mxwalld || true
	wait $MXWALLD_PID || true
	WITH=()
	: > /run/mxwalld.log
	controller
	drops $LISTED
	verified
}

# It ends within 10 s: by itself and with a sentence, or it runs.
ends_or_runs()
{
	local code=0

	for _ in $(seq 200); do
		! grep -q 'mxwalld .* runs' /run/mxwalld.log || return 0
		kill -0 $MXWALLD_PID 2> /dev/null || break
		sleep 0.05
	done
	wait $MXWALLD_PID || code=$?
	[ $code -ge 1 ] && [ $code -lt 128 ] || die "$1: it ended with exit $code: $(cat /run/mxwalld.log)"
	grep -q 'level=error' /run/mxwalld.log || die "$1: it ended without a word, exit $code"
}

end_it()
{
	pkill -KILL -x mxwalld || true
	wait $MXWALLD_PID || true
	: > /run/mxwalld.log
}

# n-th call of bpf() at the start refused: all of it or nothing, and what is in force stays.
test_C10_the_kernel_refuses_a_call_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 1 2 5 11 23 37 52 70; do
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

test_C14_the_disk_fills_up()
{
	prepared
	mkdir -m 777 $DISK
	mount -t tmpfs -o size=256k,mode=777 tmpfs $DISK
	blocked
	sleep 1.5 # the database is written behind
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
	rm $DISK/filler
	restarted
	drops 198.51.100.60
}

test_C14_nothing_can_be_synced()
{
	prepared
	WITH=(strace -f -o /run/strace -e trace=fsync,fdatasync -e "inject=fsync,fdatasync:error=EIO")
	blocked
	stream 2
	unharmed
	[ "$(grep -c INJECTED /run/strace)" -gt 0 ] || die "nothing was synced"
	expect 1 "$(grep -c 'I/O error' /run/mxwalld.log)" "sentences"
	restarted
}

# Little-endian 64 bits of each number below 65536.
words()
{
	for number; do
		printf "\\x$(printf %02x $((number % 256)))\\x$(printf %02x $((number / 256)))\0\0\0\0\0\0"
	done
}

# plan COUNTDOWN FAILING FILES: what the controller gets from now on, see tests/preload/scarce.c
plan()
{
	words "$@" 1<> $PLAN
}

# A controller that such a plan is for.
with_plan()
{
	words 0 0 0 0 0 > $PLAN
	WITH=(env LD_PRELOAD="$ROOT/build/preload/scarce.so" MXW_SCARCE=$PLAN)
}

# Listed sources that come one after the other, 20 a second for $1 s.
listed_stream()
{
	wire sender syns $MX4 25 "$1" 20 198.51.100.{8..99} > /run/listed &
	LISTED_STREAM=$!
}

test_C15_no_memory_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 1 3 8 21 55 144 377 610 987 1597 2584 4181; do
		with_plan
		plan $n 1 0
		start
		ends_or_runs "allocation number $n"
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
	stream 8
	listed_stream 8
	for n in {1..60}; do
		plan "$n" $((n % 7 == 0 ? 50 : 1)) 0
		[ $((n % 10)) != 0 ] || kill -HUP "$(pgrep -x mxwalld)"
		sleep 0.1
		kill -0 $MXWALLD_PID || die "it ended at $n: $(tail -n 5 /run/mxwalld.log)"
	done
	[ "$(od -An -td8 -j32 $PLAN)" -ge 60 ] || die "too few allocations failed: $(od -An -td8 $PLAN)"
	unharmed
	wait $LISTED_STREAM
	restarted
}

test_C16_no_descriptors_at_the_start()
{
	prepared
	blocked
	end_it
	for n in 5 8 15 22 30 38 46; do
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
	expect 1 "$(grep -c 'for want of memory or descriptors' /run/mxwalld.log)" "sentences"
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
