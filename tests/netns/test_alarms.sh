# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets and reads them
#
# What forged SYNs make of the alarms about lists, at ten times the rate that once sufficed: no block
# is taken back, and no bot gets in for them. And lists that are mad indeed.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# unlimited: the lists may be asked as often as it takes.
unlimited()
{
	sed -i 's/^deadline.*/&\nqueries_per_second = 0/' /run/etc/mxwall.conf
}

# visit SOURCE...: one connection each, or the try; how many connect.
visit()
{
	wire sender connect $MX4 25 0.8 "$@" > /run/visit
	grep -c connected /run/visit || true
}

# no_list_harmed: no list went offline, and nothing was taken back.
no_list_harmed()
{
	! grep -E 'event=withdrawn|event=kept-back|state=lists-|state=canaries' /run/mxwalld.log ||
		die "a list was not believed"
}

# 3 300 forged SYNs from listed space in ten seconds. With the cap of 2 000 new blocks a minute, 33 a
# second sufficed: of 40 bots that came then, 40 connected a second time. Now none does.
test_forged_listed_sources_let_no_bot_in()
{
	local bots=(198.51.100.{20..59})

	lists 198.18.0.0/15 "${bots[@]}"
	attach --mode enforce
	conf
	unlimited
	sed -i 's/^log_level.*/log_level = info/' /run/etc/mxwall.conf
	controller
	wire sender syns $MX4 25 10 330 198.18.{0..13}.{1..250} > /run/sent &
	SENDER=$!
	sleep 8
	echo "first visits: $(visit "${bots[@]}") of 40 connect"
	wait $SENDER
	echo "second visits: $(visit "${bots[@]}") of 40 connect"
	expect 0 "$(grep -c connected /run/visit)" "second visits that connect"
	logged 'event=list list=bl.one.example state=suspected .*new_blocks_per_minute'
	logged 'event=list list=bl.one.example state=online .*nothing contradicts it' 20
	logged 'besides those logged, in the last 10 s: .* blocked' 15
	no_list_harmed
	[ "$(grep -c event=blocked /run/mxwalld.log)" -le 1000 ] || die "a line for each block"
	x dnsbl list -j | jq -e '.lists[0] | .online and .suspected_for == "blocks" and .figures.suspicions.blocks == 1' ||
		die "it does not say so: $(x dnsbl list -j)"
}

# 60 bots that retry beside 20 clean senders, and then a flood in the name of one of them: nine SYNs of
# ten are dropped. That share once kept the next 20 bots from being blocked; now none of them connects
# a second time.
test_a_share_of_drops_lets_no_bot_in()
{
	local bots=(198.51.100.{20..79}) clean=(203.0.113.{20..39}) more=(198.51.100.{120..139})

	lists "${bots[@]}" "${more[@]}"
	attach --mode enforce
	conf
	unlimited
	controller
	visit "${bots[@]}" "${clean[@]}"
	for _ in {1..4}; do
		visit "${bots[@]}"
	done
	visit "${clean[@]}"
	expect 20 "$(grep -c connected /run/visit)" "clean senders that connect"
	wire sender syns $MX4 25 3 100 198.51.100.20 > /run/sent
	sleep 1
	echo "SYNs dropped: $(counted drop_auto)"
	visit "${more[@]}"
	sleep 0.5
	expect 0 "$(visit "${more[@]}")" "bots that connect a second time"
	no_list_harmed
}

# world ZONE: a list that has everybody, but not 127.0.0.1.
world()
{
	printf '$TTL 60\n:127.0.0.2:listed\n!127.0.0.1\n0.0.0.0/1\n128.0.0.0/1\n' > "/run/dns/$1.new"
	mv "/run/dns/$1.new" "/run/dns/$1"
}

# Its test entries are right, and it lists everybody else: found within a minute, with nobody coming.
test_a_list_of_everybody_with_right_test_entries()
{
	all_up
	expect connected "$(reach $LISTED 25 3)" "the first connection"
	logged "event=blocked source=$LISTED"
	world one
	logged 'event=list list=bl.one.example state=lists-nobody .*withdrawn=1' 60
	logged "event=withdrawn source=$LISTED"
	passes 203.0.113.50
	passes $LISTED
	zone one $LISTED
	logged 'event=list list=bl.one.example state=online' 10
	for _ in $(seq 300); do
		[ "$(grep -c 'list=bl.one.example state=online' /run/mxwalld.log)" -lt 2 ] || break
		sleep 0.3
	done
	expect 2 "$(grep -c 'list=bl.one.example state=online' /run/mxwalld.log)" "times that it came online"
	# What it says counts again.
	reach $LISTED 25 3 > /run/reached
	for _ in $(seq 100); do
		[ "$(grep -c "event=blocked source=$LISTED" /run/mxwalld.log)" -lt 2 ] || break
		reach $LISTED 25 0.5 > /run/reached
	done
	drops $LISTED
}
