#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What takes too long for `make check`: tests/soak/run.sh [faults|resolver|scarce|judge|foreign|ordinary]...
#
#   faults    2 000 sources a second and a fault every few seconds, for DURATION (15m), with the
#             sanitizers' build of mxwalld: RATE, SEED
#   resolver  no resolver for DURATION, at most 10m, at 5 000 events a second: RATE
#   judge     SYNs in frames of every kind, for DURATION: MXW_JUDGE_SEED
#   foreign   random lists beside the programs that judge them, for DURATION: FILES a round, SEED
#   ordinary  an ordinary bot load with the settings of `xdpctl config example`, for DURATION, at most
#             2m, without and with hold_unknown: RATE visits a second
#   scarce    every allocation of a start fails once: STEP looks at each STEP-th only
#
# All six without a word. Needs root; works in namespaces of its own, which are gone with it.
# Ends with figures and "ok - NAME" or "not ok - NAME" for each; logs are in build/test-logs/soak/.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
LOGS=$PWD/build/test-logs/soak

# s of "90", "90s" or "15m"
seconds()
{
	case $1 in
	*m) echo $((${1%m} * 60)) ;;
	*) echo "${1%s}" ;;
	esac
}

# Inside the namespaces.
inside()
{
	export XDP=native
	# shellcheck source=tests/netns/lib.sh
	. tests/netns/lib.sh
	# shellcheck source=tests/netns/mxwalldlab.sh
	. tests/netns/mxwalldlab.sh
	# shellcheck source=/dev/null
	. "tests/soak/$1.sh"
	setup
	for net in 20.0.0.0/8 24.0.0.0/8; do
		ip -n sender route add local $net dev lo
	done
	"soak_$1"
}

one()
{
	local log=$LOGS/$1.log

	if unshare -m -n -p --fork --kill-child --mount-proc "$0" --inside "$1" 2>&1 | tee "$log"; then
		echo "ok - soak $1"
	else
		echo "not ok - soak $1"
		return 1
	fi
}

if [ "${1:-}" = --inside ]; then
	# shellcheck disable=SC2034 # the soaks read it
	SECONDS_LONG=$(seconds "${DURATION:-15m}")
	inside "$2"
	exit 0
fi
[ "$(id -u)" = 0 ] || { echo "$0: network namespaces need root; use sudo." >&2; exit 1; }
tools/packages.sh test
"${MAKE:-make}" -s --no-print-directory -j2 tests build/bench/visits
mkdir -p "$LOGS"
status=0
[ $# -gt 0 ] || set -- faults resolver scarce judge foreign ordinary
for name; do
	one "$name" || status=1
done
exit $status
