#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # ROOT is lib.sh's; what dnslab.sh sets
#
# The engine of names with real servers, and with the liar: what strangers can make of their
# reverse names costs nobody anything.
. "$ROOT/tests/netns/dnslab.sh"
NAMESQ=$ROOT/build/netns/namesq
NAMES=names.one.example

# names PORT [OPTION]... [SITES] <<< LINES: what it says is in the file said.
names()
{
	local port=$1

	shift
	"$NAMESQ" -s "127.0.0.1:$port" -d 3000 "$@" > said || die "namesq ended with exit $?: $(cat said)"
	! grep -q . liar.log 2> /dev/null || die "the liar broke: $(tail -n 3 liar.log)"
	cat said
}

# A resolver with reverse names of its own, and a list of names in rbldnsd's format.
real_names()
{
	printf '$TTL 60\n:127.0.1.2:bad name\ntest\n.evil.example\nbad.good.example\n' > names
	printf '$TTL 60\n:127.0.2.5:good name\ntest\ngood.example\n' > white
	dns_rbldnsd "$NAMES:dnset:names" "$WHITE:dnset:white"
	{
		dns_unbound_conf 5302 $NAMES $WHITE
		cat <<-'EOF_DATA'
		server:
		  local-data-ptr: "198.51.100.7 mx.good.example"
		  local-data-ptr: "198.51.100.8 mx.good.example"
		  local-data-ptr: "198.51.100.10 a.b.evil.example"
		  local-data-ptr: "198.51.100.11 bad.good.example"
		  local-data-ptr: "198.51.100.12 gone.good.example"
		  local-data-ptr: "2001:db8:bad:1::5 mx.good.example"
		  local-zone: "9.100.51.198.in-addr.arpa." refuse
		  local-zone: "example." static
		  local-data: "mx.good.example. 60 A 198.51.100.7"
		  local-data: "mx.good.example. 60 A 192.0.2.7"
		  local-data: "mx.good.example. 60 AAAA 2001:db8:bad:1::5"
		  local-data: "bad.good.example. 60 A 198.51.100.11"
		  local-zone: "one.example." transparent
		  local-zone: "three.example." transparent
		EOF_DATA
	} > unbound.conf
	"$UNBOUND" -d -c unbound.conf > unbound.log 2>&1 &
	dns_wait 5301
}

test_names_real_servers()
{
	dns_folder
	real_names
	names 5301 "$NAMES*2 $WHITE=127.0.2.5*-3" <<-'EOF_LINES'
	online
	198.51.100.7
	198.51.100.8
	198.51.100.9
	198.51.100.10
	198.51.100.11
	198.51.100.12
	198.51.100.13
	2001:db8:bad:1::5
	2001:db8:bad:2::5
	10.0.0.1
	helo mail.EVIL.example
	helo mx.good.example.
	helo [198.51.100.7]
	settle
	198.51.100.7
	helo mail.evil.example
	stats
	EOF_LINES
	said 2 '^list .* online'
	said 1 '^told 198.51.100.7 score -13 least -13 complete confirmed mx.good.example, .*=127.0.2.5\*-3 \(good.example\)'
	said 1 '^ready 198.51.100.7 score -13 '
	# a name that does not lead back brings nothing good
	said 1 '^told 198.51.100.8 score 10 .* complete unconfirmed mx.good.example'
	said 1 '^told 198.51.100.9 score 0 .* part unknown'
	said 1 '^told 198.51.100.10 score 12 .* unconfirmed a.b.evil.example, .*=127.0.1.2\*2'
	said 1 '^told 198.51.100.11 score -11 .* confirmed bad.good.example'
	said 1 '^told 198.51.100.12 score 10 .* unconfirmed gone.good.example'
	said 1 '^told 198.51.100.13 score 20 .* complete none'
	said 1 '^told 2001:db8:bad:1::/64 score -13 .* confirmed mx.good.example'
	said 1 '^told 2001:db8:bad:2::/64 score 20 .* complete none'
	said 1 '^spared 10.0.0.1'
	said 1 '^helo mail.EVIL.example score 2 complete mail.evil.example, .*127.0.1.2\*2'
	said 1 '^helo mx.good.example. score 0 complete mx.good.example, '
	said 1 '^spared \[198.51.100.7\]'
	said 1 '^helo mail.evil.example score 2 '
	said 1 '^stats looked 9 unknown 1 none 2 unusable 0 unconfirmed 3 confirmed 3 helo 2 unasked 0 late 0 jobs 0 '
}

# Every address has a server of its own that lies in another way.
test_names_hostile_answers()
{
	local long=a

	for _ in 1 2 3; do long=$long.$(printf 'x%.0s' {1..60}); done
	dns_folder
	dns_liar
	cat > modes <<-EOF_MODES
	1.100.51.198.in-addr.arpa many=60
	2.100.51.198.in-addr.arpa ptrloop
	3.100.51.198.in-addr.arpa servfail
	4.100.51.198.in-addr.arpa refused
	5.100.51.198.in-addr.arpa ptr=192.0.2.1
	6.100.51.198.in-addr.arpa ptr=localhost
	7.100.51.198.in-addr.arpa ptr=mx.right.example
	8.100.51.198.in-addr.arpa ptr=mx.wrong.example
	9.100.51.198.in-addr.arpa ptr=mx.fails.example
	10.100.51.198.in-addr.arpa junk
	11.100.51.198.in-addr.arpa a=192.0.2.1
	12.100.51.198.in-addr.arpa ptr=a.wrong.example,b.wrong.example,c.wrong.example,mx.twelve.example
	13.100.51.198.in-addr.arpa ptr=$long.example,$long.example
	14.100.51.198.in-addr.arpa big
	15.100.51.198.in-addr.arpa ptr=4.3.2.1.in-addr.arpa
	16.100.51.198.in-addr.arpa loop
	right.example a=198.51.100.7
	twelve.example a=198.51.100.12
	wrong.example a=192.0.2.99
	fails.example servfail
	many.example a=192.0.2.99
	EOF_MODES
	{
		for host in {1..17}; do
			echo "198.51.100.$host"
			[ $((host % 4)) != 0 ] || echo settle # a net has eight look-ups at a time
		done
		echo settle
		echo stats
	} | names 5303
	said 17 '^told '
	said 1 '^told 198.51.100.1 score 0 .* part unknown n1.many.example$' # 60 names, four are looked at
	said 4 '^told 198.51.100.([234]|10) score 0 least 0 part unknown$'
	said 1 '^told 198.51.100.5 score 20 .* unusable$'
	said 1 '^told 198.51.100.6 score 20 .* unusable$'
	said 1 '^told 198.51.100.7 score -10 .* confirmed mx.right.example$'
	said 1 '^told 198.51.100.8 score 10 .* unconfirmed mx.wrong.example$'
	said 1 '^told 198.51.100.9 score 0 .* part unknown mx.fails.example$'
	said 1 '^told 198.51.100.11 score 20 .* none$' # no PTR among the answers
	said 1 '^told 198.51.100.12 score -10 .* confirmed mx.twelve.example$'
	said 1 '^told 198.51.100.13 score 0 .* part unknown$' # too long, and the second was not seen
	said 1 '^told 198.51.100.14 .* (unknown|none)$' # 64 KiB of something else
	said 1 '^told 198.51.100.15 score 20 .* unusable$'
	said 1 '^told 198.51.100.16 .* (unknown|none)$'
	said 1 '^told 198.51.100.17 score 20 .* none$'
	expect 4 "$(grep -oE ' n[0-9]+\.many\.example ' asked | sort -u | wc -l)" "of 60 names that were asked about"
}

# Names that are slow hold up no lookup, and not more than their share of them.
test_names_slow_servers()
{
	dns_folder
	dns_liar
	echo "198.in-addr.arpa mute" > modes
	{
		echo "198.51.100.1"
		echo "203.0.113.1"
		echo "wait 500"
		echo "wait 1500"
		echo "settle"
		echo "flood 500"
		echo "stats"
	} | names 5303 -j 20 -t 1
	said 1 '^told 203.0.113.1 score 20 .* complete none'
	# after the patience, and when the resolver gives up
	said 2 '^told 198.51.100.1 score 0 least 0 part unknown'
	expect 1 "$(told_number '^stats' none)" "names found"
	[ "$(told_number '^stats' looked)" -le 62 ] || die "more lookups than there is room for: $(tail -n 1 said)"
	[ "$(told_number '^stats' unasked)" -ge 440 ] || die "nothing was left unasked: $(tail -n 1 said)"
}

# A list of names that lies goes offline, and what it says weighs nothing.
test_names_list_that_lists_the_world()
{
	dns_folder
	dns_liar
	rest="in-addr.arpa ptr=mx.wrong.example
	wrong.example a=192.0.2.99"
	printf '%s\n' "test.$NAMES a=127.0.0.2" "wrong.example.$NAMES a=127.0.0.2" "$rest" > modes
	printf '%s\n' "$NAMES all" "$rest" > lying
	{
		echo "online"
		echo "198.51.100.1"
		echo "settle"
		echo "! cp lying modes"
		echo "wait 2500"
		echo "198.51.100.2"
		echo "settle"
	} | names 5303 "$NAMES*2"
	said 1 "^list $NAMES online"
	said 1 '^told 198.51.100.1 score 12 .* unconfirmed mx.wrong.example, '
	said 1 "^list $NAMES offline lists-all withdraw"
	said 1 '^told 198.51.100.2 score 10 .* unconfirmed mx.wrong.example$'
}
