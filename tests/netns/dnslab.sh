# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the tests use what is set here; ROOT is lib.sh's
#
# Name servers for the tests of DNS lists, all on loopback: unbound on port 5301 as resolver,
# rbldnsd on 5302, the liar on 5303. To be sourced beside lib.sh.
UNBOUND=$ROOT/build/unbound/usr/sbin/unbound
RBLDNSD=$ROOT/build/rbldnsd/usr/sbin/rbldnsd
DNSBLQ=$ROOT/build/netns/dnsblq
ONE=bl.one.example
TWO=bl.two.example
WHITE=wl.three.example

# The folder for all files of the servers.
dns_folder()
{
	[ -x "$DNSBLQ" ] || skip "build/netns/dnsblq is missing; run make tests"
	[ -x "$UNBOUND" ] && [ -x "$RBLDNSD" ] || skip "unbound or rbldnsd is missing; run tools/packages.sh test"
	mkdir -p /run/dns
	cd /run/dns || die "no /run/dns"
	chmod 755 .
}

# Waits until something answers on UDP port $1.
dns_wait()
{
	for _ in $(seq 100); do
		[ -z "$(ss -Hlun "sport = :$1")" ] || return 0
		sleep 0.05
	done
	die "nothing serves port $1: $(cat ./*.log)"
}

# dns_unbound_conf PORT ZONE...: of a resolver that asks the server on PORT for the zones. Its
# cache and its memory of bad servers are short, so that a test need not wait.
dns_unbound_conf()
{
	local port=$1 zone

	shift
	cat <<-EOF_CONF
	server:
	  directory: "/run/dns"
	  chroot: ""
	  username: ""
	  pidfile: ""
	  use-syslog: no
	  module-config: "iterator"
	  interface: 127.0.0.1@5301
	  do-not-query-localhost: no
	  infra-host-ttl: 1
	  cache-max-ttl: 2
	  cache-max-negative-ttl: 2
	  outgoing-range: 4096
	  num-queries-per-thread: 2048
	  so-rcvbuf: 0
	EOF_CONF
	for zone; do
		printf 'stub-zone:\n  name: "%s"\n  stub-addr: 127.0.0.1@%s\n' "$zone" "$port"
	done
}

# dns_unbound PORT ZONE...: that resolver.
dns_unbound()
{
	dns_unbound_conf "$@" > unbound.conf
	"$UNBOUND" -d -c unbound.conf > unbound.log 2>&1 &
	UNBOUND_PID=$!
	dns_wait 5301
}

# dns_rbldnsd ZONESPEC...: it will not run as root.
dns_rbldnsd()
{
	chmod -R a+rX .
	"$RBLDNSD" -n -u nobody -w "$PWD" -b 127.0.0.1/5302 "$@" > rbldnsd.log 2>&1 &
	dns_wait 5302
}

# dns_liar: what it does with a zone is in the file modes.
dns_liar()
{
	: > modes
	python3 "$ROOT/tests/netns/liar.py" 5303 modes asked > liar.log 2>&1 &
	dns_wait 5303
}

# The engine with times of a list's health that are 1/45 of the usual; LINES come in, what it
# says is in the file said: dnsbl PORT [OPTION]... SITES <<< LINES
dnsbl()
{
	local port=$1

	shift
	"$DNSBLQ" -s "127.0.0.1:$port" -i 1000 -d 2000 -p 500 -t 3 "$@" > said ||
		die "dnsblq ended with exit $?: $(cat said)"
	! grep -q . liar.log 2> /dev/null || die "the liar broke: $(tail -n 3 liar.log)"
}

# said COUNT REGEX: so many lines say it, "2+" = 2 or more.
said()
{
	local found

	found=$(grep -cE -- "$2" said || true)
	case $1 in
	*+) [ "$found" -ge "${1%+}" ] ;;
	*) [ "$found" -eq "$1" ] ;;
	esac || die "$found lines say '$2', not $1: $(head -n 60 said)"
}

# The number behind a word of a line: told_number LINE-REGEX WORD
told_number()
{
	sed -nE "/$1/s/.* $2 ([0-9]+).*/\1/p" said | tail -n 1
}
