# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Hosts and cables for the demo and the tests, to be sourced. A script first
# re-executes itself by lab_enter; from then on everything it makes lives in
# namespaces of its own and is gone when it ends, even by SIGKILL.

# Re-executes "$@" in new mount, network and process namespaces.
lab_enter()
{
	[ "$(id -u)" = 0 ] || { echo "$1: network namespaces need root; use sudo." >&2; exit 1; }
	unset SSH_CONNECTION SSH_CLIENT
	exec unshare -m -n -p --fork --kill-child --mount-proc "$@"
}

# Gives the namespaces a bpffs, a state directory and a resolver of their own.
lab_mounts()
{
	local resolv

	resolv=$(readlink -m /etc/resolv.conf)
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /var/lib
	mount -t bpf bpf /sys/fs/bpf
	mkdir -p /run/netns /run/lock
	echo "nameserver 127.0.0.1" > /run/resolv.conf
	if [ -e "$resolv" ]; then
		mount --bind /run/resolv.conf "$resolv"
	fi
	ip link set lo up
}

# lab_in HOST COMMAND...: runs it there. "ip netns exec" would hide the bpffs.
lab_in()
{
	local host=$1

	shift
	nsenter --net="/run/netns/$host" -- "$@"
}

# lab_host HOST: a new host. As in the world, it forwards nothing unless told.
lab_host()
{
	ip netns add "$1"
	# Nobody else has its addresses. Before the kernel is sure of that, a second or two, a host
	# answers nobody over IPv6. In a container this may not be written.
	# shellcheck disable=SC2016 # expanded there
	lab_in "$1" sh -c 'for of in all default; do echo 0 > /proc/sys/net/ipv6/conf/$of/accept_dad; done' \
		2> /dev/null || true
	ip -n "$1" link set lo up
}

# lab_cable HOST DEVICE HOST DEVICE: an Ethernet link between two hosts.
lab_cable()
{
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# lab_address HOST DEVICE ADDRESS[/LEN]...
lab_address()
{
	local host=$1 device=$2 address

	shift 2
	for address in "$@"; do
		case $address in
		*:*) ip -n "$host" addr add "$address" dev "$device" nodad ;;
		*) ip -n "$host" addr add "$address" dev "$device" ;;
		esac
	done
}

# lab_postfix HOST: starts a private Postfix there, its log in /run/postfix.log,
# and waits until it answers.
lab_postfix()
{
	lab_in "$1" "$(dirname "${BASH_SOURCE[0]}")/postfix-private.sh" /run/postfix \
		> /run/postfix.log 2>&1 < /dev/null &
	lab_wait_listen "$1" 25 || { cat /run/postfix.log >&2; return 1; }
}

# lab_wait_listen HOST PORT: waits up to 10 s for a listener.
lab_wait_listen()
{
	local try

	for ((try = 0; try < 200; try++)); do
		[ -z "$(lab_in "$1" ss -Hltn "sport = :$2")" ] || return 0
		sleep 0.05
	done
	echo "nobody listens on port $2 of host $1" >&2
	return 1
}
