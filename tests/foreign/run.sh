#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lists that mxwall's authors did not make up: tests/foreign/run.sh [JUDGE]...
#
# Samples of what strangers write (samples/, each with what a person reads in it), and random files
# that other programs read beside mxwall's reader: Postfix, rbldnsd, ipset, nft, Python. FILES, 10000
# without, is how many files or addresses each of them judges. SPF is judged by pyspf and Mail::SPF on
# RECORDS zones, 2000 without.
set -eu -o pipefail
cd "$(dirname "$0")/../.."

if [ "${1:-}" = --inside ]; then
	ip link set lo up
	exec python3 tests/foreign/judges.py "${@:2}"
fi
[ -x build/foreign/tell ] && [ -x build/foreign/spf ] ||
	${MAKE:-make} -s --no-print-directory build/foreign/tell build/foreign/spf
status=0
[ $# -gt 0 ] || python3 tests/foreign/samples.py || status=1
[ $# -gt 0 ] || python3 tests/foreign/spf_judges.py || status=1
if [ "$(id -u)" = 0 ]; then
	unshare -m -n -p --fork --kill-child --mount-proc "$0" --inside "$@" || status=1
else
	echo "skip - foreign: judges # needs root"
fi
exit $status
