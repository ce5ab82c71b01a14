# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# bench/synflood against the filter: what it says of the answers from outside is
# what the filter counts inside, to the packet.
#
#   outside   a host with nothing but a cable to the mx host's eth1: synflood is
#             10.9.0.200 and 2001:db8:9::200 there, and all sources behind these

SYNFLOOD=$ROOT/build/bench/synflood
LISTED=/run/listed
FLOOD=/run/flood.json
QUIET=--quiet

lab_outside()
{
	[ -x "$SYNFLOOD" ] || skip "build/bench/synflood is not built; it needs the package libdpdk-dev"
	lab_host outside
	lab_cable mx eth1 outside eth0
	lab_address mx eth1 10.9.0.25/24 2001:db8:9::25/64
	ip -n mx route replace 198.18.0.0/15 via 10.9.0.200
	ip -n mx route replace 2001:2::/48 via 2001:db8:9::200
	printf '%s\n' 198.18.7.0/24 198.18.9.9 2001:2:0:7::/64 2001:2:0:800::/56 > $LISTED
}

# Without limits: what nobody has blocked passes, at any rate.
attach_outside()
{
	x attach eth1 --xdp "$XDP" --mode enforce
	x limits set rates=off flood=off
}

# eal WORD... -- OPTION...: synflood on the outside host, with these words for EAL.
eal()
{
	lab_in outside "$SYNFLOOD" --lcores 0@0,1@0,2@0 --no-huge --no-pci --no-telemetry -m 128 "$@"
}

# To both addresses of the mx host, unless options say otherwise.
flood()
{
	rm -f $FLOOD
	eal --vdev=net_af_packet0,iface=eth0 -- --dest 10.9.0.25,2001:db8:9::25 ${QUIET:+"$QUIET"} --json $FLOOD \
		--test-net 10.9.0.0/24,2001:db8:9::/64 --own 10.9.0.200,2001:db8:9::200 "$@"
}

# disturbed COMMAND -- OPTION...: a flood that fails because COMMAND comes in between,
# when it has run for a second.
disturbed()
{
	local command=() pid code=0

	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	shift
	QUIET='' flood "$@" > /run/flood.log 2>&1 &
	pid=$!
	until grep -qE 'other [0-9]+ of ([3-9][0-9]{2}|[0-9]{4,})$' /run/flood.log; do
		kill -0 $pid || die "it ended too early: $(cat /run/flood.log)"
		sleep 0.05
	done
	"${command[@]}"
	wait $pid || code=$?
	OUT=$(cat /run/flood.log)
	expect 1 $code "the exit of: $OUT"
	[ "$(told .sent.flows)" -gt 200 ] || die "only $(told .sent.flows) flows in its figures"
}

# A figure of the last flood: told FILTER
told()
{
	jq -r "$1" $FLOOD
}

# A count of class and port: of listed 25 no_answer
of()
{
	told ".classes.$1.ports[\"$2\"].$3"
}

# The last flood ended early, by a sentence with PATTERN, and still told its figures.
failed_with()
{
	says "$1"
	expect 1 "$(grep -c '^synflood: ' <<< "$OUT")" "sentences in: $OUT"
	expect false "$(told .complete)" "complete"
	told .failure | grep -qiE -- "$1" || die "no '$1' in the JSON's failure: $(told .failure)"
}

test_each_synflood_agrees_with_the_filter_to_the_packet()
{
	local class

	lab_outside
	attach_outside
	x block --file $LISTED
	flood --rate 3000 --seconds 2 --listed $LISTED --listed-share 0.3 --ports 25:0.8,80:0.1,81:0.1
	expect "true 0 0" "$(told '"\(.complete) \(.received.foreign_answers) \(.received.late_answers)"')" \
		"complete, foreign and late answers"
	[ "$(of listed 25 flows)" -gt 1000 ] || die "only $(of listed 25 flows) SYNs from listed sources"
	expect "$(of listed 25 flows)" "$(of listed 25 no_answer)" "listed SYNs without an answer"
	expect "$(of listed 25 flows)" "$(counted drop_block)" "SYNs that the filter dropped"
	expect "$(of other 25 flows)" "$(of other 25 syn_ack)" "other SYNs that were answered"
	expect "$(of other 25 flows)" "$(counted pass_unknown)" "SYNs that the filter passed"
	expect "$(told '[.classes[].ports["25"].flows] | add')" "$(counted '.*')" "SYNs to port 25"
	for class in listed other; do
		expect "$(of $class 80 flows)" "$(of $class 80 syn_ack)" "$class on port 80"
		expect "$(of $class 81 flows)" "$(of $class 81 rst)" "$class on port 81, where nobody listens"
	done
}

test_synflood_retransmits_like_TCP()
{
	lab_outside
	attach_outside
	x block --file $LISTED
	flood --rate 200 --count 128 --listed $LISTED --listed-share 0.5 --retransmit=1,2
	expect "64 128 64" "$(told '[.classes.listed | .flows, .retransmits, .no_answer] | join(" ")')" \
		"listed flows, their retransmissions, unanswered"
	expect "64 0 64" "$(told '[.classes.other | .flows, .retransmits, .syn_ack] | join(" ")')" \
		"other flows, their retransmissions, answered"
	expect "192 64" "$(counted drop_block) $(counted pass_unknown)" "dropped, passed"
}

# The target still repeats its answers to the first run during the second.
test_synflood_tells_two_runs_apart()
{
	local options="--rate 1000 --count 300 --dest 10.9.0.25 --sources round-robin"

	lab_outside
	attach_outside
	# shellcheck disable=SC2086 # words
	flood $options --source-net 198.18.7.0/24 --wait 0
	x block --file $LISTED
	# shellcheck disable=SC2086
	flood $options --source-net 198.18.7.0/24 --listed $LISTED --wait 3000
	expect "300 300" "$(of listed 25 flows) $(of listed 25 no_answer)" "listed flows, unanswered"
	[ "$(told .received.foreign_answers)" -gt 0 ] || die "no late answer to the first run came"
}

test_synflood_shares_the_work_among_queues()
{
	lab_outside
	attach_outside
	x block --file $LISTED
	rm -f $FLOOD
	eal --vdev=net_af_packet0,iface=eth0,qpairs=2 -- --cores 2 --dest 10.9.0.25 --quiet --json $FLOOD \
		--test-net 10.9.0.0/24 --own 10.9.0.200 --rate 500 --count 1000 --wait 3000 --listed $LISTED --listed-share 0.2
	expect "500 500" "$(told '[.workers[].packets] | join(" ")')" "packets of each worker"
	expect 1000 "$(told .sent.flows)" "flows"
	expect "$(of listed 25 flows)" "$(of listed 25 no_answer)" "listed SYNs without an answer"
	expect "$(of other 25 flows)" "$(of other 25 syn_ack)" "other SYNs that were answered"
	expect "$(told .classes.listed.flows) $(told .classes.other.flows)" \
		"$(counted drop_block) $(counted pass_unknown)" "dropped, passed"
}

test_synflood_answers_its_neighbours()
{
	lab_outside
	flood --rate 200 --count 40 --dest 10.9.0.25 --source-net 10.9.0.64/27 --sources round-robin \
		--answer-for 10.9.0.64/27 --wait 3000
	expect "40 40" "$(told .sent.flows) $(told .classes.other.syn_ack)" "flows and answers"
	expect true "$(told '.received.neighbour_questions_answered >= 32')" "a question for each source"
}

test_synflood_counts_unreachable()
{
	lab_outside
	lab_in mx sysctl -qw net.ipv4.ip_forward=1
	ip -n mx route add unreachable 10.77.0.0/24
	flood --rate 100 --count 20 --dest 10.77.0.1 --gateway 10.9.0.25 --i-own-the-target --wait 3000
	expect "20 20" "$(told .sent.flows) $(told .classes.other.unreachable)" "flows, unreachable"
}

test_synflood_writes_a_pcap_with_good_checksums()
{
	lab_outside
	flood --rate 1000 --count 30 --pcap /run/flood.pcap --pcap-packets 1000 --wait 500
	tcpdump -nvr /run/flood.pcap 'dst port 25 or ip6' > /run/flood.txt 2> /dev/null
	expect 30 "$(grep -c 'Flags \[S\], cksum .* (correct)' /run/flood.txt)" "SYNs with a right checksum"
	! grep -q 'bad cksum' /run/flood.txt || die "bad IPv4 checksums: $(grep 'bad cksum' /run/flood.txt)"
}

test_synflood_ends_well_when_interrupted()
{
	lab_outside
	disturbed pkill -INT -x synflood -- --rate 1000 --seconds 60
	failed_with interrupted
	expect "$(told .classes.other.flows)" "$(told .classes.other.syn_ack)" "flows and their answers"
}

test_synflood_ends_when_the_link_goes_down()
{
	lab_outside
	disturbed ip -n mx link set eth1 down -- --dest 10.9.0.25 --rate 1000 --seconds 60
	failed_with 'link of net_af_packet0 is down'
	ip -n mx link set eth1 up
	ip -n mx route replace 198.18.0.0/15 via 10.9.0.200
	disturbed ip -n outside link set eth0 down -- --dest 10.9.0.25 --rate 1000 --seconds 60
	failed_with 'link of net_af_packet0 is down'
	exits 1 flood --rate 1000
	failed_with 'link of net_af_packet0 is down'
}

test_synflood_says_what_is_wrong()
{
	local to="--dest 10.9.0.25 --test-net 10.9.0.0/24 --own 10.9.0.200 --rate 100"

	lab_outside
	exits 1 flood --dest 10.9.0.77 --rate 100
	failed_with '10.9.0.77 does not answer ARP'
	exits 1 flood --dest 2001:db8:9::77 --rate 100
	failed_with '2001:db8:9::77 does not answer neighbour solicitations'
	# A ring that nobody empties.
	# shellcheck disable=SC2086 # words
	exits 1 eal --vdev=net_ring0 -- $to --no-answers --dest-mac 02:00:00:00:00:01 --rate 1M --json $FLOOD
	failed_with 'has taken no packet for 5 s'
	[ "$(told .sent.packets)" -gt 0 ] || die "nothing in its figures"
	# shellcheck disable=SC2086
	refused 2 'no network interface "eth9"' eal --vdev=net_af_packet0,iface=eth9 -- $to
	# shellcheck disable=SC2086
	refused 2 'found no device' eal -- $to
	# shellcheck disable=SC2086
	refused 1 "net_nosuch0" eal --vdev=net_nosuch0 -- $to
	# shellcheck disable=SC2086
	refused 2 'has 1 queue pairs' eal --vdev=net_af_packet0,iface=eth0 -- $to --cores 2
	# shellcheck disable=SC2086
	refused 2 'needs 4 lcores' eal --vdev=net_null0 -- $to --cores 3
	printf '198.18.0.1\n300.1.2.3\n' > $LISTED
	refused 2 'listed line 2: "300.1.2.3"' flood --rate 100 --listed $LISTED
	refused 2 'no limit' flood
	refused 2 'no test network' flood --rate 100 --dest 198.51.100.25
	if ! cat /sys/kernel/mm/hugepages/*/free_hugepages | grep -qv '^0$'; then
		# shellcheck disable=SC2086
		refused 1 'no free huge pages' lab_in outside "$SYNFLOOD" --no-pci --vdev=net_null0 -- $to
	fi
}
