# SPDX-License-Identifier: GPL-2.0-or-later
# C4 and C5: another attach while attached, under load; and a map schema from
# the future.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "C4: upgrade under load beside xdp-filter" "C4: upgrade under load alone" \
	"C5: a newer map schema is refused"

# Sends SYNs of a blocked source while mxwall is attached again $2 times. Every
# one must be counted as dropped: none came through, none was lost.
upgrade_under_load() {
	local name=$1 times=$2 before counter sender i
	before=$(dropped_so_far)
	peer count eth0 $bad4 25 > /tmp/leaked &
	counter=$!
	ip netns exec senders peer syn $bad4 $mx4 25 200 > /tmp/sent & # a child to signal
	sender=$!
	sleep 0.5
	for ((i = 1; i <= times; i++)); do
		check "$name: attach again ($i)" xdpctl attach eth0 --xdp native --mode enforce
	done
	sleep 0.2
	kill -TERM $sender
	wait $sender
	sleep 0.3
	kill -TERM $counter
	wait $counter
	note "$name: $(cat /tmp/sent) SYNs sent"
	check "$name: no SYN of a blocked source came through" equals 0 "$(cat /tmp/leaked)"
	check "$name: each SYN sent was counted as dropped" equals "$(cat /tmp/sent)" \
		$(($(dropped_so_far) - before))
}

check "C4: attach" xdpctl attach eth0 --xdp native --mode enforce
check "C4: block" xdpctl block $bad4
upgrade_under_load "C4: upgrade under load alone" 2
check "C4: xdp-filter beside it" xdp-filter load -m native -f tcp,ipv4 eth0
upgrade_under_load "C4: upgrade under load beside xdp-filter" 1
check "C4: still two programs, not more" equals 2 "$(xdp-loader status eth0 | grep -c '=>')"
check "C4: others are answered" answered $good4 25
xdp-filter unload eth0

# The pinned config map's value, as hex bytes; its first u32 is the ABI version.
config_bytes() {
	bpftool -j map dump pinned $bpf/mxw_config |
		grep -o '"value":\["[^]]*' | tr -d '"' | sed 's/.*\[//; s/,/ /g; s/0x//g'
}

# Gives the pinned config map another ABI version: byte $1, in hex.
set_abi() {
	local first=$1
	# shellcheck disable=SC2046 # a word for each byte
	set -- $(config_bytes)
	shift
	bpftool map update pinned $bpf/mxw_config key hex 00 00 00 00 value hex "$first" "$@"
}

known=$(config_bytes | cut -d ' ' -f 1)
id() { bpftool -j map show pinned $bpf/mxw_config | grep -o '"id":[0-9]*'; }
map=$(id)
check "C5: make the map schema newer" set_abi 63
check "C5: a newer map schema is refused with a sentence" \
	fails_with 3 'newer|version|schema' xdpctl attach eth0 --xdp native --mode enforce
check "C5: the old filter stays" dropped $bad4 25
check "C5: its maps stay" equals "$map" "$(id)"
check "C5: others are answered" answered $good4 25
check "C5: back to the known schema" set_abi "$known"
check "C5: attach works again" xdpctl attach eth0 --xdp native --mode enforce
check "C5: and still drops" dropped $bad4 25
