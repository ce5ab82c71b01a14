# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# bench/livegen: what it says it sent is what the filter counts; and what it says
# when something is wrong. Both ends of the wire, out0 and in0, are on the mx host.

LIVEGEN=$ROOT/build/bench/livegen
LIVE=/run/live.json
NOWHERE=10.99.0.25 # what passes is for nobody

# Without IPv6, whose neighbour discovery would be counted with what livegen sends.
wire_inside()
{
	ip -n mx link add out0 type veth peer name in0
	lab_in mx sysctl -qw net.ipv6.conf.out0.disable_ipv6=1 net.ipv6.conf.in0.disable_ipv6=1
	ip -n mx link set out0 up
	ip -n mx link set in0 up
	lab_in mx ethtool -K in0 gro on
}

# live OPTION...: sends, its result in $LIVE
live()
{
	rm -f $LIVE
	lab_in mx "$LIVEGEN" --dest $NOWHERE --json "$@" > $LIVE
}

# A figure of the last run: told FILTER
told()
{
	jq -r "$1" $LIVE
}

test_livegen_agrees_with_the_filter_to_the_packet()
{
	local listed

	wire_inside
	x attach in0 --xdp "$XDP" --mode enforce
	x limits set rates=off flood=off # what nobody has blocked passes, at any rate
	"$LIVEGEN" --list --entries 1000 > /run/list
	expect 1000 "$(sort -u /run/list | wc -l)" "addresses in the list"
	x block --file /run/list
	live --dev out0 --entries 1000 --share 30 --lossless --count 100000
	expect "100000 100000 0" "$(told '"\(.sent) \(.receiver.received) \(.receiver.unexplained)"')" \
		"sent, received, unexplained"
	listed=$(told .sent_listed)
	[ "$listed" -gt 29000 ] || die "only $listed from listed sources"
	expect "$listed $((100000 - listed))" "$(counted drop_block) $(counted pass_unknown)" "dropped, passed"
	# The same addresses from a file, and packets that are none of the filter's business.
	live --dev out0 --listed /run/list --lossless --count 5000
	expect $((listed + 5000)) "$(counted drop_block)" "SYNs dropped after 5 000 more"
	live --dev out0 --listed /run/list --lossless --count 5000 --ack
	expect $((listed + 5000)) "$(counted drop_block)" "SYNs dropped after 5 000 ACKs"
}

test_livegen_accounts_for_every_packet_at_full_rate()
{
	wire_inside
	x attach in0 --xdp "$XDP" --mode enforce
	live --dev out0 --entries 1000 --seconds 0.5
	expect "true 0" "$(told '"\(.sent > 1000) \(.receiver.unexplained)"')" "sent something, unexplained"
	expect "$(told .sent)" "$(told '.receiver | .received + .refused')" "received and refused of what was sent"
	expect "$(told .receiver.received)" "$(counted '.*')" "packets that the filter counted"
}

# Packets that in0 has received.
arrived()
{
	ip -n mx -s -j link show in0 | jq '.[0].stats64.rx.packets'
}

# disturbed COMMAND...: a run that ends early because COMMAND comes in between.
disturbed()
{
	local pid code=0 before

	before=$(arrived)
	live --dev out0 --seconds 60 2> /run/live.err &
	pid=$!
	until [ "$(arrived)" -gt $((before + 1000)) ]; do
		kill -0 $pid || die "it ended too early: $(cat /run/live.err)"
		sleep 0.05
	done
	"$@"
	wait $pid || code=$?
	OUT=$(cat /run/live.err)
	expect 1 $code "the exit of: $OUT"
}

# The last run ended early, by one sentence with PATTERN, and still told its figures.
failed_with()
{
	says "$1"
	expect 1 "$(wc -l <<< "$OUT")" "lines in: $OUT"
	told .failure | grep -qiE -- "$1" || die "no '$1' in the JSON's failure: $(told .failure)"
	[ "$(told .sent)" -gt 0 ] || die "no packet in its figures"
}

# What the kernel shows first of a device that goes down, or away, is its own affair.
test_livegen_still_tells_its_figures()
{
	local gone='(in0|out0) (is down|is gone|has no link)'

	wire_inside
	disturbed ip -n mx link set in0 down
	failed_with "$gone"
	ip -n mx link set in0 up
	disturbed pkill -INT -x livegen
	failed_with interrupted
	disturbed ip -n mx link del out0
	failed_with "$gone"
}

# A device that takes nothing shows it only when it is sent to.
test_livegen_says_that_a_device_takes_nothing()
{
	local code

	wire_inside
	ip -n mx link add br0 type bridge
	ip -n mx link set br0 up
	lab_cable mx far0 sender near0 # its other end is elsewhere, and without GRO
	for device in br0 far0; do
		code=0
		OUT=$(live --dev $device --seconds 0.2 2>&1) || code=$?
		expect 1 $code "the exit for $device"
		failed_with "$device took nothing: it accepted [0-9]+ of [0-9]+ packets"
	done
	lab_in sender ethtool -K near0 gro on
	live --dev far0 --seconds 0.2
	expect null "$(told .receiver)" "a receiver in another namespace"
	[ "$(told '.taken * 1000 > .sent')" = true ] || die "far0 took $(told .taken) of $(told .sent)"
}

test_livegen_says_what_is_wrong()
{
	wire_inside
	refused 2 'there is no device "nosuch0"' live --dev nosuch0 --seconds 1
	refused 2 'there is no device "a-name-that-is-too-long"' live --dev a-name-that-is-too-long --seconds 1
	printf '198.51.100.1\n# no\n300.1.2.3\n' > /run/list
	refused 2 'list line 3: "300.1.2.3" is not an IPv4 address' live --dev out0 --seconds 1 --listed /run/list
	refused 1 'cannot read /run/nosuch: No such file' live --dev out0 --seconds 1 --listed /run/nosuch
	: > /run/list
	refused 2 'holds no address' live --dev out0 --seconds 1 --listed /run/list
	refused 2 'say when to stop' live --dev out0
	refused 2 'say where to send' live --seconds 1
	refused 2 '--seconds "soon"' live --dev out0 --seconds soon
	refused 2 '--share "101"' live --dev out0 --seconds 1 --share 101
	refused 2 '--corpus "round"' live --dev out0 --seconds 1 --corpus round
	refused 2 '--cpu 4000' live --dev out0 --seconds 1 --cpu 4000
	lab_in mx ethtool -K in0 gro off
	refused 1 'in0, the other end of out0, takes no redirected frames.*ethtool -K in0 gro on' live --dev out0 --seconds 1
	ip -n mx link set in0 netns sender
	ip -n sender link set in0 up
	refused 2 '--lossless needs the other end of out0' live --dev out0 --seconds 1 --lossless
	ip -n sender link set in0 down
	refused 1 'out0 has no link; is its other end up' live --dev out0 --seconds 1
	ip -n mx link set out0 down
	refused 1 'out0 is down; bring it up' live --dev out0 --seconds 1
}
