# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the tests use what is set here; lib.sh and dnslab.sh set the rest
#
# The controller on the MX host, with a resolver and two lists of its own. To be sourced
# behind lib.sh.
# shellcheck source=tests/netns/dnslab.sh
. "$ROOT/tests/netns/dnslab.sh"
MXWALLD=${MXW_MXWALLD:-$ROOT/build/mxwalld}
LISTED=198.51.100.7
CLEAN=203.0.113.9

# zone FILE ADDRESS...
zone()
{
	local file=/run/dns/$1

	shift
	printf '$TTL 60\n:127.0.0.2:listed\n127.0.0.2\n' > "$file.new"
	printf '%s\n' "$@" >> "$file.new"
	mv "$file.new" "$file"
}

# Two lists of the same content, and a resolver with a short memory.
lists()
{
	[ -x "$UNBOUND" ] && [ -x "$RBLDNSD" ] || skip "unbound or rbldnsd is missing; run tools/packages.sh test"
	mkdir -p /run/dns
	zone one "${@:-$LISTED}"
	zone two "${@:-$LISTED}"
	dns_unbound_conf 5302 bl.one.example bl.two.example > /run/dns/unbound.conf
	chmod -R a+rX /run/dns
	lab_in mx "$RBLDNSD" -n -u nobody -w /run/dns -c 1 -b 127.0.0.1/5302 \
		bl.one.example:ip4set:one bl.two.example:ip4set:two > /run/rbldnsd.log 2>&1 &
	lab_in mx "$UNBOUND" -d -c /run/dns/unbound.conf > /run/unbound.log 2>&1 &
	for _ in $(seq 100); do
		[ "$(lab_in mx ss -Hlun 'sport = :5301 or sport = :5302' | wc -l)" = 2 ] && break
		sleep 0.05
	done
	# Not $!, which is the shell around it.
	UNBOUND_PID=$(pgrep -x unbound) || die "no resolver: $(cat /run/unbound.log /run/rbldnsd.log)"
}

# conf [LINE]...: LINES go into the section [filter]
conf()
{
	mkdir -p /run/etc
	{
		printf '[filter]\n'
		printf '%s\n' "$@"
		cat <<-EOF_CONF
		[dnsbl]
		sites = bl.one.example*5, bl.two.example*5
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
	} > /run/etc/mxwall.conf
}

# Starts it, behind the words of WITH.
WITH=()
start()
{
	lab_in mx "${WITH[@]}" "$MXWALLD" -c /run/etc/mxwall.conf 2>> /run/mxwalld.log &
	MXWALLD_PID=$!
}

# ... and waits until it has lists to ask.
controller()
{
	start
	logged 'event=list list=bl.one.example state=online'
	logged 'event=list list=bl.two.example state=online'
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
