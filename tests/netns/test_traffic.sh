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
	x block $BAD --for 5s --reason "for a moment"
	begin=$(date +%s%3N)
	expect timeout "$(reach $BAD 25 0.2)" "the first SYN after the block"
	passes $GOOD
	passes $GOOD6
	pkill -KILL -x "$(basename "$XDPCTL")"
	! pgrep -x "$(basename "$XDPCTL")" || die "a process of ours is alive"
	while [ -z "$passed" ] && [ $(($(date +%s%3N) - begin)) -lt 8000 ]; do
		[ "$(reach $BAD 25 0.1)" != connected ] || passed=$(($(date +%s%3N) - begin))
	done
	[ -n "$passed" ] || die "$BAD is blocked for longer than 8 s"
	[ "$passed" -ge 4000 ] && [ "$passed" -le 6000 ] || die "it passed again after $passed ms"
	expect 0 "$(x list block -j | jq '[.entries[] | select(.expires_in != null and .expires_in <= 0)] | length')" \
		"expired entries in the list"
}

test_each_M3_P10_P13_only_SYNs_to_port_25_are_touched()
{
	local address

	attach --mode enforce
	x block $ONLINK 198.51.100.0/24 2001:db8:25::66 2001:db8:bad::/48 --force
	lab_in sender python3 "$ROOT/tests/netns/wire.py" listen 25 &
	lab_wait_listen sender 25
	for address in $ONLINK $BAD 2001:db8:25::66 $BAD6; do
		passes $address 80
		passes $address 587
		mail_goes_out_to $address
		talks_udp $address
		lab_in sender ping -q -c 2 -i 0.1 -W 1 -I $address "$(mx_for $address)" > /dev/null ||
			die "no ping from $address"
	done
	# ARP and neighbour discovery, asked from either side of blocked on-link sources.
	ip -n mx neigh flush all
	ip -n sender neigh flush all
	lab_in mx ping -q -c 1 -W 1 $ONLINK > /dev/null || die "ARP to $ONLINK"
	lab_in mx ping -q -c 1 -W 1 2001:db8:25::66 > /dev/null || die "ND to 2001:db8:25::66"
	expect 0 "$(counted '.*')" "packets judged, of any reason"
	for address in $ONLINK $BAD 2001:db8:25::66 $BAD6; do
		drops $address 25 0.2
	done
	expect 4 "$(counted drop_block)" "SYNs dropped"
	expect 4 "$(counted '.*')" "packets judged, of any reason"
}

mx_for()
{
	case $1 in *:*) echo $MX6 ;; *) echo $MX4 ;; esac
}

# Our own mail to a blocked host: its SYN-ACK comes from port 25.
mail_goes_out_to()
{
	expect "$(mx_for "$1") connected" \
		"$(lab_in mx python3 "$ROOT/tests/netns/wire.py" connect "$1" 25 1 "$(mx_for "$1")")" \
		"our own mail to $1"
}

talks_udp()
{
	lab_in sender python3 - "$1" "$(mx_for "$1")" "$ROOT/tests/netns" <<'E' || die "no UDP from $1"
import socket, sys
sys.path.insert(0, sys.argv[3])
import wire
sock = wire.from_source(sys.argv[1], socket.SOCK_DGRAM)
sock.settimeout(1)
sock.sendto(b"hello", (sys.argv[2], 53))
assert sock.recv(100) == b"hello"
