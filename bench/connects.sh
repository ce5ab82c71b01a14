#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the program on the cgroup root costs a connection: bench/connects.sh [ROUNDS [CONNECTIONS]]
#
# In namespaces of its own, a client opens connections to a server behind the filter, in turn with
# everything in place, without the program on the cgroup root, and without any filter. Prints each round
# and the median: microseconds until connect() returns, and for a connection with its end.
set -eu -o pipefail
cd "$(dirname "$0")/.."
ROUNDS=${1:-9}
COUNT=${2:-20000}
export XDP=native

if [ "${INSIDE:-}" != 1 ]; then
	[ -x build/bench/connects ] || { echo "build/bench/connects is missing: make bench-build"; exit 1; }
	INSIDE=1 exec unshare -m -n -p --fork --kill-child --mount-proc "$0" "$@"
fi
# shellcheck source=tests/netns/lib.sh
. tests/netns/lib.sh
setup
kill "$LISTENER"
while [ -n "$(lab_in mx ss -Hltn 'sport = :25')" ]; do sleep 0.05; done

measure()
{
	echo "$1 $(lab_in sender build/bench/connects /run/netns/mx "$MX4" "$COUNT")" | tee -a /run/connects
}

for ((round = 1; round <= ROUNDS; round++)); do
	measure none
	attach --mode enforce > /run/attach 2>&1
	# All three are asked, and none refuses the one source.
	x limits set unknown.source=10000/s:1000000 unknown.net=none connections-source=1000000 connections-net=0 \
		flood-high=1000000 > /run/attach
	measure filter
	lab_in mx bpftool link detach pinned $PINS/presence
	measure no-presence
	x detach --all > /run/attach
done
for what in none no-presence filter; do
	for field in 2 3; do
		awk -v w=$what -v f=$field '$1 == w { print $f }' /run/connects | sort -n |
			awk -v w=$what -v f=$field '{ v[NR] = $1 } END { printf "%s, %s: median %.2f us, least %.2f us\n",
				w, f == 2 ? "connect()" : "a connection with its end", v[int((NR + 1) / 2)], v[1] }'
	done
done
