# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Feeds from file to verdict: modes, overlaps, guards, holding.
. "$ROOT/tests/netns/feeds.sh"

test_each_feed_is_in_force_when_add_returns()
{
	begin
	printf '# ours\n%s\n11.2.0.0/16 ; a net\n11.4.0.0-11.4.0.9\n%s/48\n' $LISTED 2a00:bad:1:: > list
	passes $LISTED
	exits 0 x feed add mine list --reason "spam run"
	says '3 ranges|4 ranges'
	drops $LISTED
	drops 11.2.255.255
	drops 11.4.0.9
	drops $LISTED6
	passes $OTHER
	passes 11.4.0.10
	passes $OTHER6
	explains $LISTED drop_feed
	explains $OTHER pass_unknown
	expect mine "$(explained $LISTED6 .feed)" "the feed that explain names"
	expect "enforce ok" "$(feed mine '"\(.mode) \(.state)"')" "the feed's state"
	[ "$(feed mine .packets)" -gt 3 ] || die "no hits are counted: $(x feed list)"
	[ "$(counted drop_feed)" -gt 3 ] || die "no drops are counted"
	exits 1 x feed add mine list
	says 'already'
	exits 1 x feed add none /nowhere
	verified
	x feed remove mine
	passes $LISTED
	passes $LISTED6
	exits 1 x feed show mine
	verified
	[ -z "$(ls /var/lib/mxwall/feeds)" ] || die "files are left: $(ls /var/lib/mxwall/feeds)"
}

test_feed_modes()
{
	begin
	echo $LISTED > list
	x feed add mine list --mode shadow
	explains $LISTED would_feed
	passes $LISTED
	[ "$(counted would_feed)" -gt 0 ] || die "shadow does not count"
	x feed mode mine limit
	explains $LISTED pass_listed
	passes $LISTED
	x feed mode mine enforce
	explains $LISTED drop_feed
	drops $LISTED
	x mode monitor
	explains $LISTED would_feed
	passes $LISTED
	x mode enforce
	exits 2 x feed mode mine hard
	x allow $LISTED
	passes $LISTED
	explains $LISTED pass_allow
	x unallow $LISTED
	x block $OTHER
	drops $LISTED
	explains $OTHER drop_block
	exits 2 x feed add both list --allow --mode limit
	verified
}

test_feeds_that_overlap()
{
	begin
	echo 11.1.0.0/16 > wide
	echo 11.1.2.0/24 > good
	printf '11.1.2.0/25\n11.7.0.0/16\n' > strict
	x feed add b-wide wide --mode shadow
	x feed add a-strict strict
	explains 11.1.2.3 drop_feed
	expect a-strict "$(explained 11.1.2.3 .feed)" "the strongest feed"
	expect "a-strict b-wide" "$(explained 11.1.2.3 '[.entries[].feed] | join(" ")')" "all feeds that list it"
	explains 11.1.9.9 would_feed
	x feed add z-good good --allow
	explains 11.1.2.3 pass_feed
	passes 11.1.2.3
	drops 11.7.0.1
	x block 11.1.2.3
	drops 11.1.2.3
	x unblock 11.1.2.3
	x feed remove z-good
	drops 11.1.2.3
	x feed mode b-wide limit
	explains 11.1.2.3 drop_feed
	x feed mode a-strict shadow
	explains 11.1.2.3 pass_listed
	expect b-wide "$(explained 11.1.2.3 .feed)" "limit before shadow"
	x feed add c-wide wide
	expect c-wide "$(explained 11.1.9.9 .feed)" "enforce before limit"
	verified
}

test_feed_allows_in_its_own_list()
{
	begin
	printf '11.1.2.0/24 OK\n11.1.0.0/16 REJECT\n' > table
	x feed add pf table --format postfix
	drops 11.1.9.9
	passes 11.1.2.3
	explains 11.1.2.3 pass_feed
	x feed mode pf shadow
	explains 11.1.2.3 pass_unknown
	explains 11.1.9.9 would_feed
	x feed remove pf
	x feed add pf table --format postfix --allow
	explains 11.1.2.3 pass_feed
	explains 11.1.9.9 pass_unknown
	verified
}

test_a_guess_never_allows()
{
	begin
	printf '%s\t10\n11.1.2.4\t7\n' $LISTED > list
	exits 0 x feed add counted list
	drops $LISTED
	expect 0 "$(feed counted .allowed4)" "addresses that a column of counts allows"
	x feed remove counted
	printf '11.1.2.3 OK\n11.1.0.0/16 REJECT\n' > list
	exits 1 x feed add table list
	says '1 entry would allow, and a guess never allows: .* --format postfix'
	exits 1 x feed add table list --force
	exits 1 x feed show table
	# One that was good before does not begin to allow by a refresh.
	echo '11.1.0.0/16 REJECT' > list
	exits 0 x feed add table list
	drops 11.1.2.3
	printf '11.1.2.3 OK\n11.1.0.0/16 REJECT\n' > list
	exits 1 x feed refresh table
	says 'a guess never allows'
	drops 11.1.2.3
	x feed remove table
	exits 0 x feed add table list --format postfix
	passes 11.1.2.3
	# What a feed that limits allows is allowed against its own blocks and no others.
	x feed mode table limit
	echo 11.1.2.0/24 > other
	x feed add other other
	drops 11.1.2.3
	explains 11.1.2.3 drop_feed
	explains 11.1.9.9 pass_listed
	verified
}

test_the_format_is_told_and_another_one_is_held()
{
	begin
	{ many 11 200; echo $LISTED; } > list
	exits 0 x feed add mine list
	says 'format: plain \(its lines are addresses'
	expect "auto plain its lines are addresses, networks and ranges" \
		"$(feed mine '"\(.format) \(.format_found) \(.format_why)"')" "the format"
	{ many 11 200; echo $OTHER; } | sed 's/$/\t5/' > list
	exits 4 x feed refresh mine
	says 'format was plain and now looks like columns: the list is held'
	drops $LISTED
	passes $OTHER
	expect plain "$(feed mine .format_found)" "the format in force"
	exits 0 x feed refresh mine --force
	expect columns "$(feed mine .format_found)" "the format that was accepted"
	drops $OTHER
	exits 0 x feed refresh mine
	many 11 200 > list # columns need not be there
	exits 0 x feed refresh mine
	expect columns "$(feed mine .format_found)" "the format stays"
	exits 0 x feed add named list --format plain
	says 'format: plain \(named\)'
	exits 0 x feed show named
	says 'format +plain \(named\)'
	mkdir dir
	many 11 200 > dir/a
	many 12 200 | sed 's/$/ 7/' > dir/b
	exits 0 x feed add both dir
	says 'format: plain, columns \(its files differ\)'
	echo '11.2.3.4 OK' > dir/b
	exits 1 x feed add mixed dir --allow
	verified
}

test_P14_own_and_never_block_addresses_are_never_dropped()
{
	begin
	ip -n mx address add 11.5.0.1/32 dev eth0
	attach --never 11.6.0.1
	{ many 11 3000; echo 11.5.0.1; echo 11.6.0.0/24; } > list
	exits 0 x feed add mine list
	says 'line 3001: "11\.5\.0\.1" is refused: never blocked: own address'
	says '1 never-block address cut out'
	explains 11.6.0.1 pass_never
	passes 11.6.0.1
	drops 11.6.0.2
	exits 2 x feed import mine 11.5.0.1
	says 'never blocked'
	exits 2 x feed import mine 11.6.0.0/16
	says 'never blocked'
	verified
}

# refused NAME PATTERN: a feed of the file "list" is refused with that, and the good one stays.
refused()
{
	exits 1 x feed add "$1" list
	says "$2"
	cp list good-source
	exits 1 x feed refresh good
	says "$2"
	expect failed "$(feed good .state)" "the state after a failed refresh"
	drops $LISTED
	exits 1 x feed show "$1"
}

test_F1_F2_hostile_files_are_refused_and_the_last_good_stays()
{
	begin
	echo $LISTED > good-source
	x feed add good good-source
	printf '0.0.0.0/0\n' > list
	refused bad 'line 1: "0\.0\.0\.0/0" is refused'
	printf '# a\n\n127.0.0.0/8\n' > list
	refused bad 'line 3: "127\.0\.0\.0/8" is refused: 127.0.0.0/8 is the loopback'
	printf '::/0\n' > list
	refused bad 'line 1'
	printf '<!DOCTYPE html>\n<html><body>404</body></html>\n' > list
	refused bad 'HTML'
	printf '[{"cidr": "11.0.0.0/24", "sblid' > list
	refused bad 'line 1|list:1'
	printf '11.1.1.1\n11.1.\0001.2\n' > list
	refused bad 'NUL|binary'
	: > list
	refused bad 'empty'
	# Some bad ones in many good ones are left out by name ...
	{ many 11 5000; echo 10.1.2.3; echo 2.0.0.0/7; echo 192.168.0.0/16; } > list
	exits 0 x feed add some list
	says 'line 5001: "10\.1\.2\.3" is refused'
	says 'line 5002: "2\.0\.0\.0/7" is refused: wider than /8'
	expect 5000 "$(feed some .ranges)" "ranges"
	# ... and too many of them spoil it.
	for i in 1 2 3 4 5 6 7; do echo 10.1.2.$i; done >> list
	exits 1 x feed add many list
	says 'whole list'
	printf '2.0.0.0/7\n' > list
	exits 1 x feed add wide list
	exits 0 x feed add wide list --max-prefix 7
	x feed remove wide
	verified
	exits 2 x feed add u http://192.0.2.1/list
	says 'https'
	exits 2 x feed add ../x list
}

test_F3_a_list_that_turns_into_something_else_is_held()
{
	begin
	{ many 11 1000; echo $LISTED; } > list
	x feed add mine list
	{ many 12 10100; echo $OTHER; } > list
	exits 4 x feed refresh mine
	says 'grows from 1001 to 10101'
	expect held "$(feed mine .state)" "the state"
	drops $LISTED
	passes $OTHER
	exits 0 x status # it does what it should
	says 'HELD'
	exits 0 x feed diff mine
	says 'added: 10 101 IPv4'
	exits 0 x feed refresh mine --force
	says 'held list'
	drops $OTHER
	passes $LISTED
	echo $LISTED > list
	exits 4 x feed refresh mine
	says 'shrinks'
	drops $OTHER
	{ many 12 9000; echo $LISTED; } > list
	exits 0 x feed refresh mine # back to what it was
	drops $LISTED
	passes $OTHER
	expect ok "$(feed mine .state)" "the state"
	many 12 4000 > list # edited: fewer are meant
	exits 0 x feed refresh mine
	passes $LISTED
	many 12 4000 > copy
	x feed add uceprotect-1 copy
	many 12 2000 > copy # of somebody else's list: it may have been cut
	exits 4 x feed refresh uceprotect-1
	says 'shrinks'
	x feed remove uceprotect-1
	for i in 1 2 3 5 6 7 8 9; do echo "$((i * 20 + 3)).0.0.0/8"; done > wide
	for i in $(seq 20 29); do echo "$i.0.0.0/8"; done >> wide
	exits 1 x feed add wide wide
	says 'more than 5 %'
	exits 0 x feed add wide wide --force
	verified
}
