#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs tests/vm/guest/*.sh on Debian's cloud kernels under QEMU (no KVM needed),
# all kernels at the same time.
#
# usage: run.sh [LINE...]        LINE is 6.1 or 6.12; default both
#
# Prints "ok - LINE: name", "not ok - LINE: name" or "skip - LINE: name # reason"
# and last "N passed, N failed, N skipped". Exit 1 if one failed. A kernel that
# cannot be had or booted here counts as one skipped test. MXW_VM_SECONDS is how
# long a guest may take. Logs are in build/vm/LINE/.
set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
vm=$(cd "$here/../.." && pwd)/build/vm
seconds=${MXW_VM_SECONDS:-1200}
passed=0 failed=0 skipped=0
PATH=$PATH:/usr/sbin:/sbin

# Prints why no VM can run on this machine, if so.
obstacle() {
	local tool
	[ "$(id -u)" = 0 ] || { echo "needs root for network namespaces"; return; }
	for tool in qemu-system-x86_64 busybox cpio ip unshare setpriv flock timeout "${CC:-gcc}"; do
		command -v "$tool" >/dev/null || { echo "$tool is not installed"; return; }
	done
	[ -c /dev/net/tun ] || { echo "/dev/net/tun is missing (modprobe tun)"; return; }
	unshare -m -n -p --fork true 2>/dev/null || echo "namespaces cannot be made here"
}

report() {
	case $1 in
	"ok - "*) passed=$((passed + 1)) ;;
	"not ok - "*) failed=$((failed + 1)) ;;
	"skip - "*) skipped=$((skipped + 1)) ;;
	esac
	echo "$1"
}

# Namespaces of its own, and a signal at this script's death: whatever ends this
# script, even SIGKILL, ends the guest and removes its interfaces.
start() {
	exec setpriv --pdeathsig KILL unshare -m -n -p --fork --kill-child --mount-proc \
		"$here/boot.sh" "$1" "$seconds"
}

# Boots the given lines together; each writes its results into one pipe.
boot_all() {
	local line text children=()
	if ! "$here/initramfs.sh" "$@" 2>&1; then
		for line in "$@"; do report "not ok - $line: an initramfs is built"; done
		return
	fi
	rm -f "$vm/results"
	mkfifo "$vm/results"
	for line in "$@"; do
		start "$line" > "$vm/results" 2> "$vm/$line/qemu.log" &
		children+=($!)
	done
	while IFS= read -r text; do
		report "$text"
	done < "$vm/results"
	rm -f "$vm/results"
	for line in "$@"; do
		wait "${children[0]}" || report "not ok - $line: the VM starts and ends"
		children=("${children[@]:1}")
		sed "s/^/# $line: /" "$vm/$line/qemu.log"
	done
}

[ $# -gt 0 ] || set -- 6.1 6.12
mkdir -p "$vm"
exec 9> "$vm/lock" # two runs would overwrite each other's files
flock 9
reason=$(obstacle)
lines=()
for line in "$@"; do
	case $line in
	6.1 | 6.12) ;;
	*) echo "run.sh: unknown kernel line '$line': give 6.1 or 6.12" >&2; exit 2 ;;
	esac
	if [ -n "$reason" ]; then
		report "skip - $line: all tests in the VM # $reason"
	elif why=$("$here/fetch.sh" "$line" 2>&1); then
		lines+=("$line")
	else
		report "skip - $line: all tests in the VM # $(tail -n 1 <<< "$why")"
	fi
done
[ ${#lines[@]} = 0 ] || boot_all "${lines[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
