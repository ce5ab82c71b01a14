# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and run.sh set the rest
#
# Linux as the judge, as in tests/netns/test_judge.sh, for as long as it takes: each round has
# SYNs of its own.
# shellcheck source=tests/netns/test_judge.sh
. "$ROOT/tests/netns/test_judge.sh"

soak_judge()
{
	local end=$((SECONDS + SECONDS_LONG)) rounds=0

	open_host
	while [ $rounds = 0 ] || [ $SECONDS -lt $end ]; do
		echo "seed $SEED"
		judge /run/without
		each_kind_was_answered
		nothing_of_blocked
		x unblock 11.9.0.0/16 2001:db8:dead::/48
		all_of_others
		x detach eth0
		SEED=$((SEED + 1)) rounds=$((rounds + 1))
	done
	echo "$rounds rounds of $SYNS SYNs, and Linux had nothing to say"
}
