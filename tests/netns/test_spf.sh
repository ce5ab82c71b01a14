# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and ctllab.sh set them
#
# xdpctl spf with a real resolver, without a controller and without a filter.
# shellcheck source=tests/netns/ctllab.sh
. "$ROOT/tests/netns/ctllab.sh"

# A resolver with records of its own, and the settings that name it.
spf_resolver()
{
	[ -x "$UNBOUND" ] || skip "unbound is missing; run tools/packages.sh test"
	mkdir -p /run/dns
	{
		dns_unbound_conf 5302
		cat <<-'EOF_DATA'
		server:
		  local-zone: "example." static
		  local-data: 'a.example. 60 TXT "v=spf1 ip4:192.0.2.0/24 a:host.b" ".example mx:b.example include:c.example -all exp=why.example"'
		  local-data: 'a.example. 60 TXT "something else"'
		  local-data: 'why.example. 60 TXT "%{i} does not send for %{d}"'
		  local-data: "host.b.example. 60 A 198.51.100.7"
		  local-data: "host.b.example. 60 AAAA 2001:db8::7"
		  local-data: "b.example. 60 MX 10 mx.b.example."
		  local-data: "mx.b.example. 60 A 198.51.100.8"
		  local-data: 'c.example. 60 TXT "v=spf1 ptr ?all"'
		  local-data-ptr: "198.51.100.9 mail.c.example"
		  local-data: "mail.c.example. 60 A 198.51.100.9"
		  local-data: 'bad.example. 60 TXT "v=spf1 ip4:192.0.2.1/33 -all"'
		  local-data: 'sick.example. 60 TXT "v=spf1 a:host.refused.example -all"'
		  local-data: 'odd.example. 60 TXT "v=spf1 exists:%{l}.example -all"'
		  local-zone: "refused.example." refuse
		EOF_DATA
		for i in $(seq 40); do
			printf "  local-data: 'large.example. 60 TXT \"%0200d\"'\n" "$i"
		done
		echo "  local-data: 'large.example. 60 TXT \"v=spf1 ip4:192.0.2.1 -all\"'"
	} > /run/dns/unbound.conf
	chmod -R a+rX /run/dns
	start_unbound
	for _ in $(seq 100); do
		[ -z "$(lab_in mx ss -Hlun 'sport = :5301')" ] || break
		sleep 0.05
	done
	conf
}

# spf WANT ADDRESS SENDER [OPTION]...: RESULT, TERM and EXPLANATION, as porcelain has them.
spf()
{
	local want=$1

	shift
	expect "$want" "$(x spf "$@" -p | cut -f 1,3,8 | tr '\t' '|')" "spf $*"
}

test_spf_asks_the_resolver()
{
	spf_resolver
	spf "pass|ip4:192.0.2.0/24|" 192.0.2.9 joe@a.example
	spf "pass|a:host.b.example|" 198.51.100.7 joe@a.example
	spf "pass|a:host.b.example|" 2001:db8::7 joe@a.example
	spf "pass|mx:b.example|" 198.51.100.8 joe@a.example
	spf "pass|include:c.example|" 198.51.100.9 joe@a.example
	spf "fail|-all|203.0.113.9 does not send for a.example" 203.0.113.9 joe@a.example
	spf "pass|ip4:192.0.2.1|" 192.0.2.1 large.example
	spf "pass|ip4:192.0.2.0/24|" 192.0.2.9 "<>" --helo a.example
	spf "pass|ip4:192.0.2.0/24|" 192.0.2.9 "" -H a.example
	spf "none||" 192.0.2.9 joe@nothing.example
	spf "permerror|ip4:192.0.2.1/33|" 192.0.2.9 joe@bad.example
}

test_spf_ends_with_what_is_known()
{
	spf_resolver
	exits 0 x spf 203.0.113.9 joe@a.example
	says "203.0.113.9 is fail"
	says "by       -all"
	says "asked    7 questions; terms with look-ups: 4 of 10"
	exits 0 x spf 192.0.2.9 joe@bad.example
	says "because  the record has a mistake"
	exits 1 x spf 192.0.2.9 joe@sick.example
	says "result is not known: a look-up failed"
	exits 1 x spf 192.0.2.9 'a\b@odd.example'
	refused 2 'is not an address' x spf mail.example joe@a.example
	exits 2 x spf 192.0.2.9
	expect "temperror true" "$(x spf 192.0.2.9 joe@sick.example -j 2> /dev/null | jq -r '"\(.result) \(.voids == 0)"')" "-j"
	kill "$(pgrep -x unbound)"
	exits 1 x spf 192.0.2.9 joe@a.example
	says "the look-up of the record failed"
}
