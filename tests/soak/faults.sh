# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh and mxwalldlab.sh set the rest
#
# New sources all the time, and a fault of one kind or another every few seconds. At the end
# all is healed, and `verify`, memory and the sanitizers' report are looked at. In the last 40 %
# of the time the controller is not restarted, so that its memory has time to show a leak.
# shellcheck source=tests/soak/watch.sh
. "$ROOT/tests/soak/watch.sh"
DISK=/var/lib/mxwalld
FAULTS=(disk_full resolver_stops resolver_dies lists_die lists_stop lists_slow list_trips both_trip
	reloads broken_reload commands stopped killed)

good_zones()
{
	zone one 24.0.0.0/8
	zone two 24.0.0.0/8
}

pid_of()
{
	pgrep -x "$(basename "$1")"
}

# Each fault lasts $1 s and is healed.
resolver_stops() { kill -STOP "$(pid_of "$UNBOUND")"; sleep "$1"; kill -CONT "$(pid_of "$UNBOUND")"; }
resolver_dies() { kill -KILL "$(pid_of "$UNBOUND")"; sleep "$1"; start_unbound; }
lists_die() { kill -KILL "$(pid_of "$RBLDNSD")"; sleep "$1"; start_rbldnsd; }
lists_stop() { local pid; pid=$(pid_of "$RBLDNSD"); kill -STOP "$pid"; sleep "$1"; kill -CONT "$pid"; }
list_trips() { zone one 0.0.0.0/1 127.0.0.0/8; sleep "$1"; good_zones; }
both_trip() { zone one 0.0.0.0/1 127.0.0.0/8; zone two 0.0.0.0/1 127.0.0.0/8; sleep "$1"; good_zones; }
reloads() { settle_conf $((RANDOM % 3)); kill -HUP "$(pid_of "$MXWALLD")"; sleep 1; }
broken_reload() { conf "no_such_key = 1"; kill -HUP "$(pid_of "$MXWALLD")"; sleep 1; settle_conf; }
disk_full() { dd if=/dev/zero of=$DISK/filler bs=4k > /dev/null 2>&1 || true; sleep "$1"; rm -f $DISK/filler; }
stopped() { local pid; pid=$(pid_of "$MXWALLD"); kill -STOP "$pid"; sleep "$1"; kill -CONT "$pid"; }
killed() { kill -KILL "$(pid_of "$MXWALLD")"; wait $MXWALLD_PID || true; sleep 1; start; sleep "$1"; }

lists_slow()
{
	lab_in mx tc qdisc add dev lo root netem delay 400ms limit 100000 2> /dev/null || return 0
	sleep "$1"
	lab_in mx tc qdisc del dev lo root
}

# The operator's commands beside it.
commands()
{
	x block 203.0.113.0/24 > /dev/null
	x list auto -p > /dev/null
	x verify --repair > /dev/null || true
	x unblock 203.0.113.0/24 > /dev/null
	sleep "$1"
}

# settle_conf [KIND]: 0 as at the start, 1 the lists in another order and one more, 2 shadow
settle_conf()
{
	conf "hold_unknown = no" "deadman = 60s"
	sed -i 's/^log_level.*/log_level = info/; s/^deadline.*/&\nqueries_per_second = 0/' /run/etc/mxwall.conf
	# The listed ones come in bursts after a fault; user: who becomes another cannot look for leaks.
	printf '[limits]\nsources = 100000\n' >> /run/etc/mxwall.conf
	sed -i 's/^user.*/user = root/; s/^group.*/group = root/' /run/etc/mxwall.conf
	case ${1:-0} in
	1) sed -i 's/^sites.*/sites = bl.two.example*5, bl.gone.example*2, bl.one.example*5/' /run/etc/mxwall.conf ;;
	2) sed -i 's/^.filter.*/&\nautomatic = shadow/' /run/etc/mxwall.conf ;;
	esac
}

# inject_until END COUNT: one of the first COUNT faults after the other; each once in order at first.
INJECTED=0
inject_until()
{
	local end=$1 count=$2 fault

	while [ $SECONDS -lt "$end" ]; do
		if [ $INJECTED -lt "$count" ]; then fault=${FAULTS[INJECTED]}; else fault=${FAULTS[RANDOM % count]}; fi
		INJECTED=$((INJECTED + 1))
		echo "$SECONDS s: $fault"
		"$fault" $((1 + RANDOM % 8))
		[ -n "$(pid_of "$MXWALLD")" ] || die "the controller ended: $(tail -n 30 /run/mxwalld.log)"
		sleep $((RANDOM % 5))
	done
}

soak_faults()
{
	local rate=${RATE:-2000} begin

	RANDOM=${SEED:-1}
	MXWALLD=$ROOT/build/mxwalld-san
	export ASAN_OPTIONS=quarantine_size_mb=8
	lists 24.0.0.0/8
	mkdir -m 777 $DISK
	mount -t tmpfs -o size=8m,mode=777 tmpfs $DISK
	attach --mode enforce --capacity 1000000
	x limits set flood=off > /dev/null
	settle_conf
	controller
	watch_memory &
	begin=$SECONDS
	wire sender storm $MX4 25 "$SECONDS_LONG" "$rate" 30 > /run/sent &
	STORM=$!
	inject_until $((begin + SECONDS_LONG * 6 / 10)) ${#FAULTS[@]}
	inject_until $((begin + SECONDS_LONG)) $((${#FAULTS[@]} - 1))
	wait $STORM
	settle_conf
	kill -HUP "$(pid_of "$MXWALLD")"
	sleep 90 # the database is tried again, and lists are, within a minute
	echo "the last minutes' figures: $(grep 'reported so far' /run/mxwalld.log | tail -n 3)"
	echo "blocked $(events blocked), withdrawn $(events withdrawn), expired $(events expired), list changes $(events list), repaired or removed $(events 'repaired|removed'), reloads $(grep -c 'is in force' /run/mxwalld.log), trouble with the disk $(grep -c 'stay in force and in memory' /run/mxwalld.log)"
	nobody_harmed
	verified
	flat 10
	kill -TERM "$(pid_of "$MXWALLD")"
	wait $MXWALLD_PID || die "it ended with exit $?: $(tail -n 40 /run/mxwalld.log)"
	no_sanitizer_report
	verified
}
