#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds build/vm/LINE/initramfs.cpio for kernels that fetch.sh got: busybox,
# bash, the kernel's modules, xdpctl, the BPF test programs and the XDP tools,
# each with its shared libraries, and the guest scripts.
#
# usage: initramfs.sh LINE...
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
vm=$top/build/vm
root=$vm/initramfs
trap 'rm -rf "$root" "$root.line"' EXIT
PATH=$PATH:/usr/sbin:/sbin

# Copies the shared libraries of the given programs to the places they name.
libraries() {
	local file
	for file in "$@"; do
		ldd "$file" 2>/dev/null || true
	done | sed -n 's:^[^/]*\(/[^ ]*\).*:\1:p' | sort -u | while read -r file; do
		cp -L --parents "$file" "$root"
	done
}

# Puts a program under its own name into directory $1.
program() {
	local directory=$root/$1 file
	shift
	mkdir -p "$directory"
	for file in "$@"; do
		cp -L "$file" "$directory/"
		libraries "$file"
	done
}

# A program that is not there is not a failure: its tests say so in the guest.
system_programs() {
	local name path
	for name in "$@"; do
		path=$(command -v "$name" || true)
		# Where a wrapper script stands in for the tool, take the tool.
		[ ! -x "/usr/sbin/$name" ] || path=/usr/sbin/$name
		[ -z "$path" ] || program usr/bin "$path"
	done
}

# own_program NAME SOURCE...: without sanitizers, which are too slow in the emulation.
own_program() {
	local name=$1
	shift
	"${CC:-gcc}" -D_GNU_SOURCE -std=gnu17 -O2 -Wall -Wextra -Werror -I"$top" \
		-o "$vm/$name" "$@" -Wl,--as-needed -lbpf
	program usr/bin "$vm/$name"
}

own_programs() {
	own_program peer "$here/peer.c"
	own_program verifier "$here/verifier.c"
	own_program judge "$top"/tests/netns/judge{,_frames}.c
}

base() {
	local objects=/usr/lib/x86_64-linux-gnu/bpf
	mkdir -p "$root"/{proc,sys,dev,run,tmp,etc,modules,tests,usr/{bin,sbin,lib,lib64},var/lib}
	ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
	program usr/bin "$(command -v busybox)"
	"$root/usr/bin/busybox" --list | while read -r applet; do
		[ "$applet" = busybox ] || ln -s busybox "$root/usr/bin/$applet"
	done
	rm -f "$root"/usr/bin/ip
	system_programs bash ip ethtool bpftool xdp-loader xdp-filter
	mkdir -p "$root$objects"
	[ ! -d $objects ] || cp $objects/*.o "$root$objects"
	own_programs
	[ ! -x "$top/build/xdpctl" ] || program usr/sbin "$top/build/xdpctl"
	[ ! -e "$top/build/mxwall.bpf.o" ] || cp "$top/build/mxwall.bpf.o" "$root/tests"
	[ ! -e "$top/build/presence.bpf.o" ] || cp "$top/build/presence.bpf.o" "$root/tests"
	for test in "$top"/build/bpf/test_*; do
		[ ! -x "$test" ] || [ -d "$test" ] || program tests/bpf "$test"
	done
	cp "$here"/guest/*.sh "$root/tests"
	install -m 755 "$here/guest/init" "$root/init"
}

archive() { (cd "$1" && find . -print0 | cpio --quiet -0 -o -H newc); }

# The kernel unpacks archives that follow each other: one base, then the modules.
line_archive() {
	mkdir -p "$root.line"
	cp -r "$vm/$1/modules" "$root.line/modules"
	mkdir "$root.line/boot"
	cp "$vm/$1/config" "$root.line/boot/config-$(cat "$vm/$1/release")"
	archive "$root.line" | cat "$vm/base.cpio" - > "$vm/$1/initramfs.cpio"
	rm -rf "$root.line"
}

[ $# -gt 0 ] || { echo "usage: initramfs.sh LINE..." >&2; exit 2; }
rm -rf "$root" "$root.line"
mkdir -p "$root"
base
archive "$root" > "$vm/base.cpio"
for line in "$@"; do
	line_archive "$line"
done
rm -f "$vm/base.cpio"
