# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and mxwalldlab.sh set them
#
# What the host says while the controller runs: addresses, gateways and resolvers that come
# later are never blocked, and are asked.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# until_explained ADDRESS REASON
until_explained()
{
	for _ in $(seq 100); do
		[ "$(explained "$1" .reason)" = "$2" ] && return 0
		sleep 0.1
	done
	die "$1: $(x explain "$1")"
}

# The operator blocked what only then becomes the host's own, its gateway or its resolver.
test_addresses_that_come_later_are_never_blocked()
{
	all_up
	x block 203.0.113.77 203.0.113.78 203.0.113.79 2001:db8:77::/64
	explains 203.0.113.77 drop_block
	lab_in mx ip addr add 203.0.113.77/32 dev lo
	until_explained 203.0.113.77 pass_never
	lab_in mx ip route add 192.168.77.0/24 via 203.0.113.78 dev eth0 onlink
	until_explained 203.0.113.78 pass_never
	lab_in mx ip addr add 2001:db8:77::1/128 dev lo
	until_explained 2001:db8:77::1 pass_never
}

# The controller goes on without the helper's work, and says so until it is let go.
test_a_helper_that_is_stopped_is_shown()
{
	local helper

	all_up
	helper=$(pgrep -x mxwalld-host)
	exits 0 x status
	kill -STOP "$helper"
	logged 'was stopped'
	exits 4 x status
	says "never-block set is not kept up to date: .kill -CONT $helper"
	expect "$helper" "$(x status -j 2> /dev/null | jq .controller.helper_stopped)" "in JSON"
	kill -CONT "$helper"
	logged 'goes on'
	exits 0 x status
}

test_the_controller_does_not_outlive_its_helper()
{
	local helper ended=0

	all_up
	helper=$(pgrep -x mxwalld-host)
	expect "0 0000008000080004" "$(awk '/^Uid/ { u = $2 } /^CapEff/ { print u, $2 }' "/proc/$helper/status")" "the helper's rights"
	kill -KILL "$helper"
	wait $MXWALLD_PID || ended=$?
	expect 1 "$ended" "the exit code"
	grep -q "helper process" /run/mxwalld.log || die "no word of it: $(tail -n 5 /run/mxwalld.log)"
	rm /run/mxwalld.log
	start
	logged "mxwalld .* runs"
	helper=$(pgrep -x mxwalld-host)
	kill -KILL "$(pgrep -x mxwalld)"
	for _ in $(seq 50); do
		grep -qs '^State:	[^Z]' "/proc/$helper/status" || return 0
		sleep 0.1
	done
	die "the helper outlives the controller: $(ps -e -o pid,ppid,stat,comm | grep mxw)"
}
