#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Boots one kernel with its initramfs and prints what the guest's tests say.
# Called by run.sh inside namespaces of its own: everything made here ends with it.
#
# usage: boot.sh LINE SECONDS
#
# The guest has two interfaces on one bridge: eth0 is the mail host's, eth1 the
# senders'. Its first serial port is the console (console.log), its second one
# carries the test results. The disk keeps /var/lib/mxwall over the guest's reboot.
set -eu -o pipefail

line=$1 deadline=$((SECONDS + $2))
top=$(cd "$(dirname "$0")/../.." && pwd)
vm=$top/build/vm/$line
# What keeps virtio_net from a native XDP program is off, as a careful host has it.
offloads=guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off

ip link set lo up
ip link add mxwbr type bridge mcast_snooping 0
ip link set mxwbr up
for tap in mxwtap0 mxwtap1; do
	ip tuntap add dev $tap mode tap multi_queue
	ip link set $tap master mxwbr up
done

rm -f "$vm/disk.img"
truncate -s 64M "$vm/disk.img"
trap 'rm -f "$vm/disk.img"' EXIT

# A reboot is a new QEMU with the old disk: one that resets itself is very slow
# where the last boot had code. Byte-wise string moves are slow here, too.
boot() {
	timeout -k 5 $((deadline - SECONDS)) qemu-system-x86_64 -accel tcg,thread=multi \
		-cpu max,la57=off,erms=off,fsrm=off -smp 2 -m 1024 -nodefaults -no-user-config \
		-no-reboot -display none \
		-kernel "$vm/vmlinuz" -initrd "$vm/initramfs.cpio" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 random.trust_cpu=on" \
		-chardev "file,id=console,append=on,path=$vm/console.log" -serial chardev:console \
		-chardev stdio,id=results,signal=off -serial chardev:results \
		-drive "file=$vm/disk.img,if=none,format=raw,id=disk" -device virtio-blk-pci,drive=disk \
		-netdev tap,id=mail,ifname=mxwtap0,script=no,downscript=no,queues=4,vhost=off \
		-device "virtio-net-pci,netdev=mail,mac=52:54:00:00:25:01,mq=on,vectors=10,romfile=,$offloads" \
		-netdev tap,id=senders,ifname=mxwtap1,script=no,downscript=no,queues=4,vhost=off \
		-device "virtio-net-pci,netdev=senders,mac=52:54:00:00:25:02,mq=on,vectors=10,romfile=,$offloads" \
		</dev/null
}

# The guest's lines, with the kernel's name: console noise does not come here.
label() {
	sed -u -n -e 's/\r$//' -e "s/^\(ok\|not ok\|skip\) - /\1 - $line: /p" -e "s/^# /# $line: /p"
}

said() { grep -q "^guest: $1" "$vm/console.log"; }

# The tests' reboot, and one more that finds the mark of a crash on the disk.
: > "$vm/console.log"
for _ in 1 2 3; do
	boot | label || break
	! said poweroff || break
done
if ! said "all done"; then
	echo "not ok - $line: the guest runs to its end within its time"
	tail -n 15 "$vm/console.log" | tr -d '\r' | sed "s/^/# $line: /"
fi
rm -f "$vm/initramfs.cpio"
