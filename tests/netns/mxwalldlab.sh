# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the tests use what is set here; lib.sh and dnslab.sh set the rest
#
# The controller on the MX host, with a resolver and two lists of its own. To be sourced
# behind lib.sh.
# shellcheck source=tests/netns/dnslab.sh
. "$ROOT/tests/netns/dnslab.sh"
MXWALLD=${MXW_MXWALLD:-$ROOT/build/mxwalld}
MXWALLD_OPTIONS=(-c /run/etc/mxwall.conf)
LISTED=198.51.100.7
CLEAN=203.0.113.9
# The lists that a controller is ready with, as regular expressions of the names in its log.
READY_WITH=("$ONE" "$TWO")

# zone FILE ADDRESS...
zone()
{
	local file=/run/dns/$1

	shift
	mkdir -p /run/dns
	printf '$TTL 60\n:127.0.0.2:listed\n127.0.0.2\n' > "$file.new"
	printf '%s\n' "$@" >> "$file.new"
	mv "$file.new" "$file"
}

# zone_read FILE COUNT: waits until rbldnsd has read the zone for the COUNTth time.
zone_read()
{
	for _ in $(seq 100); do
		[ "$(grep -c ":$1: " /run/rbldnsd.log)" -lt "$2" ] || return 0
		sleep 0.1
	done
	die "rbldnsd did not read $1 within 10 s: $(cat /run/rbldnsd.log)"
}

start_rbldnsd()
{
	lab_in mx "$RBLDNSD" -n -u nobody -w /run/dns -c 1 -b 127.0.0.1/5302 "${SERVED[@]}" > /run/rbldnsd.log 2>&1 &
}

start_unbound()
{
	lab_in mx "$UNBOUND" -d -c /run/dns/unbound.conf > /run/unbound.log 2>&1 &
}

# serve ZONE:TYPE:FILE...: those lists, and a resolver, the configuration of which is there.
serve()
{
	[ -x "$UNBOUND" ] && [ -x "$RBLDNSD" ] || skip "unbound or rbldnsd is missing; run tools/packages.sh test"
	SERVED=("$@")
	chmod -R a+rX /run/dns
	start_rbldnsd
	start_unbound
	for _ in $(seq 100); do
		if [ "$(lab_in mx ss -Hlun 'sport = :5301 or sport = :5302' | wc -l)" = 2 ]; then
			UNBOUND_PID=$(pgrep -x unbound) # not $!, which is the shell around it
			return 0
		fi
		sleep 0.05
	done
	die "no resolver: $(cat /run/unbound.log /run/rbldnsd.log)"
}

# lists [ADDRESS]...: two of the same content, and a resolver with a short memory.
# shellcheck disable=SC2120 # the tests pass them
lists()
{
	zone one "${@:-$LISTED}"
	zone two "${@:-$LISTED}"
	dns_unbound_conf 5302 $ONE $TWO > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
}

# settings SITES: of the controller; ends in the section [controller].
settings()
{
	cat <<-EOF_CONF
	[dnsbl]
	sites = $1
	resolvers = 127.0.0.1:5301
	deadline = 2s
	probe_interval = 10s
	[controller]
	user = nobody
	group = nogroup
	log = stderr
	log_level = debug
	reconcile_interval = 5s
	EOF_CONF
}

# conf [LINE]...: LINES go into the section [filter]
conf()
{
	mkdir -p /run/etc
	{
		printf '[filter]\n'
		printf '%s\n' "$@"
		settings "$ONE*5, $TWO*5"
	} > /run/etc/mxwall.conf
}

# Starts it, behind the words of WITH.
WITH=()
start()
{
	lab_in mx "${WITH[@]}" "$MXWALLD" "${MXWALLD_OPTIONS[@]}" 2>> /run/mxwalld.log &
	MXWALLD_PID=$!
}

# ... and waits until it has lists to ask.
controller()
{
	local list

	start
	for list in "${READY_WITH[@]}"; do
		logged "event=list list=$list state=online"
	done
}

# The lists, a filter and the controller: all_up [LINE]..., as of conf.
all_up()
{
	lists
	attach --mode enforce
	conf "$@"
	controller
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

# metric REGEX: the value of the one that matches
metric()
{
	lab_in mx curl -s --unix-socket /run/mxwalld/metrics.sock http://x/metrics | sed -nE "s/^mxwall_$1 ([0-9]+).*/\1/p"
}

# decision_of ADDRESS REGEX: waits for one that says so.
decision_of()
{
	for _ in $(seq 600); do
		grep "event=decision source=$1 " /run/mxwalld.log | grep -qE -- "$2" && return 0
		sleep 0.05
	done
	die "no decision about $1 says '$2': $(grep "source=$1 " /run/mxwalld.log | tail -n 5)"
}
