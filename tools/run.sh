#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make run`. Installs what is needed, builds, and
#   without IFACE: shows the filter at work in network namespaces (demo.sh);
#   with IFACE=eth0: attaches it to that interface in monitor mode, where it
#   drops nothing, and shows live what it sees until ^C.
set -eu -o pipefail
cd "$(dirname "$0")/.."
IFACE=${IFACE:-}

[ "$(id -u)" = 0 ] || { echo "make run: attaching a filter needs root; use: sudo make run" >&2; exit 1; }

if [ -z "$IFACE" ]; then
	tools/packages.sh filter demo
	${MAKE:-make} -s --no-print-directory -j2 all
	exec tools/demo.sh
fi

tools/packages.sh filter
${MAKE:-make} -s --no-print-directory -j2 all
mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
build/xdpctl attach "$IFACE" --mode monitor
echo "Watching $IFACE; ^C ends the watching."
# ^C is for the watcher: this script goes on and says what it leaves.
trap : INT
build/xdpctl watch || true
trap - INT
hint()
{
	printf '    %-30s %s\n' "$1" "$2"
}
echo
echo "The filter stays attached to $IFACE in monitor mode: it counts and drops nothing."
hint "build/xdpctl status" "what is attached"
hint "build/xdpctl stats" "what it has counted"
hint "build/xdpctl mode enforce" "drop what is blocked from now on"
hint "build/xdpctl detach $IFACE" "take it off"
