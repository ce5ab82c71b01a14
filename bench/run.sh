#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs every benchmark that is built; called by `make bench`. Arguments, such as
# --quick, go to each. Results: build/bench/results/.
set -eu -o pipefail
cd "$(dirname "$0")/.."

if [ ! -x build/bench/pktcost ]; then
	echo "bench/run.sh: build/bench/pktcost is missing; build it with \`make bench-build\`." >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "bench/run.sh: measuring loads BPF programs and needs root; run \`sudo make bench\`." >&2
	exit 1
fi
if ! compgen -G '/usr/lib*/*/bpf/xdpfilt_alw_ip.o' > /dev/null; then
	echo "bench/run.sh: xdp-filter is not installed (package xdp-tools) and is left out."
fi

build/bench/pktcost "$@"
