# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh and mxwalldlab.sh set the rest
#
# Case C15: the n-th allocation of the controller's start fails, for n = 1, 2, ... until none
# does. Each time it ends with a sentence or runs, and what is in force stays.
# shellcheck source=tests/netns/scarce.sh
. "$ROOT/tests/netns/scarce.sh"

soak_scarce()
{
	local n=1 ran=0 ended=0

	prepared
	blocked
	end_it
	while :; do
		with_plan
		plan $n 1 0
		start
		ends_or_runs "allocation number $n" "$n"
		for _ in {1..20}; do # what runs goes on to allocate
			[ "$(failed_allocations)" = 0 ] || break
			sleep 0.1
		done
		if kill -0 $MXWALLD_PID 2> /dev/null; then ran=$((ran + 1)); else ended=$((ended + 1)); fi
		end_it
		[ "$(failed_allocations)" -gt 0 ] || break
		n=$((n + ${STEP:-1}))
	done
	drops $LISTED 25 0.2
	echo "$n allocations looked at, ${STEP:-1} apart: it ran on $ran times and ended $ended times"
	WITH=()
	restarted
}
