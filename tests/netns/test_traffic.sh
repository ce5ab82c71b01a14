# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the filter does to real connections, and what it leaves alone.

test_each_M2_block_for_5s_acts_at_once_and_ends_without_us()
{
	local begin passed=

	attach --mode enforce
	passes $BAD
	x watch > /dev/null 2>&1 & # a process of ours to be killed
	sleep 0.2
	x block $BAD --for 5s --reason "for a moment"
	begin=$(date +%s%3N)
	expect timeout "$(reach $BAD 25 0.2)" "the first SYN after the block"
	passes $GOOD
	passes $GOOD6
	kill_ours
	while [ -z "$passed" ] && [ $(($(date +%s%3N) - begin)) -lt 60000 ]; do
		[ "$(reach $BAD 25 0.2)" != connected ] || passed=$(($(date +%s%3N) - begin))
	done
	[ -n "$passed" ] || die "$BAD is blocked for longer than a minute"
	# A machine that is busy elsewhere may notice late, but never early.
	[ "$passed" -ge 4000 ] && [ "$passed" -le 25000 ] || die "it passed again after $passed ms"
	expect 0 "$(x list block -j | jq '.entries | length')" "entries in the list after that"
}

test_each_M3_P10_P13_only_SYNs_to_port_25_are_touched()
{
	local address blocked="$ONLINK $BAD $ONLINK6 $BAD6"

	attach --mode enforce
	x block $ONLINK 198.51.100.0/24 $ONLINK6 2001:db8:bad::/48
	wire sender listen 25 &
	lab_wait_listen sender 25
	for address in $blocked; do
		passes "$address" 80
		passes "$address" 587
		our_mail_goes_out_to "$address"
		wire sender udp "$(mx_for "$address")" 53 "$address" || die "no UDP from $address"
		pings sender "$(mx_for "$address")" "$address"
	done
	# ARP and neighbour discovery, for blocked sources on the cable, asked from either side.
	ip -n mx neigh flush all
	ip -n sender neigh flush all
	pings mx $ONLINK $MX4
	pings mx $ONLINK6 $MX6
	expect 0 "$(counted '.*')" "packets judged, of any reason"
	for address in $blocked; do
		drops "$address" 25 0.2
	done
	expect "4 4" "$(counted drop_block) $(counted '.*')" "SYNs dropped, and judged"
}

# pings HOST TO FROM
pings()
{
	lab_in "$1" ping -q -c 2 -i 0.1 -W 1 -I "$3" "$2" > /dev/null || die "no ping from $3 to $2"
}

# Our own mail to a blocked host: its SYN-ACK comes from port 25.
our_mail_goes_out_to()
{
	expect "$(mx_for "$1") connected" "$(wire mx connect "$1" 25 1 "$(mx_for "$1")")" \
		"our own mail to $1"
}

test_each_P10_an_established_connection_outlives_its_block()
{
	local answer

	attach --mode enforce
	coproc HOLD { wire sender hold $MX4 25 $BAD; }
	read -r -t 3 answer <&"${HOLD[0]}"
	expect "220 mx.example ESMTP" "$answer" "the greeting"
	x block $BAD
	echo "still here" >&"${HOLD[1]}"
	read -r -t 3 answer <&"${HOLD[0]}"
	expect "still here" "$answer" "the echo after the block"
	drops $BAD
}

test_each_P13_other_ports_only_by_choice()
{
	attach --mode enforce --ports 25,587
	x block $BAD $BAD6
	drops $BAD
	drops $BAD 587
	drops $BAD6 587
	passes $BAD 80
	expect "[25,587]" "$(x status -j | jq -c '.ports')" "protected ports"
	attach --mode enforce --ports 25
	passes $BAD 587
	drops $BAD
}

test_each_P14_own_addresses_and_the_gateway_are_never_dropped()
{
	local own

	attach --mode enforce
	for own in $MX4 $MX6; do
		exits 2 x block $own
		says "machine's own"
		exits 2 x block --force $own
	done
	exits 2 x block $GATEWAY
	says 'gateway'
	exits 2 x block 192.0.2.0/24
	exits 2 x block 0.0.0.0/0
	exits 2 x block ::/0
	expect 0 "$(x list block -j | jq '.entries | length')" "entries after refusals"
	exits 0 x block --force $GATEWAY
	passes $GATEWAY
	explains $GATEWAY pass_never
	explains $MX4 pass_never
	exits 0 x block --force 192.0.2.0/24
	passes $GATEWAY
	explains $MX4 pass_never
	drops $ONLINK
	verified
}

# A neighbour in the /64 of this host is anybody.
test_each_S3_never_blocked_is_an_address_and_not_its_64()
{
	local near=2001:db8:25::66

	lab_address sender eth0 $near/64
	attach --mode enforce --never 2001:db8:bad:2::9
	exits 0 x block $near
	says "$MX6 \\(own address of eth0\\) lies in what you block, and passes all the same"
	drops $near
	explains $near drop_block
	explains $MX6 pass_never
	x list never -p | grep -q "^never	$MX6	" || die "list never shows another address than $MX6"
	exits 2 x block 2001:db8:bad:2::9
	says 'never-block set: 2001:db8:bad:2::9'
	exits 0 x block 2001:db8:bad:2::/64
	explains 2001:db8:bad:2::9 pass_never
	drops $GOOD6
	verified
}

test_P14_the_option_never_adds_to_the_set()
{
	attach --mode enforce --never 203.0.113.0/28
	exits 2 x block $GOOD
	says 'never'
	exits 0 x block --force $GOOD
	passes $GOOD
	explains $GOOD pass_never
	x block 203.0.113.100
	drops 203.0.113.100
}

test_each_modes_and_their_counters()
{
	attach
	x block $BAD $BAD6
	passes $BAD
	passes $BAD6
	expect "2 0" "$(counted would_block) $(counted drop_block)" "would-drops, drops in monitor mode"
	x mode enforce
	drops $BAD 25 0.2
	drops $BAD6 25 0.2
	expect 2 "$(counted drop_block)" "drops in enforce mode"
	passes $GOOD
	expect 1 "$(counted pass_unknown)" "unknown passes"
	x mode bypass
	passes $BAD
	expect 1 "$(counted pass_bypass)" "bypassed"
	explains $BAD pass_bypass
	expect bypass "$(x status -j | jq -r .mode)" "the mode in status"
	x mode monitor
	passes $BAD
}

test_each_shadow_allow_and_unblock()
{
	attach --mode enforce
	x block $BAD --mode shadow
	passes $BAD
	explains $BAD would_block
	x block $BAD
	drops $BAD
	x block 203.0.113.0/24 2001:db8:bad::/48
	x allow $GOOD 2001:db8:bad:2::/64
	passes $GOOD
	passes $GOOD6
	drops 203.0.113.10
	drops $BAD6
	explains $GOOD pass_allow
	x unallow $GOOD
	drops $GOOD
	x unblock $BAD
	passes $BAD
	x unblock 203.0.113.0/24
	passes $GOOD
	verified
}

test_each_only_protected_destinations()
{
	lab_address mx eth0 192.0.2.26/24
	attach --mode enforce --protect $MX4
	x block $BAD $BAD6
	drops $BAD
	passes $BAD6
	expect "$BAD connected" "$(wire sender connect 192.0.2.26 25 1 $BAD)" \
		"a connection to an unprotected destination"
}

test_each_two_interfaces_share_the_entries()
{
	lab_host other
	lab_cable mx eth1 other eth0
	lab_address mx eth1 10.1.0.25/24
	lab_address other eth0 10.1.0.1/24 10.1.0.66/24
	attach --mode enforce
	x attach eth1 --xdp "$XDP" --mode enforce
	expect 2 "$(x status -j | jq '.attached | length')" "interfaces in status"
	x block $BAD 10.1.0.66
	drops $BAD
	expect "10.1.0.66 timeout" "$(wire other connect 10.1.0.25 25 0.4 10.1.0.66)" \
		"through the second interface"
	x detach eth0
	passes $BAD
	explains 10.1.0.66 drop_block
	x detach eth1
	nothing_left
}

# mail_from SOURCE SECONDS: mail by swaks; prints its exit code. A mail that is to arrive
# gets time for a lost neighbour solicitation and the SYN behind it.
mail_from()
{
	local code=0

	lab_in sender swaks --server "$(mx_for "$1")" --local-interface "$1" --timeout "$2" \
		--helo sender.example --from a@sender.example --to b@mx.example < /dev/null \
		> "/run/mail-$1" 2>&1 || code=$?
	echo $code
}

test_each_real_mail_through_Postfix()
{
	kill $LISTENER
	while [ -n "$(lab_in mx ss -Hltn 'sport = :25')" ]; do sleep 0.05; done
	lab_address sender lo 192.0.2.67 $GOOD6
	lab_postfix mx
	attach --mode enforce
	x block $ONLINK $BAD6
	expect 0 "$(mail_from 192.0.2.67 20)" "mail from 192.0.2.67"
	expect 0 "$(mail_from $GOOD6 20)" "mail from $GOOD6"
	expect 2 "$(mail_from $ONLINK 2)" "mail from $ONLINK"
	expect 2 "$(mail_from $BAD6 2)" "mail from $BAD6"
	sleep 0.3
	expect 2 "$(grep -c 'status=sent' /run/postfix.log)" "mails that Postfix logged"
	! grep -F -e "[$ONLINK]" -e "[$BAD6]" /run/postfix.log || die "Postfix saw a blocked client"
}

test_watch_shows_what_happens()
{
	local watcher

	attach --mode enforce
	x block $BAD
	x watch -j --count 2 > /run/events &
	watcher=$!
	sleep 0.5
	drops $BAD 25 0.2
	passes $GOOD
	wait $watcher
	expect "$BAD $GOOD" "$(jq -rs 'map(.source) | join(" ")' /run/events)" "the sources"
	expect "drop_block pass_unknown" "$(jq -rs 'map(.reason) | join(" ")' /run/events)" "the reasons"
}

test_watch_gives_the_time_of_the_packet_not_of_the_reading()
{
	local sent shown

	attach --mode enforce
	x block $BAD
	drops $BAD 25 0.2
	sent=$(date +%s)
	sleep 3
	shown=$(x watch -j --count 1 | jq '.time | fromdate')
	[ $((sent - shown)) -le 1 ] && [ $((shown - sent)) -le 1 ] || die "sent at $sent, shown as $shown"
}
