# SPDX-License-Identifier: GPL-2.0-or-later
# Attach to virtio_net in each way, and off again.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "attach --xdp native on virtio_net" "attach --exclusive is a link" "attach --xdp skb"

effective() { # effective NAME: what any attach must do
	check "$1: SYN from a blocked IPv4 source to :25 is dropped" dropped $bad4 25
	check "$1: SYN from a blocked IPv6 source to :25 is dropped" dropped $bad6 25
	check "$1: the same source reaches :587" answered $bad4 587
	check "$1: other sources reach :25 over IPv4" answered $good4 25
	check "$1: other sources reach :25 over IPv6" answered $good6 25
}

started=${EPOCHREALTIME/./}
check "attach --xdp native on virtio_net" xdpctl attach eth0 --xdp native --mode enforce
note "attach took $(((${EPOCHREALTIME/./} - started) / 1000)) ms"
check "status says native and dispatcher" status_has '"how":"dispatcher","xdp":"native"'
check "the kernel says native" equals native "$(xdp_of)"
check "xdp-loader sees the program under a dispatcher" matches 'mxwall' xdp-loader status eth0
check "block" xdpctl block $bad4 $bad6
effective "native"
check "explain agrees with the program" matches '"agree":true' \
	sh -c "xdpctl explain -j $bad4 | tr -d ' \n\t'"
check "verify finds no difference" xdpctl verify
check "unblock" xdpctl unblock $bad4
check "an unblocked source reaches :25" answered $bad4 25
check "detach" xdpctl detach eth0
check "nothing is left on the interface" equals none "$(xdp_of)"
check "a source that was blocked reaches :25 after detach" answered $bad6 25
tidy

check "attach --exclusive" xdpctl attach eth0 --xdp native --exclusive --mode enforce
check "attach --exclusive is a link" status_has '"how":"link","xdp":"native"'
check "attach --exclusive: block" xdpctl block $bad4 $bad6
effective "exclusive"
check "exclusive: the link holds against ip link set xdp off" not ip link set dev eth0 xdp off
check "exclusive: detach" xdpctl detach eth0
check "exclusive: nothing is left on the interface" equals none "$(xdp_of)"
tidy

check "attach --xdp skb" xdpctl attach eth0 --xdp skb --mode enforce
check "status says skb" status_has '"xdp":"skb"'
check "the kernel says skb" equals skb "$(xdp_of)"
check "skb: block" xdpctl block $bad4 $bad6
effective "skb"
check "skb: detach" xdpctl detach eth0
check "skb: nothing is left on the interface" equals none "$(xdp_of)"
