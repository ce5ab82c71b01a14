#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Feeds the readers of strangers' bytes with bytes that libFuzzer makes up: tests/fuzz/run.sh
# [TARGET]..., 30 s each, or SECONDS_EACH. TARGET: packet dns list config control spf; all without.
#
# A run begins with the files of tests/fuzz/corpus/TARGET, of which those named .hex are bytes in
# hexadecimal digits, and for lists with the samples of tests/foreign. What it finds new is kept in build/fuzz/corpus/TARGET and helps the next run. The
# bytes that made a target fail are left in build/fuzz/failures.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
SECONDS_EACH=${SECONDS_EACH:-30}
LONGEST=4096 # bytes of an input
FAILURES=build/fuzz/failures
# c-ares, SQLite and the like are not in these programs; what they allocate, they free.
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

# What the target begins with, in build/fuzz/seeds: bytes from digits, and lists behind the two letters
# by which the target for lists finds the format out and reads in pieces.
sow()
{
	python3 - "$1" build/fuzz/seeds/"$1" $LONGEST <<- 'END'
	import pathlib, sys
	target, seeds, longest = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
	seeds.mkdir(parents=True, exist_ok=True)
	for file in pathlib.Path("tests/fuzz/corpus", target).iterdir():
	    data = file.read_bytes()
	    (seeds / file.stem).write_bytes(bytes.fromhex(data.decode()) if file.suffix == ".hex" else data)
	if target == "list":
	    for file in pathlib.Path("tests/foreign/samples").iterdir():
	        (seeds / ("sample-" + file.name)).write_bytes(b"`h" + file.read_bytes()[:longest - 2])
	END
}

try()
{
	local target=$1 found=build/fuzz/corpus/$1 log=build/fuzz/$1.log

	mkdir -p "$found" $FAILURES
	sow "$target" || return 1
	if build/fuzz/fuzz_"$target" -max_total_time="$SECONDS_EACH" -max_len=$LONGEST -timeout=20 \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=$FAILURES/"$target"- \
		"$found" build/fuzz/seeds/"$target" > "$log" 2>&1; then
		echo "ok - fuzz_$target # $(awk '/number_of_executed_units/ { print $2 " inputs" }' "$log")"
		return
	fi
	tail -n 40 "$log"
	echo "not ok - fuzz_$target"
	return 1
}

status=0
${MAKE:-make} -s --no-print-directory -j2 fuzz-build || { echo "not ok - fuzz_build"; exit 1; }
[ $# -gt 0 ] || set -- packet dns list config control spf
for target; do
	try "$target" || status=1
done
exit $status
