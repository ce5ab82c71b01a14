#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs tests/vm/guest/*.sh on Debian's cloud kernels under QEMU (no KVM needed).
#
# usage: run.sh [LINE...]        LINE is 6.1 or 6.12; default both
#
# Prints "ok - LINE: name", "not ok - LINE: name" or "skip - LINE: name # reason"
# and last "N passed, N failed, N skipped". Exit 1 if one failed. A kernel that
# cannot be had or booted here counts as one skipped test.
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
vm=$here/../../build/vm
seconds=${MXW_VM_SECONDS:-300}
passed=0 failed=0 skipped=0
PATH=$PATH:/usr/sbin:/sbin

# Prints why no VM can run on this machine, if so.
obstacle() {
	local tool
	[ "$(id -u)" = 0 ] || { echo "needs root for network namespaces"; return; }
	for tool in qemu-system-x86_64 busybox cpio ip unshare setpriv timeout "${CC:-gcc}"; do
		command -v "$tool" >/dev/null || { echo "$tool is not installed"; return; }
	done
	[ -c /dev/net/tun ] || echo "/dev/net/tun is missing (modprobe tun)"
}

report() {
	case $1 in
	"ok - "*) passed=$((passed + 1)) ;;
	"not ok - "*) failed=$((failed + 1)) ;;
	"skip - "*) skipped=$((skipped + 1)) ;;
	esac
	echo "$1"
}

# Reads the guest's lines, counts and prints them with the kernel line's name.
results() {
	local line=$1 text ended=no
	while IFS= read -r text; do
		text=${text%$'\r'}
		case $text in
		"# end") ended=yes ;;
		"ok - "* | "not ok - "* | "skip - "* ) report "${text%% - *} - $line: ${text#* - }" ;;
		"# "*) echo "# $line: ${text#\# }" ;;
		esac
	done
	[ "$ended" = yes ] && return
	report "not ok - $line: the guest runs to its end"
	tail -n 15 "$vm/$line/console.log" 2>/dev/null | tr -d '\r' | sed "s/^/# $line: /"
}

boot() {
	local line=$1 reason
	if ! reason=$("$here/fetch.sh" "$line" 2>&1); then
		report "skip - $line: all tests in the VM # $(tail -n 1 <<< "$reason")"
		return
	fi
	"$here/initramfs.sh" "$line"
	# Namespaces of its own, and a signal at this script's death: whatever ends
	# this script, even SIGKILL, ends the guest and removes its interfaces.
	results "$line" < <(exec setpriv --pdeathsig KILL \
		unshare -m -n -p --fork --kill-child --mount-proc \
		"$here/boot.sh" "$line" "$seconds" 2>"$vm/$line/qemu.log")
	rm -f "$vm/$line/initramfs.cpio"
}

[ $# -gt 0 ] || set -- 6.1 6.12
reason=$(obstacle)
for line in "$@"; do
	case $line in
	6.1 | 6.12) ;;
	*) echo "run.sh: unknown kernel line '$line': give 6.1 or 6.12" >&2; exit 2 ;;
	esac
	if [ -n "$reason" ]; then
		report "skip - $line: all tests in the VM # $reason"
	else
		boot "$line"
	fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
