# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# bench/peers/report.sh: a contender that did not drop what it should fails the run,
# and what was measured is written all the same. From turns that are made up.

RESULTS=/run/results

# A turn that went well, changed by a jq FILTER: turn CONTENDER [FILTER]
turn()
{
	jq -cn --arg contender "$1" '{
		$contender, corpus: "uniform", entries: 1000, how: "", round: 1, load_average: 1,
		load: {seconds: 1, cpu_seconds: 1, peak_rss_kib: 2048, scaled: false},
		verify: {
			half: {sent: 100, expected: 50, dropped: 50, received: 100},
			ack: {sent: 10, expected: 0, dropped: 0, received: 10},
			other_port: {sent: 10, expected: 0, dropped: 0, received: 10}},
		traffic: [{corpus: "uniform", seconds: 1, sent: 1000, received: 900, refused: 100,
			unexplained: 0, dropped: 900, ns: 300, mpps: 0.9, mpps_sent: 1, busy: 1, floor_ns: 100}]
		} | '"${2:-.}"
}

# The report of the turns in standard input.
report()
{
	cat > /run/turns
	BENCH_SLICES=1 BENCH_PLOTS=no bench/peers/report.sh /run/turns /run/facts /run/skipped $RESULTS 1 false true
}

prepare()
{
	mkdir -p $RESULTS
	: > /run/skipped
	"$ROOT/build/bench/livegen" --machine > /run/machine
	jq -n --slurpfile machine /run/machine '{version: "0", date: "2000-01-01", cpus: [0, 1], driver: "none", tools: {},
		machine: $machine[0], contenders: [{name: "good", text: "one"}, {name: "bad", text: "another"}]}' > /run/facts
	cd "$ROOT" || die "no $ROOT"
}

# said PATTERN...: each is on standard error, and in the page as a failure.
said()
{
	local pattern

	for pattern; do
		says "$pattern"
		grep -qE "Failed.*$pattern" $RESULTS/peers.md || die "no '$pattern' in: $(cat $RESULTS/peers.md)"
	done
}

test_bench_report_fails_on_what_was_not_dropped()
{
	prepare
	exits 0 report <<< "$(turn good; turn bad)"
	says 'bad +300 +3\.0 +0\.90'
	expect 3 "$(jq '.rows[0].times_floor.median' $RESULTS/peers.json)" "times the floor"
	exits 1 report <<< "$(
		turn good
		turn few '.verify.half.dropped = 49'
		turn greedy '.verify.ack.dropped = 1'
		turn other '.verify.half.dropped = 60 | .verify.half.expected = 60'
		turn deaf '.verify.half.received = 99'
		turn slow '.traffic[0].dropped = 899'
		turn leaky '.traffic[0].unexplained = 7'
		turn bad '{contender, corpus, entries, round, error: "no such thing\n"}'
	)"
	said 'few with 1000 entries.*dropped 49 of 100 packets instead of 50' \
		'greedy .*dropped 1 of 10 packets instead of 0' 'other dropped 60' \
		'deaf .*1 of 100 packets did not arrive' 'leaky .*7 packets were lost without a trace' \
		'slow .*dropped 899 of 900 packets that all came from listed' 'bad .*no such thing'
	expect false "$(jq 'any(.rows[]; .contender == "bad")' $RESULTS/peers.json)" "a row without figures"
}

# As an interrupted run may leave it.
test_bench_report_of_nothing()
{
	prepare
	exits 0 report < /dev/null
	says 'Nothing was measured'
}
