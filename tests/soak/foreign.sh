# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and run.sh set the rest
#
# Random files of every format beside the programs that judge them, as in tests/foreign/run.sh, for
# as long as it takes: each round has files of its own, and shows its SEED where one differs.

soak_foreign()
{
	local end=$((SECONDS + SECONDS_LONG)) rounds=0

	export FILES=${FILES:-10000}
	while [ $rounds = 0 ] || [ $SECONDS -lt $end ]; do
		unshare -n "$ROOT/tests/foreign/run.sh" --inside
		rounds=$((rounds + 1))
	done
	echo "$rounds rounds of $FILES files, and no difference"
}
