# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the netns tests share; sourced inside the namespaces of one test.
#
#   sender  192.0.2.1, .66, 2001:db8:25::1, 2001:db8:66::66 on the cable; and behind it, as
#           the MX host's gateway, all of 198.51.100.0/24, 203.0.113.0/24,
#           198.18.0.0/15 and 2001:db8:bad::/48
#   mx      eth0: 192.0.2.25, 2001:db8:25::25; listens on 25, 80, 587, udp 53
#
# Set before: XDP (native or skb), the mode the test attaches in.
# shellcheck disable=SC2034 # the tests use them
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$ROOT/tools/netlab.sh"
. "$ROOT/tests/each.sh"
# The system's own python3 first: one that a version manager starts takes ten times as long.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
XDPCTL=${MXW_XDPCTL:-$ROOT/build/xdpctl}
PINS=/sys/fs/bpf/mxwall
STATE=/var/lib/mxwall/state.db
MX4=192.0.2.25
MX6=2001:db8:25::25
GATEWAY=192.0.2.1
ONLINK=192.0.2.66
ONLINK6=2001:db8:66::66
BAD=198.51.100.7
BAD6=2001:db8:bad:1::5
GOOD=203.0.113.9
GOOD6=2001:db8:bad:2::5

setup()
{
	lab_mounts
	lab_host mx
	lab_host sender
	lab_cable mx eth0 sender eth0
	lab_address mx eth0 $MX4/24 $MX6/64
	lab_address sender eth0 $GATEWAY/24 $ONLINK/24 2001:db8:25::1/64 $ONLINK6/64
	ip -n mx route add default via $GATEWAY
	ip -n mx route add default via 2001:db8:25::1
	for range in 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15 2001:db8:bad::/48; do
		ip -n sender route add local $range dev lo
	done
	lab_address sender lo $BAD $BAD6
	# A blocked IPv6 neighbour in a prefix in which the MX host has no address.
	ip -n mx route add 2001:db8:66::/64 dev eth0
	listener
}

# The MX host's listener, which any test may kill.
listener()
{
	nsenter --net=/run/netns/mx -- python3 "$ROOT/tests/netns/wire.py" listen 25 80 587 udp:53 &
	LISTENER=$!
	lab_wait_listen mx 25
}

# xdpctl on the MX host.
x()
{
	lab_in mx "$XDPCTL" "$@"
}

# Attaches in the test's XDP mode: attach [OPTION]...
attach()
{
	x attach eth0 --xdp "$XDP" "$@"
}

# expect WANT GOT WHAT
expect()
{
	[ "$1" = "$2" ] || die "$3: expected '$1', got '$2'"
}

# exits CODE COMMAND...: it ends with CODE; what it printed is then in $OUT.
exits()
{
	local want=$1 code=0

	shift
	OUT=$("$@" 2>&1) || code=$?
	[ "$code" = "$want" ] || die "'$*' ended with exit $code, not $want, and said: $OUT"
}

# says PATTERN: the last command of exits printed it.
says()
{
	grep -qiE -- "$1" <<< "$OUT" || die "no '$1' in: $OUT"
}

# refused CODE PATTERN COMMAND...: ends with that code and one sentence, nothing else.
refused()
{
	local code=$1 pattern=$2

	shift 2
	exits "$code" "$@"
	says "$pattern"
	expect 1 "$(wc -l <<< "$OUT")" "lines in: $OUT"
}

# How a connection from SOURCE ends: reach SOURCE [PORT [SECONDS]]
reach()
{
	wire sender connect "$(mx_for "$1")" "${2:-25}" "${3:-0.4}" "$1" | cut -d' ' -f2
}

passes()
{
	expect connected "$(reach "$1" "${2:-25}" 3)" "a connection from $1 to port ${2:-25}"
}

drops()
{
	expect timeout "$(reach "$@")" "a connection from $1 to port ${2:-25}"
}

# The packets counted under a reason, or under all of a pattern: counted REGEX
counted()
{
	x stats -j | jq "[.reasons | to_entries[] | select(.key | test(\"^($1)\$\")) | .value.packets] | add"
}

# What explain says: explained ADDRESS FILTER
explained()
{
	x explain "$1" -j | jq -r "$2"
}

# explains ADDRESS REASON: that is the reason, and the loaded program agrees.
explains()
{
	expect "$2 true" "$(explained "$1" '"\(.reason) \(.agree)"')" "explain $1"
}

# Nothing of the filter is left: no program on the device, no pin.
nothing_left()
{
	! ip -n mx link show eth0 | grep -q xdp || die "a program is on eth0: $(ip -n mx link show eth0)"
	[ ! -e $PINS ] || die "pins are left: $(find $PINS)"
}

# The id of the program on DEVICE of the MX host.
program_id()
{
	ip -n mx -d -j link show "${1:-eth0}" | jq -r '.[0].xdp.prog.id // "none"'
}

verified()
{
	exits 0 x verify
}

# The MX host's address in the family of ADDRESS.
mx_for()
{
	case $1 in *:*) echo $MX6 ;; *) echo $MX4 ;; esac
}

# wire HOST ARGUMENT...: wire.py on that host.
wire()
{
	local host=$1

	shift
	lab_in "$host" python3 "$ROOT/tests/netns/wire.py" "$@"
}

# Every process of ours dies at once.
kill_ours()
{
	local name

	name=$(basename "$XDPCTL")
	pkill -KILL -x "$name" || die "no process of ours to kill"
	while ps -C "$name" -o stat= | grep -qv Z; do sleep 0.02; done
}
