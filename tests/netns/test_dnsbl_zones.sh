#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # ROOT, ONE, TWO, WHITE are lib.sh's and dnslab.sh's
#
# The engine of the DNS lists with real ones: zones in rbldnsd's formats, asked through
# unbound.
. "$ROOT/tests/netns/dnslab.sh"

# Three lists: two of IPv4, one of which knows IPv6 too, and one that allows.
zones()
{
	cat > top <<-'EOF_HEAD'
	$SOA 2 ns.example. admin.example. 1 600 300 86400 2
	$NS 2 ns.example.
	EOF_HEAD
	{
		cat top
		printf ':127.0.0.2:see https://one.example/$\n127.0.0.2\n198.51.100.0/24\n'
		printf '198.51.100.77 :127.0.0.4:exploited\n198.51.100.77 :127.0.0.10:policy\n'
		printf '!198.51.100.200\n'
	} > one4
	{
		cat top
		printf ':127.0.0.3:six\n0:0:0:0:0:ffff:7f00:2/128\n2001:db8:bad::/48\n'
	} > one6
	{
		cat top
		printf ':127.0.0.2:two\n127.0.0.2\n198.51.100.0/25\n'
	} > two4
	{
		cat top
		printf ':127.0.5.2:good\n127.0.0.2\n198.51.100.5\n203.0.113.5\n'
	} > white4
	dns_rbldnsd "$ONE:ip4set:one4" "$ONE:ip6trie:one6" "$TWO:ip4set:two4" "$WHITE:ip4set:white4"
	dns_unbound 5302 $ONE $TWO $WHITE
}

test_dnsbl_real_zones()
{
	dns_folder
	zones
	dnsbl 5301 "$ONE=127.0.0.[2..3]*4 $ONE=127.0.0.4*4 $TWO*4 $WHITE=127.0.[0..9].[1..3]*-2" <<-'EOF_LINES'
	online
	198.51.100.7
	198.51.100.7
	198.51.100.207
	198.51.100.77
	198.51.100.5
	203.0.113.5
	203.0.113.6
	198.51.100.200
	2001:db8:bad:1::5
	2001:db8:900d::5
	10.0.0.1
	settle
	198.51.100.7
	stats
	EOF_LINES
	said 3 '^list .* online'
	said 0 'offline'
	said 1 '^told 198.51.100.7 complete score 8 least 8 lists 2 rung drop'
	said 1 '^ready 198.51.100.7 complete score 8 .* rung drop'
	said 1 '^told 198.51.100.207 complete score 4 .* lists 1 rung reject'
	said 1 '^told 198.51.100.77 complete score 8 .* lists 2 rung drop' # .4 and .10: once
	said 1 '^told 198.51.100.5 complete score 6 .* rung reject'
	said 1 '^told 203.0.113.5 complete score -2 .* rung allow'
	said 1 '^told 203.0.113.6 complete score 0 .* rung none'
	said 1 '^told 198.51.100.200 complete score 0 .* rung none' # an exception of the zone
	# only one list has test entries for IPv6, so only that one is asked
	said 1 '^told 2001:db8:bad:1::5 complete score 4 .* lists 1 rung reject'
	said 1 '^told 2001:db8:900d::5 complete score 0'
	said 1 '^spared 10.0.0.1'
	expect 5 "$(told_number "^stats $ONE" listed)" "listings"
}

# What ends is asked again while the source is about, and follows the zone.
test_dnsbl_a_zone_that_changes()
{
	dns_folder
	zones
	{
		echo "online"
		echo "198.51.100.7"
		echo "settle"
		echo "! sed -i s/198.51.100/192.0.2/ one4 two4; pkill -HUP rbldnsd; sleep 2.2"
		for _ in 1 2 3 4 5 6; do
			echo "wait 700"
			echo "198.51.100.7"
		done
	} | dnsbl 5301 "$ONE*4 $TWO*4"
	said 1+ '^told 198.51.100.7 complete score 8'
	said 1+ '^told 198.51.100.7 complete score 0'
	grep 198.51.100.7 said | tail -n 1 | grep -q 'score 0' || die "it stays listed"
}

test_dnsbl_thousand_sources_a_second()
{
	dns_folder
	zones
	"$DNSBLQ" -s 127.0.0.1:5301 "$ONE*4 $TWO*4 $WHITE*-2" > said <<-'EOF_LINES'
	online
	flood 1000 3
	settle
	stats
	EOF_LINES
	grep -vE '^(told|ready)' said
	said 0 offline
	expect "$(sed -n 's/^flooded //p' said)" "$(told_number '^engine' sources)" "sources"
	[ "$(told_number '^engine' told)" -ge "$(sed -n 's/^flooded //p' said)" ] || die "some were not told of"
}
