# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The limits over real connections: rates, connections at once, floods. A SYN that is dropped
# is repeated by the sender's TCP after one second, so short times show a drop.

# rates SETTING...: only these rates, and in force.
rates()
{
	attach --mode enforce
	x limits set rates=enforce unknown.source=none unknown.net=none "$@"
}

# passing SOURCE COUNT: how many of COUNT connections, one after the other, pass at once.
passing()
{
	local i

	for ((i = 0; i < $2; i++)); do
		reach "$1"
	done | grep -c connected || true
}

test_each_limit_source_rate()
{
	rates unknown.source=1/min:3
	expect 3 "$(passing $BAD 5)" "connections of a source that may have three at once"
	explains $BAD drop_rate
	expect "xdpctl allow $BAD" "$(explained $BAD .undo)" "the way out"
	expect 3 "$(passing $BAD6 5)" "of an IPv6 source"
	expect connected "$(reach $GOOD)" "of another source"
	x allow $BAD
	expect 5 "$(passing $BAD 5)" "of an allowed source"
	x unallow $BAD
	expect timeout "$(reach $BAD)" "one that is allowed no more"
	[ "$(counted drop_rate)" -ge 5 ] || die "dropped only $(counted drop_rate)"
	verified
}

test_limit_net_rate()
{
	rates unknown.net=1/min:4
	expect 2 "$(passing 198.51.100.1 2)" "connections of a first neighbour"
	expect 2 "$(passing 198.51.100.2 4)" "of a second one in the same /24"
	explains 198.51.100.3 drop_rate_net
	expect connected "$(reach $GOOD)" "from another /24"
}

# What is refused costs nothing, so a sender that keeps trying gets in at its rate.
test_limit_lets_patient_senders_in()
{
	rates unknown.source=30/min:1
	expect connected "$(reach $BAD)" "the first connection"
	expect connected "$(reach $BAD 25 3.5)" "one that TCP repeats"
}

test_limit_shadow_drops_nothing()
{
	attach --mode enforce
	x limits set rates=shadow
	expect 4 "$(passing $BAD 4)" "connections"
	x limits set unknown.source=1/min:2
	expect 4 "$(passing $BAD 4)" "connections in shadow mode with less"
	[ "$(counted would_rate)" -ge 2 ] || die "would_rate is $(counted would_rate)"
	expect 0 "$(counted 'drop_.*')" "drops"
	x limits set rates=off
	explains $BAD pass_unknown
}

test_limit_settings_stay()
{
	local before

	attach --mode enforce
	exits 0 x limits set rates=enforce unknown.source@587=300/min:9 flood-high=100
	before=$(x limits show -p)
	grep -qP '^unknown.source.ipv6@587\t300/min:9$' <<< "$before" || die "not there: $before"
	exits 2 x limits set rates=off unknown.source=fast
	says '"fast" is not a rate'
	exits 0 x limits set rates=off --dry-run
	expect "$before" "$(x limits show -p)" "settings after an error and a dry run"
	x detach --all
	expect "$before" "$(x limits show -p)" "settings that are stored"
	attach
	expect "$before" "$(x limits show -p)" "settings after another attach"
	x limits set unknown.source=30/min:10
	expect enforce "$(x limits show -j | jq -r .settings.rates)" "another setting"
}

# held COUNT SOURCE: so many connections that stay.
held()
{
	local i

	for ((i = 0; i < $1; i++)); do
		(sleep 30 | wire sender hold "$(mx_for "$2")" 25 "$2") > "/run/held.$2.$i" &
		until grep -q 220 "/run/held.$2.$i"; do sleep 0.02; done
	done
}

test_limit_connections()
{
	attach --mode enforce
	x limits set rates=off connections=enforce connections-source=3 connections-net=5
	held 3 $BAD
	explains $BAD drop_conns
	expect "3 3 true" "$(explained $BAD '.limits | "\(.source.open) \(.net.open) \(.source.full)"')" "what is open"
	drops $BAD
	expect connected "$(reach 198.51.100.8)" "a connection of a neighbour"
	held 2 198.51.100.8
	explains 198.51.100.9 drop_conns_net
	drops 198.51.100.9
	passes $GOOD
	attach # replaced in place
	explains $BAD drop_conns
	pkill -KILL -f "wire.py hold $MX4 25 $BAD"
	for _ in $(seq 100); do
		[ "$(explained $BAD .limits.net.open)" != 2 ] || break
		sleep 0.05
	done
	expect "0 2" "$(explained $BAD '.limits | "\(.source.open) \(.net.open)"')" "after their ends"
	passes $BAD
	x limits set connections=shadow
	held 3 $BAD
	passes $BAD
	[ "$(counted would_conns)" -ge 1 ] || die "not counted in shadow"
}

# NAT sends the protected port to another one, whose connections are counted all the same.
test_limit_connections_behind_NAT()
{
	lab_in mx nft add table ip lab && lab_in mx nft add chain ip lab pre '{ type nat hook prerouting priority dstnat; }' &&
		lab_in mx nft add rule ip lab pre tcp dport 25 redirect to :587 || skip "the kernel has no NAT"
	attach --mode enforce
	x limits set connections=enforce connections-source=2 unknown.source=2/h:4
	held 2 $BAD
	explains $BAD drop_conns
	drops $BAD
	x limits set connections=off
	passes $BAD
	passes $BAD
	explains $BAD drop_rate
}

# found SETTING: what `limits suggest` said of it
found()
{
	jq -r ".rates[] | select(.setting == \"$1\") | \"\(.finding) \(.accounts) \(.most_at_once) \(.suggestion)\"" \
		<<< "$OUT"
}

# Ten sources of two nets hold two connections each; one sends SYNs and never connects.
test_limit_suggest()
{
	local i

	attach
	x limits set unknown.source.ipv4=2/h:10 unknown.net.ipv4=10/h:100
	for i in 1 2 3 4 5; do
		held 2 198.51.100.$i
		held 2 203.0.113.$i
	done
	wire sender syns $MX4 25 0.5 200 198.18.0.1 > /run/spoofed
	sleep 1.5
	exits 0 x limits suggest --for 1s -j
	expect 10 "$(jq .sources <<< "$OUT")" "sources that were seen"
	expect "fits 10 2 2/h:5" "$(found unknown.source.ipv4)" "what the sources need"
	expect "too_little 2 10 null" "$(found unknown.net.ipv4)" "what the nets need"
	expect "" "$(found unknown.source.ipv6)" "a rate that nobody was charged for"
	x limits set unknown.source.ipv4=2/h:2
	exits 0 x limits suggest --for 1s
	says 'xdpctl limits set rates=shadow unknown.source.ipv4=4/h:4$'
	x limits set rates=off
	refused 1 'rates=off' x limits suggest --for 1s
}

# A connection begins with the second SYN, and the source needs no proof for a minute.
test_each_limit_flood_proof()
{
	local begin

	attach --mode enforce
	x limits set flood=forced
	begin=$(date +%s%N)
	passes $BAD
	[ $((($(date +%s%N) - begin) / 1000000)) -ge 900 ] || die "it passed without a proof"
	expect connected "$(reach $BAD)" "the next connection"
	explains $BAD pass_proven
	explains $GOOD drop_proof
	x allow $GOOD
	expect connected "$(reach $GOOD)" "an allowed source"
	passes $BAD6
	x limits set flood=off
	expect connected "$(reach 198.51.100.8)" "a connection without a flood"
}

# outside: synflood's host on eth1, with sources that have no way back but there.
outside()
{
	[ -x "$ROOT/build/bench/synflood" ] || skip "build/bench/synflood is not built"
	lab_host outside
	lab_cable mx eth1 outside eth0
	lab_address mx eth1 10.9.0.25/24
	ip -n mx route replace 198.18.0.0/15 via 10.9.0.200
	x attach eth1 --xdp "$XDP"
}

# flood SECONDS RATE: SYNs of new sources.
flood()
{
	lab_in outside "$ROOT/build/bench/synflood" --lcores 0@0,1@0,2@0 --no-huge --no-pci --no-telemetry \
		-m 128 --vdev=net_af_packet0,iface=eth0 -- --dest 10.9.0.25 --quiet --json /run/flood.json \
		--test-net 10.9.0.0/24 --own 10.9.0.200 --rate "$2" --seconds "$1" > /run/flood.log 2>&1
}

# A hundred clients deliver mail to Postfix, and nothing of a stateless generator gets there.
test_limit_flood_lets_clients_through()
{
	local clients sent answered begun

	kill $LISTENER
	lab_postfix mx
	attach --mode enforce
	outside
	x limits set flood-high=2000 flood-low=1000
	x watch > /run/watch.log 2>&1 &
	clients=$(seq -f '203.0.113.%g' 1 100)
	flood 14 "${FLOOD_RATE:-200000}" &
	until x limits show -j | jq -e .state.flood > /dev/null; do sleep 0.1; done
	sleep 0.5
	# shellcheck disable=SC2086 # words
	wire sender deliver $MX4 25 0.05 $clients > /run/clients
	echo "clients, from their first SYN on: $(cat /run/clients)"
	wait $!
	grep -q '^100 delivered, 0 failed' /run/clients || die "of 100 clients: $(cat /run/clients)"
	sent=$(jq '[.classes[].ports["25"].flows] | add' /run/flood.json)
	answered=$(jq '[.classes[].ports["25"].syn_ack] | add' /run/flood.json)
	echo "sent $sent, answered $answered, $(x limits show -j | jq -c .state)"
	# Those before a flood is noticed pass: up to a window that is full, and what the one before it had.
	begun=$((($(x limits show -j | jq .state.flood_changes) + 1) / 2))
	[ "$answered" -le $((sent / 1000 + begun * 2 * 2200)) ] || die "$answered of $sent SYNs passed"
	[ "$(counted drop_proof)" -gt $((sent / 2)) ] || die "only $(counted drop_proof) were dropped"
	sleep 2.5
	expect connected "$(reach 203.0.113.200)" "a client after the flood"
	expect false "$(x limits show -j | jq .state.flood)" "the flood is over"
	grep -q "a flood begins: 2...[ 0-9]*SYNs" /run/watch.log || die "not told: $(tail -3 /run/watch.log)"
	grep -q "a flood ends" /run/watch.log || die "its end was not told"
}

# spoofer: livegen's wire, which ends at the MX host. What passes reaches its listener.
spoofer()
{
	[ -x "$ROOT/build/bench/livegen" ] || skip "build/bench/livegen is not built"
	ip -n mx link add out0 type veth peer name in0 address 02:00:00:00:00:01
	lab_in mx sysctl -qw net.ipv6.conf.out0.disable_ipv6=1 net.ipv6.conf.in0.disable_ipv6=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.in0.rp_filter=0
	ip -n mx link set out0 up
	ip -n mx link set in0 up
	lab_in mx ethtool -K in0 gro on
}

# spoofed OPTION...: livegen's SYNs into the MX host.
spoofed()
{
	lab_in mx "$ROOT/build/bench/livegen" --dev out0 --dest $MX4 --json "$@" > /run/live.json
}

# Connections of an allowed sender, one after the other: timed SECONDS WHAT
timed()
{
	OUT=$(wire sender times $MX4 25 "$1" $GOOD)
	echo "$2: $OUT"
}

# The memory that each map of the filter takes, and how many entries there are.
held_by_maps()
{
	local pin

	for pin in "$PINS"/*; do
		# Programs and links are pinned there too.
		lab_in mx bpftool -j map show pinned "$pin" 2> /dev/null | jq -c 'select(.name) | [.name, .bytes_memlock]' || true
	done
	x status -j | jq -c .entries
}

# S1: ten million SYNs, each of another sender: nothing grows, and an allowed sender gets in all the time.
test_limit_ten_million_spoofed()
{
	local before cookies

	spoofer
	timed 1 "no filter, no flood"
	for cookies in 1 0; do
		lab_in mx sysctl -qw net.ipv4.tcp_syncookies=$cookies
		spoofed --seconds 4 &
		timed 3 "no filter, flood, tcp_syncookies=$cookies"
		wait $!
		echo "of $(jq .receiver.received /run/live.json) SYNs: $(lab_in mx nstat | awk '/Syncookies|ListenDrops|ReqQFull/ { print $1, $2 }' | xargs)"
	done
	[[ $OUT != *" 0 failed"* ]] || die "the flood does not harm a listener without cookies: $OUT"
	lab_in mx sysctl -qw net.ipv4.tcp_syncookies=1
	kill $LISTENER # and with it the connections that are never completed
	listener
	attach --mode enforce
	x attach in0 --xdp "$XDP"
	x allow $GOOD
	x limits set rates=enforce
	timed 1 "filter, no flood"
	before=$(held_by_maps)
	[ "$(wc -l <<< "$before")" -gt 10 ] || die "the maps are not told: $before"
	spoofed --count 10000000 --share 0 &
	timed 4 "filter, flood"
	[[ $OUT == *" 0 failed"* ]] || die "the allowed sender: $OUT"
	wait $!
	echo "sent: $(cat /run/live.json)"
	echo "reasons: $(x stats -j | jq -c '.reasons | map_values(.packets) | with_entries(select(.value > 0))')"
	x limits show -j | jq -c .state
	expect "$before" "$(held_by_maps)" "the maps after the flood"
	[ "$(counted drop_proof)" -gt 1000000 ] || die "only $(counted drop_proof) were dropped for want of a proof"
	verified
}

# S2: a million SYNs that bear a sender's address make no entry, and it is served soon after.
test_limit_spoofed_sender()
{
	spoofer
	attach --mode enforce
	x attach in0 --xdp "$XDP"
	x limits set rates=enforce
	echo $GOOD > /run/list
	spoofed --count 1000000 --share 100 --listed /run/list
	echo "reasons: $(x stats -j | jq -c '.reasons | map_values(.packets) | with_entries(select(.value > 0))')"
	expect 0 "$(x list -p | grep -vc '^never' || true)" "entries after SYNs of a sender"
	[ "$(counted 'drop_rate|drop_rate_net|drop_proof')" -gt 500000 ] || die "it was not limited"
	expect connected "$(reach $GOOD 25 60)" "a connection of it within 60 s"
	expect 0 "$(explained $GOOD '.entries | length')" "entries of it"
}

# forged VERB SOURCE...: SYNs in the name of sources, while GOOD delivers a mail.
forged()
{
	local verb=$1 flooding

	shift
	wire sender "$verb" $MX4 25 4 1000 "$@" > /run/spoofed &
	flooding=$!
	sleep 1.5
	wire sender deliver $MX4 25 0 $GOOD > /run/clients
	echo "rates=$RATES flood=$FLOOD, $verb in the name of $# sources: $(cat /run/clients)"
	grep -q '^1 delivered, 0 failed' /run/clients || die "the mail of the sender: $(cat /run/clients)"
	wait $flooding
}

# Whatever a stranger sends in the name of a sender, of its neighbours or of a hundred nets, costs
# that sender nothing but the time of a proof in a flood.
test_limit_forged_flood_harms_nobody()
{
	local neighbours nets

	neighbours=$(seq -f '203.0.113.%g' 1 254)
	nets=$(seq -f '198.18.%g.9' 1 99)
	kill $LISTENER
	lab_postfix mx
	attach --mode enforce
	for RATES in enforce shadow; do
		for FLOOD in off shadow auto forced; do
			x limits set rates=$RATES connections=$RATES flood=$FLOOD unknown.source=30/min:3 unknown.net=60/min:6 \
				connections-source=2 connections-net=5 flood-high=500 flood-low=250
			for verb in syns again; do
				forged $verb $GOOD
				# shellcheck disable=SC2086 # words
				[ $RATES = shadow ] || forged $verb $neighbours
				# shellcheck disable=SC2086 # words
				[ $RATES = shadow ] || forged $verb $GOOD $nets
				sleep 6 # what the mails owe is paid
			done
		done
	done
	expect 0 "$(counted 'drop_rate|drop_rate_net|drop_conns|drop_conns_net')" "SYNs that a limit dropped"
	expect 0 "$(explained $GOOD '.entries | length')" "entries of it"
}
