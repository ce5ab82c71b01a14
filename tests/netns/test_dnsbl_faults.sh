#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # ROOT, ONE, TWO are lib.sh's and dnslab.sh's
#
# Lists and resolvers that fail and lie: the cases D1 to D8. All times of a
# list's health are 1/45 of the usual ones: a round of probes a second.
. "$ROOT/tests/netns/dnslab.sh"

# Lines of N connections from sources that the lists have, MS apart.
bad_sources()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		echo "198.51.100.$i"
		echo "wait $2"
	done
}

# ... and that they do not have.
good_sources()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		echo "203.0.113.$i"
		echo "wait $2"
	done
}

test_dnsbl_D1_a_list_that_lists_everything()
{
	dns_folder
	dns_liar
	dns_unbound 5303 $ONE $TWO
	{
		echo "online"
		good_sources 3 50
		echo "! echo $ONE all > modes; sleep 3.2" # the resolver forgets
		good_sources 25 200
		echo "stats"
		echo "! echo $ONE good > modes; sleep 3.2"
		echo "online"
		echo "198.51.100.9"
		echo "settle"
	} | dnsbl 5301 "$ONE*8 $TWO*4"
	# By a control, or by 127.0.0.1: whichever the resolver has not in its cache.
	said 1 "^list $ONE offline lists-(all|nobody) withdraw"
	said 2 "^list $ONE online"
	said 0 "offline .*$TWO"
	said 0 "203.0.113.* rung drop"
	# What was said before it was found out is taken back.
	for source in $(sed -n 's/^told \(203[^ ]*\) .* score 8 .*/\1/p' said | sort -u); do
		grep "$source" said | tail -n 1 | grep -q 'score 0' || die "$source stays listed"
	done
	said 1 "^told 198.51.100.9 complete score 12 .* rung drop"
}

test_dnsbl_D1_right_probes_and_a_lie_for_the_rest()
{
	dns_folder
	dns_liar
	{
		echo "online"
		echo "! echo $ONE real > modes"
		echo "wait 2500"
	} | dnsbl 5303 -c 203.0.113.25 -c 203.0.113.26 "$ONE*8 $TWO*4"
	said 1+ "^list $ONE offline canaries withdraw"
}

test_dnsbl_D2_answers_outside_of_127()
{
	dns_folder
	dns_liar
	{
		echo "online"
		echo "! echo $ONE outside > modes"
		bad_sources 3 50
		echo "settle"
		echo "stats"
	} | dnsbl 5303 "$ONE*8 $TWO*8"
	said 1 "^list $ONE offline outside"
	said 0 "withdraw"
	said 0 "rung drop"
	said 3 "^told .* score 8 .* lists 1"
}

test_dnsbl_D3_codes_that_are_errors()
{
	local code

	dns_folder
	dns_liar
	for code in 127.255.255.252 127.255.255.254 127.255.255.255 127.0.0.1; do
		{
			echo "! echo $ONE code=$code > modes"
			echo "online"
			bad_sources 4 50
			echo "settle"
			echo "stats"
		} | dnsbl 5303 "$ONE*8 $TWO*8"
		said 1 "^list $ONE offline codes"
		said 0 "rung drop"
		said 0 "score 16"
		expect 0 "$(told_number "^stats $ONE" listed)" "listings by $code"
	done
}

test_dnsbl_D4_errors_silence_and_truncation()
{
	local mode

	dns_folder
	dns_liar
	dns_unbound 5303 $ONE $TWO
	for mode in servfail refused mute tc slow; do
		{
			echo "! : > modes"
			echo "online"
			echo "! echo $ONE $mode > modes; sleep 2.1"
			bad_sources 12 20
			echo "settle"
			echo "stats"
			echo "! : > modes; sleep 1"
			echo "online"
			echo "198.51.100.99"
			echo "settle"
		} | dnsbl 5303 "$ONE*8 $TWO*8"
		said 1 "^list $ONE offline"
		said 0 "offline.*withdraw"
		said 0 "198.51.100.[1-9]?[0-8] .* rung drop"
		said 1 "^told 198.51.100.99 complete score 16 .* rung drop"
		expect 0 "$(told_number "^stats $ONE" listed)" "listings with $mode"
	done
}

test_dnsbl_D5_no_resolver_at_5000_events_a_second()
{
	local before after

	dns_folder
	dns_liar
	dns_unbound 5303 $ONE $TWO
	{
		echo "online"
		echo "198.51.100.1"
		echo "settle"
		echo "! kill -STOP $UNBOUND_PID"
		echo "flood 5000 4"
		echo "! grep VmRSS /proc/\$PPID/status > resident"
		echo "flood 5000 8"
		echo "! grep VmRSS /proc/\$PPID/status >> resident"
		echo "! kill -CONT $UNBOUND_PID"
		echo "online"
		echo "198.51.100.2"
		echo "settle"
		echo "stats"
	} | dnsbl 5301 "$ONE*8 $TWO*8"
	said 1 "^told 198.51.100.1 complete score 16 .* rung drop"
	said 1 "^told 198.51.100.2 complete score 16 .* rung drop"
	said 0 "withdraw"
	expect 2 "$(told_number '^engine' drops)" "drops"
	before=$(awk 'NR == 1 { print $2 }' resident)
	after=$(awk 'NR == 2 { print $2 }' resident)
	echo "resident: $before KiB, later $after KiB (with the sanitizer)"
	[ "$after" -lt $((before + 16384)) ] || die "memory grew from $before to $after KiB"
}

test_dnsbl_D6_forged_late_and_hostile_replies()
{
	local mode

	dns_folder
	dns_liar
	for mode in wrongid wrongname twice; do
		{
			echo "! printf '%s\n' '$ONE $mode' '$TWO $mode' > modes"
			echo "online"
			bad_sources 3 10
			good_sources 3 10
			echo "settle"
			echo "stats"
		} | dnsbl 5303 "$ONE*8 $TWO*8"
		said 3 "^told 198.51.100.* score 16"
		said 3 "^told 203.0.113.* score 0"
		said 2 "^list .* online"
		said 0 "offline"
	done
	for mode in loop junk big late; do
		{
			echo "online"
			echo "! printf '%s\n' '$ONE $mode' '$TWO $mode' > modes"
			bad_sources 40 10
			echo "settle"
			echo "wait 2500"
			echo "stats"
			echo "! : > modes"
		} | dnsbl 5303 "$ONE*8 $TWO*8"
		said 0 "rung (drop|reject)"
		expect 0 "$(told_number "^stats $ONE" listed)" "listings with $mode"
		said 2 "^list .* offline"
	done
}

# The questions about zone $1 that the liar got, as lines "TIME NAME ID". What has the name and
# the ID of an earlier one is that question again: the resolver repeats what is not answered in
# time, and a budget counts questions.
questions()
{
	awk -v zone=".$1" 'index($2, zone) && !seen[$2, $3]++' asked
}

# The most questions about zone $1 in any window of a second.
most_in_a_second()
{
	questions "$1" | awk 'BEGIN { from = 0 }
		{
			time[n++] = $1
			while (time[n - 1] - time[from] >= 1)
				from++
			if (n - from > most)
				most = n - from
		}
		END { print most + 0 }'
}

test_dnsbl_D8_budgets_hold()
{
	local most all

	dns_folder
	dns_liar
	{
		echo "online"
		echo "flood 500 4"
		echo "wait 1000"
		echo "stats"
	} | dnsbl 5303 -q 100 -Q 2000 "$ONE*8 $TWO*8"
	most=$(most_in_a_second $ONE)
	all=$(questions $ONE | wc -l)
	echo "$most a second, $all in all, $(grep -c "$ONE" asked) with those repeated"
	[ "$most" -le 100 ] || die "$most questions in a second"
	# Of the day's 2 000 the tests may take 200, and forged sources an eighth of the rest at once.
	[ "$all" -le 275 ] || die "$all questions"
	[ "$all" -ge 225 ] || die "only $all questions"
	said 0 "offline"
}
