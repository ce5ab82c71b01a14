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

line=$1 seconds=$2
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

timeout -k 5 "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max,la57=off -smp 2 -m 1024 \
	-nodefaults -display none -no-user-config \
	-kernel "$vm/vmlinuz" -initrd "$vm/initramfs.cpio" \
	-append "console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 random.trust_cpu=on" \
	-serial "file:$vm/console.log" -chardev stdio,id=results,signal=off -serial chardev:results \
	-drive "file=$vm/disk.img,if=none,format=raw,id=disk" -device virtio-blk-pci,drive=disk \
	-netdev tap,id=mail,ifname=mxwtap0,script=no,downscript=no,queues=4,vhost=off \
	-device "virtio-net-pci,netdev=mail,mac=52:54:00:00:25:01,mq=on,vectors=10,$offloads" \
	-netdev tap,id=senders,ifname=mxwtap1,script=no,downscript=no,queues=4,vhost=off \
	-device "virtio-net-pci,netdev=senders,mac=52:54:00:00:25:02,mq=on,vectors=10,$offloads" \
	</dev/null
