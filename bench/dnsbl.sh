#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Questions a second that the engine of the DNS lists gets answered, beside dnsperf at the same
# server in the same run: bench/dnsbl.sh [ROUNDS [SOURCES]]
#
# The server is a private unbound with one thread, on loopback in a namespace of its own, whose
# lists are local data. The two take turns, each on names that are new to the server's cache.
# The last lines are the median ratio, aimed at >= 0.7, and the time from a source to its
# verdict at 1 000 new sources a second.
set -eu -o pipefail
cd "$(dirname "$0")/.."
ROUNDS=${1:-5}
SOURCES=${2:-200000}
PORT=5301
ZONE=bl.one.example
UNBOUND=build/unbound/usr/sbin/unbound

if [ "${INSIDE:-}" != 1 ]; then
	for tool in $UNBOUND build/bench/dnsbl "$(command -v dnsperf || echo dnsperf)"; do
		[ -x "$tool" ] || { echo "$tool is missing: tools/packages.sh test; make bench-build"; exit 1; }
	done
	INSIDE=1 exec unshare -n -m -p --fork --kill-child --mount-proc "$0" "$@"
fi

serve()
{
	local zone

	{
		cat <<-EOF_CONF
		server:
		  directory: "$WORK"
		  chroot: ""
		  username: ""
		  pidfile: ""
		  use-syslog: no
		  num-threads: 1
		  module-config: "iterator"
		  interface: 127.0.0.1@$PORT
		EOF_CONF
		for zone in $ZONE bl.two.example; do
			cat <<-EOF_CONF
			  local-zone: "$zone" static
			  local-data: "$zone 300 SOA ns.example. admin.example. 1 600 300 86400 300"
			  local-data: "2.0.0.127.$zone 300 A 127.0.0.2"
			EOF_CONF
		done
	} > "$WORK/unbound.conf"
	$UNBOUND -d -c "$WORK/unbound.conf" > "$WORK/unbound.log" 2>&1 &
	for _ in $(seq 100); do
		[ -z "$(ss -Hlun "sport = :$PORT")" ] || return 0
		sleep 0.05
	done
	cat "$WORK/unbound.log"
	exit 1
}

median()
{
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

theirs()
{
	dnsperf -s 127.0.0.1 -p $PORT -d "$WORK/questions" -n 1 -c 1 -T 1 -q 200 2> /dev/null |
		awk '/Queries per second/ { printf "%.0f\n", $4 }'
}

ours()
{
	build/bench/dnsbl 127.0.0.1:$PORT "$SOURCES" 0 200 $ZONE
}

ip link set lo up
mount -t tmpfs tmpfs /run
WORK=/run/dnsbl
mkdir $WORK
serve
awk -v n="$SOURCES" -v zone=$ZONE 'BEGIN { for (i = 0; i < n; i++)
	printf "%d.%d.%d.20.%s A\n", i % 256, int(i / 256) % 256, int(i / 65536), zone }' > $WORK/questions
for ((round = 1; round <= ROUNDS; round++)); do
	a=$(theirs)
	line=$(ours)
	b=$(sed 's/questions_per_s \([0-9]*\) .*/\1/' <<< "$line")
	awk -v a="$a" -v b="$b" -v n="$round" -v rest="${line#questions_per_s * }" 'BEGIN {
		printf "round %d: dnsperf %d, engine %d questions/s, ratio %.2f (%s)\n", n, a, b, b / a, rest }'
	awk -v a="$a" -v b="$b" 'BEGIN { print b / a }' >> $WORK/ratios
done
echo "median ratio: $(median < $WORK/ratios)"
echo "at 1 000 new sources a second, two lists: $(build/bench/dnsbl 127.0.0.1:$PORT 5000 1000 200 $ZONE bl.two.example)"
