#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # ROOT, ONE, TWO, WHITE are lib.sh's and dnslab.sh's
#
# What forged SYNs take from real senders, with real servers: bots that the lists have come three
# times each, amid a flood of sources that nobody has seen before. The figures in comments were
# taken with the same commands from the engine that gave each list its own budget and knew no
# ranks.
. "$ROOT/tests/netns/dnslab.sh"

# Two lists that have the bots, and 20.0.0.0/6 too if $1 is listed; one that allows nobody.
forged_zones()
{
	local list

	for list in one two; do
		printf '$TTL 60\n:127.0.0.2:x\n127.0.0.2\n198.51.100.0/24\n' > $list
		[ "${1:-}" != listed ] || printf '20.0.0.0/8\n21.0.0.0/8\n22.0.0.0/8\n23.0.0.0/8\n' >> $list
	done
	printf '$TTL 60\n:127.0.5.2:x\n127.0.0.2\n' > white
	dns_rbldnsd "$ONE:ip4set:one" "$TWO:ip4set:two" "$WHITE:ip4set:white"
	dns_unbound 5302 $ONE $TWO $WHITE
}

# attacked RATE PER_SECOND LEAST: of 80 bots at least that many are dropped the third time. An
# answer holds for a minute, which is longer than the attack.
attacked()
{
	local third

	{
		echo "online"
		echo "attack $1 12 80"
		echo "stats"
	} | "$DNSBLQ" -s 127.0.0.1:5301 -d 2000 -p 500 -q "$2" "$ONE*4 $TWO*4" > said
	third=$(told_number '^attacked' third)
	echo "$1 forged sources a second, $2 queries a second: $third of 80 bots dropped the third time"
	[ "$third" -ge "$3" ] || die "only $third: $(tail -n 12 said)"
	said 2 "^stats bl.* online"
}

# Before, with 100 queries a second: 52 of 80 at 200 forged sources a second, 11 at 1 000 and 1 at
# 10 000; with 4 000 queries a second 8 at 10 000.
test_dnsbl_forged_sources_take_no_verdicts()
{
	dns_folder
	forged_zones
	attacked 200 100 76
	attacked 1000 100 76
	attacked 10000 100 76
	attacked 10000 4000 76
}

# A quota of 1 000 a day in place of 100 000, and forged SYNs in proportion to 900 000, all of them
# of listed addresses. Before: none of 20 bots were dropped then.
test_dnsbl_forged_sources_take_no_quota()
{
	local i dropped

	dns_folder
	forged_zones listed
	{
		echo "online"
		echo "present 198.51.100.200"
		echo "settle"
		echo "flood 1000 9"
		for i in {1..20}; do echo "present 198.51.100.$i"; done
		echo "settle"
		echo "stats"
	} | "$DNSBLQ" -s 127.0.0.1:5301 -d 2000 -p 500 -Q 1000 "$ONE*4 $TWO*4 $WHITE*-4" > said
	dropped=$(grep -cE '^told 198.51.100.([1-9]|1[0-9]|20) complete .* rung drop' said || true)
	echo "after 9 000 forged sources and with a quota of 1 000 a day: $dropped of 20 bots dropped"
	expect 20 "$dropped" "bots dropped"
	said 3 "^stats .* online"
}
