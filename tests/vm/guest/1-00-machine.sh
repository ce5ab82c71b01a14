# SPDX-License-Identifier: GPL-2.0-or-later
# Is this guest what the other tests take it for?
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

queues() { ethtool -l eth0 | awk '/^Current/ { now = 1 } now && /^Combined/ { print $2 }'; }

check "eth0 is a virtio_net with a queue per CPU" equals "virtio_net 2" \
	"$(ethtool -i eth0 | sed -n 's/^driver: //p') $(queues)"
check "a sender reaches the mail host over IPv4" answered $bad4 25
check "a sender reaches the mail host over IPv6" answered $bad6 25
check "the kernel tells its types (BTF)" test -s /sys/kernel/btf/vmlinux
