# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets them
#
# Senders behind a site's own NAT64: they come from 2001:db8:bad:64::/96, and are the IPv4 sources
# in the last 32 bits.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
PREFIX=2001:db8:bad:64::/96
INSIDE=2001:db8:bad:64::c633:6407 # 198.51.100.7, which is $BAD
BESIDE=2001:db8:bad:64::cb00:7109 # 203.0.113.9, which is $GOOD

test_nat64_prefix_of_the_site()
{
	local nat64='"\(.nat64)"'

	refused 2 'only those of length 96' attach --nat64 2001:db8:bad:64::/64
	nothing_left
	exits 0 attach --mode enforce --nat64 $PREFIX
	says "NAT64 prefix: $PREFIX"
	expect $PREFIX "$(x status -j | jq -r "$nat64")" "in JSON"
	x block $BAD
	drops $INSIDE
	drops $BAD
	passes $BESIDE
	explains $INSIDE drop_block
	exits 0 attach # keeps it
	exits 0 x status
	says "^NAT64 prefix: $PREFIX"
	drops $INSIDE
	exits 0 x unblock $INSIDE
	passes $INSIDE
	exits 0 x block 2001:db8:bad:64::c633:6400/120
	says '198\.51\.100\.0/24'
	drops $BAD
	x allow $INSIDE
	passes $INSIDE
	exits 0 attach --defaults
	says "NAT64 prefix: none, before this attach $PREFIX"
	expect null "$(x status -j | jq -r "$nat64")" "in JSON, without one"
	exits 0 x status
	! grep NAT64 <<< "$OUT" || die "it is still there: $OUT"
	explains $INSIDE pass_unknown
}

# What the host says of a peer behind it is about the IPv4 source as well.
test_nat64_never_block()
{
	attach --mode enforce --nat64 $PREFIX --never 2001:db8:bad:64::/64 --never $INSIDE
	x block $BAD --force
	passes $INSIDE
	explains $INSIDE pass_never
	exits 0 x unnever $INSIDE
	drops $INSIDE
}

# The controller asks for the IPv4 address, and blocks it.
test_nat64_and_the_lists()
{
	lists
	attach --mode enforce --nat64 $PREFIX
	conf
	controller
	expect connected "$(reach $INSIDE 25 3)" "the first connection"
	decision_of 198.51.100.7 'rung=drop'
	expect timeout "$(reach $INSIDE)" "the second one"
	drops $BAD
	x list auto -p | cut -f 2 | grep -qx "$BAD" || die "the block: $(x list auto -p)"
}

# The prefix is the whole filter's, and a trial that ends would leave it behind.
test_nat64_trial_beside_another_interface()
{
	ip -n mx link add eth9 type veth peer name eth9p
	ip -n mx link set eth9 up
	attach --mode enforce
	exits 2 x attach eth9 --xdp skb --nat64 $PREFIX --confirm 60
	says '--nat64 .* with --confirm would change the other interfaces.*nothing was changed'
	expect '["eth0"] null' "$(x status -j | jq -r '"\([.attached[].iface]) \(.nat64)"')" "after the refusal"
	exits 0 x attach eth9 --xdp skb --nat64 $PREFIX
	says "nat64.*$PREFIX holds for the other interfaces too"
	exits 0 x attach eth9 --xdp skb --nat64 $PREFIX --confirm 60 # as it is already
	exits 0 attach --confirm 60
	x detach eth9
	exits 0 attach --nat64 2001:db8:bad:65::/96 --confirm 60 # there is no other one
}

# A line's address is known by its /64 alone, which matches nobody inside the prefix.
test_nat64_lines_of_lists_are_refused()
{
	printf '%s\n' $GOOD $INSIDE 2001:db8:bad:65::1 > /run/list
	attach --mode enforce --nat64 $PREFIX
	exits 1 x block --file /run/list
	says 'line 2: .*2001:db8:bad:64::/64.*give the IPv4 address, which is the last 32 bits'
	expect "2001:db8:bad:65::/64 $GOOD" "$(x list block -p | cut -f 2 | sort | xargs)" "the other lines"
	exits 0 x unblock $GOOD
	exits 1 x allow - < /run/list
	says 'line 2: .*give the IPv4 address'
	exits 1 x unallow - < /run/list
	says 'line 2: .*give the IPv4 address'
	printf '%s\n' 2001:db8:bad:64::-2001:db8:bad:66:: > /run/list
	exits 0 x block --file /run/list # as with operands, a note
	says "block 2001:db8:bad:64::/63. does not match"
}

# Entries that are there already, or that come, and cover the prefix.
test_nat64_entries_over_the_prefix_are_noted()
{
	local wide=2001:db8:bad::/48

	attach --mode enforce --never $BESIDE
	attach --never 2001:db8:bad:64::/64
	x allow 2001:db8:bad:64::/64
	x block $wide --force
	x block 2001:db8:bad:65::/64 198.51.100.0/24 203.0.113.0/24
	exits 0 attach --nat64 $PREFIX --dry-run
	says 'allow 2001:db8:bad:64::/64. does not match'
	exits 0 attach --nat64 $PREFIX
	says "allow 2001:db8:bad:64::/64. does not match sources inside the NAT64 prefix $PREFIX"
	says 'give their IPv4 addresses, such as 192\.0\.2\.7 for 2001:db8:bad:64::c000:207'
	says "block $wide. does not match"
	says '--never 2001:db8:bad:64::/64. does not match'
	! grep -E 'bad:65|198\.51' <<< "$OUT" || die "too much is noted: $OUT"
	passes $BESIDE # a host of the set stays one
	explains $BESIDE pass_never
	exits 0 x unnever $BESIDE
	! x list never -p | grep -E "$BESIDE|$GOOD" || die "the set still has it"
	drops $BESIDE
	drops $INSIDE
	exits 0 x allow 2001:db8:bad:64::/64
	says 'allow 2001:db8:bad:64::/64. does not match'
	exits 0 x allow $INSIDE
	! grep 'does not match' <<< "$OUT" || die "of an address inside: $OUT"
	passes $INSIDE
	exits 0 attach
	! grep 'does not match' <<< "$OUT" || die "without the option: $OUT"
}

# A mail server that has IPv6 alone is reached from IPv4 by NAT64 only.
test_nat64_explain_of_ipv6_destinations()
{
	attach --mode enforce --nat64 $PREFIX --protect $MX6
	x block $BAD
	for source in $INSIDE $BAD 64:ff9b::$BAD; do
		explains "$source" drop_block
		expect 'drop true' "$(explained "$source" '"\(.program_verdict) \(.judged)"')" "explain $source"
	done
	exits 0 x explain $BAD
	says 'judged only where it comes by NAT64'
	drops $INSIDE
	passes $BAD # by IPv4
	exits 0 attach --protect $MX4
	explains $INSIDE drop_block
	expect '"not_judged"' "$(explained $GOOD6 '"\(.program_reason)" | tojson')" "IPv6, where IPv4 is protected"
	exits 0 attach --defaults --protect $MX6
	explains 64:ff9b::$BAD drop_block
	explains $BAD drop_block
}
