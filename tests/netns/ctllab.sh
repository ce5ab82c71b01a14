# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2016 # the tests use what is set here; lib.sh sets the rest
#
# A controller with three lists, for the tests of its sockets. To be sourced beside lib.sh.
# shellcheck source=tests/netns/dnslab.sh
. "$ROOT/tests/netns/dnslab.sh"
MXWALLD=${MXW_MXWALLD:-$ROOT/build/mxwalld}
SOCKET=/run/mxwalld/control.sock
METRICS=/run/mxwalld/metrics.sock
LISTED=198.51.100.7
CLEAN=203.0.113.9
KEYED=abcdefghij0123456789abcd.zen.dq.spamhaus.net

# zone FILE ADDRESS...
zone()
{
	local file=/run/dns/$1

	shift
	printf '$TTL 60\n:127.0.0.2:listed\n127.0.0.2\n' > "$file.new"
	printf '%s\n' "$@" >> "$file.new"
	mv "$file.new" "$file"
}

# Three lists, one with a customer's key in its name, and a resolver.
lists()
{
	[ -x "$UNBOUND" ] && [ -x "$RBLDNSD" ] || skip "unbound or rbldnsd is missing; run tools/packages.sh test"
	mkdir -p /run/dns
	zone one $LISTED 198.51.100.8
	zone two $LISTED
	zone keyed $LISTED
	dns_unbound_conf 5302 $ONE $TWO $KEYED > /run/dns/unbound.conf
	chmod -R a+rX /run/dns
	lab_in mx "$RBLDNSD" -n -u nobody -w /run/dns -c 1 -b 127.0.0.1/5302 \
		$ONE:ip4set:one $TWO:ip4set:two $KEYED:ip4set:keyed > /run/rbldnsd.log 2>&1 &
	lab_in mx "$UNBOUND" -d -c /run/dns/unbound.conf > /run/unbound.log 2>&1 &
	for _ in $(seq 100); do
		[ "$(lab_in mx ss -Hlun 'sport = :5301 or sport = :5302' | wc -l)" = 2 ] && return 0
		sleep 0.05
	done
	die "no resolver: $(cat /run/unbound.log /run/rbldnsd.log)"
}

# The configuration where commands look for it too.
conf()
{
	mount -t tmpfs tmpfs /etc/mxwall 2> /dev/null || { mkdir -p /etc/mxwall && mount -t tmpfs tmpfs /etc/mxwall; }
	cat > /etc/mxwall/mxwall.conf <<-EOF_CONF
	[dnsbl]
	sites = $ONE*5, $TWO=127.0.0.[2..11]*5, $KEYED=127.0.0.2*3
	resolvers = 127.0.0.1:5301
	deadline = 2s
	probe_interval = 10s
	list_queries_per_day = $ONE=1000000
	[controller]
	user = nobody
	group = nogroup
	log = stderr
	log_level = debug
	reconcile_interval = 5s
	metrics = 127.0.0.1:9125
	EOF_CONF
}

# Starts it and waits until its lists are online.
controller()
{
	lab_in mx "$MXWALLD" 2>> /run/mxwalld.log &
	MXWALLD_PID=$!
	logged "event=list list=$ONE state=online"
	logged "event=list list=$TWO state=online"
	logged 'event=list list=\*\*\*.zen.dq.spamhaus.net state=online'
}

# logged REGEX [SECONDS]: the controller says so
logged()
{
	for _ in $(seq $((${2:-10} * 20))); do
		grep -qE -- "$1" /run/mxwalld.log 2> /dev/null && return 0
		sleep 0.05
	done
	die "no '$1' in the log: $(tail -n 30 /run/mxwalld.log)"
}

# A filter, the lists and the controller.
all_up()
{
	lists
	attach --mode enforce
	conf
	controller
}

# No key in anything that was said.
masked()
{
	! grep -i 'abcdefghij0123456789' /run/mxwalld.log || die "a key is in the log"
	! grep -i 'abcdefghij0123456789' <<< "$OUT" || die "a key was printed"
}
