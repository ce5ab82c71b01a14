# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets and reads them
#
# explain against what happens to the next SYN: of sources that will be held, and of one at its
# limit, with a filter that enforces and with one that only monitors.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# foretells ADDRESS VERDICT REASON: so say both answers, and asking changes nothing.
foretells()
{
	local before answers='"\(.verdict) \(.reason) \(.program_verdict) \(.program_reason) \(.agree)"'

	before=$(x stats -j | jq -c .reasons)
	for _ in 1 2; do
		expect "$2 $3 $2 $3 true" "$(explained "$1" "$answers")" "explain $1"
	done
	expect "$before" "$(x stats -j | jq -c .reasons)" "the counters after explain $1"
}

test_explain_foretells_a_hold()
{
	lists
	attach --mode enforce
	conf "hold_unknown = yes"
	controller
	foretells $CLEAN drop drop_hold
	expect true "$(explained $CLEAN .held)" "held"
	exits 0 x explain $CLEAN
	says 'a SYN to port 25 is dropped: .*drop_hold'
	says 'to undo: xdpctl allow'
	expect timeout "$(reach $CLEAN 25 0.5)" "its next SYN"
	expect 1 "$(counted drop_hold)" "held SYNs"
	x mode monitor
	foretells 203.0.113.10 pass would_hold
	expect connected "$(reach 203.0.113.10 25 0.9)" "the next SYN of another new source in monitor mode"
	expect 1 "$(counted would_hold)" "SYNs that would have been held"
	explains 203.0.113.10 pass_unknown
	x allow 203.0.113.11
	foretells 203.0.113.11 pass pass_allow
}

# Where a limit is over, no hold comes before it; where it only counts, the hold does.
test_explain_foretells_a_limit_and_a_hold()
{
	lists
	attach --mode enforce
	x limits set rates=enforce unknown.source=none unknown.net=1/h:1
	conf "hold_unknown = yes"
	controller
	passes $CLEAN
	foretells 203.0.113.10 drop drop_rate_net
	expect timeout "$(reach 203.0.113.10 25 0.5)" "the next SYN"
	expect "0 1" "$(($(counted drop_hold) - 1)) $(counted drop_rate_net)" "held again, and refused for the net's rate"
	x limits set rates=shadow
	foretells 203.0.113.10 drop drop_hold
	expect timeout "$(reach 203.0.113.10 25 0.5)" "the next SYN with rates in shadow"
	expect "1 0" "$(($(counted drop_hold) - 1)) $(counted would_rate_net)" "held, and counted for the rate"
}

test_explain_foretells_a_limit()
{
	attach --mode enforce
	x limits set rates=enforce unknown.source=1/h:1 unknown.net=none
	passes $BAD
	foretells $BAD drop drop_rate
	expect timeout "$(reach $BAD)" "the next SYN"
	expect 1 "$(counted drop_rate)" "refused SYNs"
	x mode monitor
	foretells $BAD pass would_rate
	expect connected "$(reach $BAD)" "the next SYN in monitor mode"
	expect 1 "$(counted would_rate)" "SYNs that would have been refused"
	x allow $BAD
	foretells $BAD pass pass_allow
}
