# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What feeds allow, and lists that have become empty.
. "$ROOT/tests/netns/feeds.sh"

# A feed that limits and allows 11.1.2.0/24, before one by name that enforces a part of it.
test_feed_that_limits_lets_nothing_through_that_another_drops()
{
	begin
	printf '11.1.2.0/24 OK\n11.1.0.0/16 REJECT\n' > table
	printf '11.1.2.3\n11.1.3.3\n' > strict
	x feed add a-table table --format postfix --mode limit
	x feed add z-strict strict
	explains 11.1.2.3 drop_feed
	drops 11.1.2.3
	explains 11.1.3.3 drop_feed
	explains 11.1.2.4 pass_unknown
	explains 11.1.9.9 pass_listed
	verified
	x feed mode a-table enforce
	explains 11.1.2.3 pass_feed
	passes 11.1.2.3
	x feed mode a-table limit
	drops 11.1.2.3
	x feed mode a-table shadow
	drops 11.1.2.3
	verified
}

test_feed_allows_are_shown_apart()
{
	begin
	printf '11.1.2.0/24 OK\n2a00:bad:3::/48 OK\n11.1.0.0/16 REJECT\n' > table
	printf '11.1.2.0/24 OK\n11.4.0.0/24 OK\n11.1.0.0/16 REJECT\n' > new
	x feed add pf table --format postfix
	expect "65280 0 256 65536" "$(feed pf '"\(.addresses4) \(.networks6) \(.allowed4) \(.allowed6)"')" "the numbers in JSON"
	expect "pf enforce 65280 0 256 65536" \
		"$(x feed list -p | awk '{ print $1, $2, $4, $5, $6, $7 }')" "the numbers in the table"
	exits 0 x feed diff pf new --format postfix
	says '^allows added: 256 IPv4 addresses, 0 IPv6'
	says '^  \+ 11\.4\.0\.0-11\.4\.0\.255'
	says '^allows removed: 0 IPv4 addresses, 65 536 IPv6'
	expect "0 0 256 65536" "$(x feed diff pf new --format postfix -j |
		jq -r '"\(.added.addresses4) \(.removed.addresses4) \(.allows_added.addresses4) \(.allows_removed.networks6)"')" "the difference in JSON"
	exits 0 x feed export pf
	says 'note: what feed pf allows is not written: 256 IPv4 addresses and 65 536 IPv6 /64s'
	printf '11.1.2.0/24\n11.3.0.7\n' > good
	x feed add good good --allow
	for format in plain nft ipset rbldnsd; do
		exits 0 x feed export good --format $format
		says '11\.3\.0\.7'
		says '11\.1\.2\.0'
	done
	exits 0 x feed diff good table --format postfix
	says '^allows removed: 1 IPv4'
	for i in $(seq 20 40); do echo "$i.0.0.0/8"; done > wide
	exits 1 x feed add wide wide --allow
	says 'allows 352321536 IPv4 addresses .*more than 5 %'
	exits 0 x feed add wide wide --allow --force
}

# empty FORMAT FULL EMPTY [found]: a list of the format, named or found, that blocks 11.1.2.3 and then ends.
empty()
{
	local named=(--format "$1")

	[ -z "${4:-}" ] || named=()
	printf "$2" > list
	exits 0 x feed add "$1" list "${named[@]}"
	drops $LISTED
	printf "$3" > list
	exits 4 x feed refresh "$1"
	says 'empty: it is held'
	expect held "$(feed "$1" .state)" "the state of an empty $1"
	drops $LISTED
	exits 0 x feed refresh "$1" --force
	passes $LISTED
	expect "0 ok" "$(feed "$1" '"\(.ranges) \(.state)"')" "an empty $1, taken"
	exits 0 x feed refresh "$1" # still empty: nothing to hold
	printf "$2" > list
	exits 0 x feed refresh "$1"
	drops $LISTED
	x feed remove "$1"
}

test_feed_that_has_become_empty_is_held_and_then_taken()
{
	begin
	empty fail2ban '11.1.2.3\n' ''
	empty fail2ban '11.1.2.3\n' '\n'
	empty ipset 'create bad hash:ip family inet\nadd bad 11.1.2.3\n' 'create bad hash:ip family inet\n' found
	empty nft '{"nftables": [{"set": {"family": "inet", "name": "bad", "table": "t", "type": "ipv4_addr", "elem": ["11.1.2.3"]}}]}\n' \
		'{"nftables": [{"set": {"family": "inet", "name": "bad", "table": "t", "type": "ipv4_addr"}}]}\n' found
	empty postfix '11.1.2.3 REJECT\n' '# nothing\n'
	empty spamdb 'TRAPPED|11.1.2.3|1900000000\n' ''
	empty crowdsec-json '[{"decisions": [{"type": "ban", "scope": "Ip", "value": "11.1.2.3", "duration": "4h"}]}]\n' 'null\n' found
	empty crowdsec-json '{"new": [{"type": "ban", "scope": "Ip", "value": "11.1.2.3", "duration": "4h"}]}\n' '{"new":[],"deleted":[]}\n' found
	empty crowdsec-csv 'id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id\n1,crowdsec,Ip:11.1.2.3,x,ban,,,1,4h,false,1\n' \
		'id,source,ip,reason,action,country,as,events_count,expiration,simulated,alert_id\n' found
	# A list that people publish is never empty, and an answer that is none is not an empty list.
	echo $LISTED > list
	x feed add plain list --format plain
	x feed add jail list --format fail2ban
	: > list
	exits 1 x feed refresh plain --force
	says 'the list is empty: it is not taken'
	echo 'ERROR Failed to access socket path' > list
	exits 1 x feed refresh jail --force
	drops $LISTED
	: > list
	exits 1 x feed add other list --format fail2ban
	says 'empty: it is held; --force takes it'
	exits 0 x feed add other list --format fail2ban --force
	verified
}
