# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Interfaces above and below each other, and their other names.

# eth0 becomes a port of the bridge br0, which takes its address.
bridge()
{
	ip -n mx link add br0 type bridge
	ip -n mx link set eth0 master br0
	ip -n mx link set br0 up
}

test_interfaces_the_filter_above_is_named()
{
	bridge
	x attach br0 --xdp skb
	exits 3 attach
	says 'mxwall itself is on br0, above eth0.*detach br0'
	exits 3 attach --dry-run
	exits 1 x check eth0
	says 'mxwall itself is on br0, above eth0'
	exits 0 x status
	x detach br0
	attach --dry-run
}

test_interfaces_the_filter_below_is_named()
{
	bridge
	attach
	exits 0 x attach br0 --xdp skb --dry-run
	says 'mxwall is on eth0, below br0.*twice'
	x check br0 > /run/out || true
	grep -q 'mxwall is on eth0, below br0' /run/out || die "check br0: $(cat /run/out)"
	x check eth0 > /run/out || true
	! grep -q twice /run/out || die "check eth0: $(cat /run/out)"
}

test_interfaces_other_names_are_found()
{
	local far=the-network-card-that-faces-the-internet

	ip -n mx link property add dev eth0 altname outside altname $far
	for name in outside $far; do
		exits 0 x attach $name --xdp "$XDP" --confirm 60
		says 'attached to eth0: '
		says 'xdpctl confirm eth0'
		exits 0 x confirm $name
		says 'the filter stays'
		x check $name > /run/out || true
		grep -q '"eth0" is up' /run/out || die "check $name: $(cat /run/out)"
		! grep -q "$name" /run/out || die "check says $name: $(cat /run/out)"
		expect eth0 "$(x attach $name -j | jq -r .iface)" "the name in JSON"
		exits 0 x detach $name
		says 'detached from eth0'
		nothing_left
	done
	exits 1 x attach $far-2
	says "no interface \"$far-2\""
}
