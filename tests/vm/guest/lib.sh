# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the guest scripts share: reporting, the network, and a sender's view.
# Sourced by init and by each script.

# The mail host is eth0; the senders live in namespace "senders" behind eth1.
mx4=192.0.2.25 mx6=2001:db8:25::25
bad4=198.51.100.7 good4=198.51.100.8 third4=198.51.100.9
bad6=2001:db8:7::1 good6=2001:db8:8::1
bpf=/sys/fs/bpf/mxwall
: "$mx4 $mx6 $bad4 $good4 $third4 $bad6 $good6 $bpf"

note() { echo "# $*" >&3; echo "# $*"; }
ok() { echo "ok - $*" >&3; echo "ok - $*"; }
not_ok() { echo "not ok - $*" >&3; echo "not ok - $*"; }
skip() { echo "skip - $1 # $2" >&3; echo "skip - $1 # $2"; }

# check NAME COMMAND...: one result; what a failed command printed is noted.
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name"
		note "command: $*"
		tail -n 20 <<< "$output" | while read -r output; do note "  $output"; done
	fi
}

# equals EXPECTED ACTUAL and matches PATTERN COMMAND...: for check.
equals() { [ "$1" = "$2" ] || { echo "expected '$1', got '$2'"; return 1; }; }
matches() {
	local pattern=$1 output
	shift
	output=$("$@" 2>&1) || true
	grep -Eq -- "$pattern" <<< "$output" || { echo "no '$pattern' in: $output"; return 1; }
}
fails_with() { # fails_with STATUS PATTERN COMMAND...
	local expected=$1 pattern=$2 output status=0
	shift 2
	output=$("$@" 2>&1) || status=$?
	echo "status $status: $output"
	[ "$status" = "$expected" ] && grep -Eqi -- "$pattern" <<< "$output"
}
not() { ! "$@"; }

# Ends the script with skipped results for all NAMEs, if xdpctl was not built.
need_xdpctl() {
	local name
	command -v xdpctl >/dev/null && return
	for name in "$@"; do skip "$name" "build/xdpctl is not built"; done
	exit 0
}

senders() { ip netns exec senders "$@"; }

network_up() {
	local address
	ip link set lo up
	sysctl_all accept_dad=0
	ip netns add senders
	ip link set eth1 netns senders
	senders sh -c 'echo 0 > /proc/sys/net/ipv6/conf/eth1/accept_dad; ip link set lo up; ip link set eth1 up'
	for address in 192.0.2.1/24 $bad4/32 $good4/32 $third4/32 \
		2001:db8:25::1/64 $bad6/128 $good6/128; do
		senders ip address add "$address" dev eth1
	done
	mx_up
	peer listen 25 587 2525
}

mx_up() {
	ip link set eth0 up
	ip address replace $mx4/24 dev eth0
	ip address replace $mx6/64 dev eth0 nodad
	ip route replace 198.51.100.0/24 dev eth0
	ip -6 route replace 2001:db8:7::/64 dev eth0
	ip -6 route replace 2001:db8:8::/64 dev eth0
}

sysctl_all() {
	local file
	for file in /proc/sys/net/ipv6/conf/*/"${1%=*}"; do echo "${1#*=}" > "$file"; done
}

# What a sender sees at a port of the mail host: open, refused or silent.
try() { # try SOURCE PORT [MILLISECONDS]
	local to=$mx4
	[[ $1 == *:* ]] && to=$mx6
	senders peer connect "$1" $to "$2" "${3:-400}"
}
# answered SOURCE PORT and dropped SOURCE PORT: for check.
answered() { equals open "$(try "$1" "$2" 3000)"; }
dropped() { equals silent "$(try "$1" "$2")"; }

# What xdpctl answers, for scripts: status_has PATTERN for check.
status_has() { matches "$1" compact_status; }
compact_status() { xdpctl status -j | tr -d ' \n\t'; }
dropped_so_far() {
	xdpctl stats -j | tr -d ' \n\t' | sed -n 's/.*"drop_block":{"packets":\([0-9]*\).*/\1/p'
}
xdp_of() { # none, native or skb: what the kernel says about eth0
	case $(ip link show dev eth0) in
	*" xdpgeneric "*) echo skb ;;
	*" xdp "*) echo native ;;
	*) echo none ;;
	esac
}

# Takes off everything a script may have left, so that the next starts clean.
tidy() {
	ip netns del box
	if command -v xdpctl >/dev/null; then xdpctl detach --all; fi
	xdp-filter unload --all
	xdp-loader unload eth0 --all
	ip link set dev eth0 xdp off
	ip link set dev eth0 xdpgeneric off
	rm -rf /sys/fs/bpf/* /run/mxwall
	[ -e /disk/reboot ] || rm -rf /var/lib/mxwall/*
} >/dev/null 2>&1
