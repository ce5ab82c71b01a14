# SPDX-License-Identifier: GPL-2.0-or-later
# MTU 9000: what `check` says is what attach does.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "MTU 9000, veth" "MTU 9000, virtio_net"

native() { xdpctl attach "$1" --xdp native --mode enforce; }

ip link add veth0 mtu 9000 type veth peer name veth1 mtu 9000
ip link set veth0 up
ip link set veth1 up
check "MTU 9000, veth: check says yes" xdpctl check veth0
check "MTU 9000, veth: attach" native veth0
check "MTU 9000, veth: by the dispatcher" status_has '"how":"dispatcher","xdp":"native"'
tidy
check "MTU 9000, veth: attach alone" xdpctl attach veth0 --xdp native --exclusive
tidy
ip link del veth0

# Before Linux 6.3 virtio_net takes no XDP program for packets of several pages.
ip link set eth0 mtu 9000
case $(uname -r) in
6.1.*)
	check "MTU 9000, virtio_net: check says no" fails_with 1 'takes at most 3506 with XDP' xdpctl check eth0
	check "MTU 9000, virtio_net: attach says no" fails_with 3 'ip link set eth0 mtu 3506' native eth0
	ip link set eth0 mtu 3506
	;;
esac
check "MTU over 1500, virtio_net: check says yes" xdpctl check eth0
check "MTU over 1500, virtio_net: attach" native eth0
check "MTU over 1500, virtio_net: block" xdpctl block $bad4
check "MTU over 1500, virtio_net: it drops" dropped $bad4 25
check "MTU over 1500, virtio_net: others pass" answered $good4 25
tidy
ip link set eth0 mtu 1500
