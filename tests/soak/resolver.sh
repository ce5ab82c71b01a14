# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh and mxwalldlab.sh set the rest
#
# No resolver for ten minutes at 5 000 new sources a second, case D5: nobody is blocked or
# unblocked, memory is flat, and it recovers by itself within a minute.
# shellcheck source=tests/soak/watch.sh
. "$ROOT/tests/soak/watch.sh"

soak_resolver()
{
	local rate=${RATE:-5000} long=$SECONDS_LONG blocked began

	[ "$long" -le 600 ] || long=600
	lists 24.0.0.0/8
	attach --mode enforce
	x limits set flood=off > /dev/null # so many are one
	conf
	sed -i 's/^log_level.*/log_level = info/; s/^deadline.*/&\nqueries_per_second = 0\ndrop_min = 1h/; s/^probe_interval.*/probe_interval = 45s/' /run/etc/mxwall.conf
	printf '[limits]\nevents_per_second = 20000\n' >> /run/etc/mxwall.conf
	controller
	wire sender storm $MX4 25 5 20 1000 > /run/sent
	sleep 3
	blocked=$(events blocked)
	watch_memory &
	began=$SECONDS
	kill -STOP $UNBOUND_PID
	wire sender storm $MX4 25 "$long" "$rate" 100 > /run/sent
	echo "without a resolver for $((SECONDS - began)) s, at $rate SYNs a second"
	expect "$blocked" "$(events blocked)" "blocks before and at the end"
	expect 0 "$(events 'unblocked|withdrawn|expired')" "unblocked"
	expect "$blocked" "$(x list auto -p | wc -l)" "entries"
	kill -CONT $UNBOUND_PID
	began=$SECONDS
	: > /run/mxwalld.log
	logged 'event=list list=bl.one.example state=online' 60
	logged 'event=list list=bl.two.example state=online' 60
	reach 24.255.255.255 25 1 > /run/reached
	logged 'event=blocked source=24.255.255.255' 60
	echo "recovered in $((SECONDS - began)) s"
	[ $((SECONDS - began)) -le 60 ] || die "too slow"
	echo "SYNs seen and dropped: $(syns_counted)"
	sleep 5
	verified
	kill -TERM "$(pgrep -x mxwalld)"
	wait $MXWALLD_PID
	grep 'reported so far' /run/mxwalld.log | tail -n 1
	flat 5
}
