# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Where feeds come from: https URLs of the operator's own, and ready-made feeds from wherever.
. "$ROOT/tests/netns/feeds.sh"
. "$ROOT/tests/netns/publisher.sh"

test_feed_of_an_own_url_goes_through_all_verbs()
{
	publisher
	begin
	exits 0 x feed add own "$PUBLIC/world" --mode shadow --ca-file ca.pem
	says 'feed own: taken, shadow'
	explains $LISTED would_feed
	exits 0 x feed mode own limit
	explains $LISTED pass_listed
	exits 0 x feed mode own enforce
	drops $LISTED
	exits 0 x feed show own
	says "source +$PUBLIC/world"
	expect "$PUBLIC/world" "$(x feed show own -j | jq -r .source)" "the source in JSON"
	exits 0 x feed refresh own
	says 'not due'
	exits 1 x feed diff own
	says 'asked a short while ago'
	exits 0 x feed export own
	exits 0 x feed import own $OTHER
	drops $OTHER
	exits 0 x feed remove own
	verified
}

test_feed_list_has_every_ready_made_feed()
{
	begin
	exits 0 x feed list -j
	expect "$(x feed list | sed -n 's/^ready-made: //p')" \
		"$(jq -r '[.ready_made[].name] | join(", ")' <<< "$OUT")" "the ready-made feeds in JSON"
	expect "null true limit" "$(jq -r '.ready_made[] | select(.name == "uceprotect-1") | "\(.url) \(.limit_only) \(.mode)"' <<< "$OUT")" \
		"the one without a URL"
}

test_feed_ready_made_is_what_it_is_from_every_source()
{
	begin
	exits 2 x feed add uceprotect-1
	says 'rsync.*xdpctl feed add uceprotect-1 FILE'
	exits 2 x feed add mine uceprotect-1
	says 'rsync'
	printf '$SOA 3600 ns.example. root.example. 1 600 300 86400 300\n11.1.2.3\n!11.9.9.9\n' > zone
	mkdir zones
	cp zone zones/one
	for source in zone zones -; do
		exits 2 x feed add uceprotect-1 $source --mode enforce < zone
		says 'not made to drop mail'
		exits 0 x feed add uceprotect-1 $source < zone
		expect "limit rbldnsd" "$(feed uceprotect-1 '"\(.mode) \(.format)"')" "mode and format from $source"
		explains $LISTED pass_listed
		passes $LISTED
		exits 2 x feed mode uceprotect-1 enforce
		says 'not made to drop mail'
		exits 0 x feed show uceprotect-1
		says 'credit +UCEPROTECT'
		x feed remove uceprotect-1
	done
	exits 2 x feed import uceprotect-1 $LISTED --mode enforce
	says 'not made to drop mail'
	exits 0 x feed import uceprotect-1 $LISTED
	expect limit "$(feed uceprotect-1 .mode)" "the mode of single entries"
	printf '10.0.0.0/8\n11.1.2.0/24\n' > netset
	exits 0 x feed add firehol-level1 netset
	says '1 reserved ones left out'
	expect shadow "$(feed firehol-level1 .mode)" "the mode of a file"
	verified
}

test_feed_list_shows_a_source_in_any_letters()
{
	begin
	echo $LISTED > "$(printf 'l\xe4st')"
	exits 0 x feed add mine "$(printf 'l\xe4st')"
	expect 1 "$(x feed list -j | jq '.feeds | length')" "the feeds in JSON"
	expect '/run/l?st' "$(x feed show mine -j | jq -r .source)" "the source in JSON"
	drops $LISTED
}
