# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller beside a real resolver and real lists: the way of a listed source and of a
# clean one, holds, lists that go wrong, and what happens when the controller is gone.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

test_listed_source_is_blocked_by_its_first_syn()
{
	all_up
	expect connected "$(reach $LISTED 25 3)" "the first connection, which starts the lookup"
	logged "event=blocked source=$LISTED .*who=dnsbl.*bl.one.example"
	drops $LISTED
	passes $CLEAN
	passes $CLEAN
	expect 0 "$(counted 'drop_hold')" "holds"
	explains $LISTED drop_auto
	for _ in $(seq 100); do # the database is written behind
		x list auto -p | grep -q "^auto	$LISTED	.*bl.one.example" && break
		sleep 0.1
	done
	x list auto -p | grep "^auto	$LISTED	.*bl.one.example" || die "no reason: $(x list auto)"
	x explain $LISTED | grep "auto .*bl.one.example" || die "no reason: $(x explain $LISTED)"
	expect "65534 0000000000000000" "$(awk '/^Uid/ { u = $2 } /^CapEff/ { print u, $2 }' "/proc/$(pgrep -x mxwalld)/status")" "its rights"
}

# What the lists say of a source that is not blocked is its class to the limits.
test_lists_say_who_is_good_or_sanctioned()
{
	local good=$CLEAN

	lists
	zone two $good
	attach --mode enforce
	x limits set flood=forced rates=off
	conf
	sed -i 's/^sites.*/sites = bl.one.example*5, bl.two.example*-2/' /run/etc/mxwall.conf
	controller
	expect connected "$(reach $good 25 3)" "a first connection, proven by its repetition"
	expect connected "$(reach $LISTED 25 3)" "of a source on one list"
	logged "decision source=$good rung=allow"
	logged "decision source=$LISTED rung=reject"
	expect good "$(explained $good .limits.class)" "the class of a source that a list vouches for"
	expect sanctioned "$(explained $LISTED .limits.class)" "the class of one on a list"
	expect unknown "$(explained 203.0.113.10 .limits.class)" "the class of any other"
	explains $good pass_unknown
	explains $LISTED pass_proven
	explains 203.0.113.10 drop_proof
	# A fault of the DNS takes nothing back.
	kill -STOP $UNBOUND_PID
	kill -HUP "$(pgrep -x mxwalld)"
	sleep 3
	expect connected "$(reach $good 25 0.9)" "with the resolver gone"
	expect good "$(explained $good .limits.class)" "the class with the resolver gone"
	kill -CONT $UNBOUND_PID
	# A list that is not believed any more takes back what it said, and nothing else.
	zone two 127.0.0.0/8 198.0.0.0/8 203.0.0.0/8
	logged 'event=list list=bl.two.example state=lists-all' 30
	for _ in $(seq 50); do
		[ "$(explained $good .limits.class)" = unknown ] && break
		sleep 0.1
	done
	expect unknown "$(explained $good .limits.class)" "the class by a list that lists all"
	expect sanctioned "$(explained $LISTED .limits.class)" "the class by the other list"
}

test_held_listed_source_never_connects()
{
	lists $LISTED 198.51.100.{20..39}
	attach --mode enforce
	conf "hold_unknown = yes"
	controller
	for host in $LISTED 198.51.100.{20..39}; do
		reach "$host" 25 1.5 > "/run/held-$host" &
		HELD+=($!)
	done
	wait "${HELD[@]}"
	expect "21 timeout" "$(cat /run/held-* | sort | uniq -c | xargs)" "listed sources"
	exits 0 x explain $CLEAN
	says 'a SYN to port 25 is dropped: the first SYN of an unknown source, held'
	expect true "$(explained $CLEAN .held)" "explain -j before its first SYN"
	expect connected "$(reach $CLEAN 25 3)" "a clean source, a second late"
	expect false "$(explained $CLEAN .held)" "explain -j behind it"
	exits 0 x explain $CLEAN
	says 'a SYN to port 25 passes'
	expect connected "$(reach $CLEAN 25 0.9)" "a clean source that is known"
	[ "$(counted drop_hold)" -ge 22 ] || die "too few holds: $(counted drop_hold)"
}

# judged COUNT: until so many sources have a verdict. How long that takes is the bench's business.
judged()
{
	for _ in $(seq 100); do
		[ "$(grep -c 'event=decision source=' /run/mxwalld.log)" -lt "$1" ] || return 0
		sleep 0.1
	done
	die "only $(grep -c 'event=decision source=' /run/mxwalld.log) of $1 sources were judged within 10 s"
}

# Forty listed sources connect three times each, and so do forty clean ones.
test_share_of_listed_sources_at_each_syn()
{
	local bots=(198.51.100.{20..59}) clean=(203.0.113.{20..59}) hold turn

	lists "${bots[@]}"
	attach --mode enforce
	for hold in no yes; do
		conf "hold_unknown = $hold"
		controller
		for turn in first second third; do
			wire sender connect $MX4 25 0.5 "${bots[@]}" > /run/bots &
			wire sender connect $MX4 25 0.5 "${clean[@]}" > /run/clean
			wait $!
			echo "hold_unknown = $hold, $turn SYN: of 40 listed sources $(grep -c timeout /run/bots) dropped, of 40 clean ones $(grep -c timeout /run/clean)"
			[ $turn = first ] || expect 40 "$(grep -c timeout /run/bots)" "listed sources that were dropped at their $turn SYN"
			[ $turn = first ] || expect 0 "$(grep -c timeout /run/clean)" "clean ones"
			judged 80
		done
		kill -TERM "$(pgrep -x mxwalld)"
		wait $MXWALLD_PID
		rm -f /run/mxwalld.log
		# Others, which nobody knows yet, and a resolver that has heard of none of them: a test
		# of the lists may have asked about one.
		bots=(198.51.100.{120..159})
		clean=(203.0.113.{120..159})
		kill "$UNBOUND_PID" "$(pgrep -x rbldnsd)"
		while pgrep -x 'unbound|rbldnsd' > /dev/null; do sleep 0.1; done
		lists "${bots[@]}"
	done
}

test_mail_of_a_listed_source_does_not_arrive()
{
	local host

	kill "$LISTENER"
	lab_postfix mx
	all_up "hold_unknown = yes"
	for host in $CLEAN $LISTED; do
		lab_in sender swaks --server $MX4 --local-interface $host --to user@mx.example \
			--from a@sender.example --timeout 6 > "/run/swaks-$host" 2>&1 || true
	done
	sleep 0.5
	expect 1 "$(grep -c 'status=sent' /run/postfix.log)" "mails that Postfix logged"
	! grep -F "[$LISTED]" /run/postfix.log || die "Postfix saw the listed source"
}

# C1: entries stay in force and end by themselves; nobody is held by a dead controller.
test_C1_controller_killed()
{
	all_up "hold_unknown = yes" "deadman = 15s"
	drops $LISTED 25 1.5
	logged "event=blocked source=$LISTED"
	kill -KILL "$(pgrep -x mxwalld)"
	drops $LISTED
	sleep 5.5
	expect connected "$(reach 203.0.113.77 25 0.9)" "a new source, not held"
	drops $LISTED
	sleep 11
	expect connected "$(reach $LISTED 25 0.9)" "the listed one behind the dead-man's limit"
	: > /run/mxwalld.log
	controller
	drops $LISTED
	verified
}

# C2: stopped, not dead: the same limits hold.
test_C2_controller_stopped()
{
	all_up "hold_unknown = yes" "deadman = 15s"
	drops $LISTED 25 1.5
	logged "event=blocked source=$LISTED"
	kill -STOP "$(pgrep -x mxwalld)"
	sleep 5.5
	expect connected "$(reach 203.0.113.77 25 0.9)" "a new source, not held"
	sleep 11
	expect connected "$(reach $LISTED 25 0.9)" "the listed one behind the dead-man's limit"
	kill -CONT "$(pgrep -x mxwalld)"
	sleep 1.5
	drops $LISTED
	verified
}

# Codes of end-user space count where mail comes in from other servers, and not where users hand
# theirs in.
test_end_user_space_is_evidence_on_port_25_alone()
{
	zone one $LISTED 198.51.100.8
	printf '$TTL 60\n:127.0.0.10:end-user space\n127.0.0.2\n%s\n' $LISTED 198.51.100.8 > /run/dns/two
	dns_unbound_conf 5302 $ONE zen.spamhaus.org > /run/dns/unbound.conf
	serve $ONE:ip4set:one zen.spamhaus.org:ip4set:two
	lab_cable mx eth1 sender eth1
	attach --mode enforce
	conf
	sed -i 's/^sites.*/sites = bl.one.example*5, zen.spamhaus.org*5/' /run/etc/mxwall.conf
	start
	logged 'event=list list=bl.one.example state=online' 30
	logged 'event=list list=zen.spamhaus.org state=online' 30
	expect connected "$(reach $LISTED 25 3)" "the first connection"
	logged "event=blocked source=$LISTED .*zen.spamhaus.org"
	drops $LISTED
	x attach eth1 --xdp "$XDP" --mode enforce --ports 25,587
	logged "event=withdrawn source=$LISTED .*a port other than 25 is protected"
	expect connected "$(reach 198.51.100.8 25 3)" "the first connection of another"
	logged "decision source=198.51.100.8 rung=reject"
	passes $LISTED
	x detach eth1
	logged 'only port 25 is protected'
	kill -HUP "$(pgrep -x mxwalld)" # what is in force is kept
	logged 'is in force'
	expect 1 "$(grep -c event=blocked /run/mxwalld.log)" "blocks"
}

# D1: a list that answers everything: no new drop, and its entries go.
test_D1_list_that_lists_the_world()
{
	all_up
	expect connected "$(reach $LISTED 25 3)" "the first connection"
	logged "event=blocked source=$LISTED"
	zone one 127.0.0.0/8 198.0.0.0/8 203.0.0.0/8
	zone two 127.0.0.0/8 198.0.0.0/8 203.0.0.0/8
	logged 'event=list list=bl.one.example state=lists-all' 30
	logged 'event=list list=bl.two.example state=lists-all' 30
	logged "event=withdrawn source=$LISTED"
	passes 203.0.113.50
	passes $LISTED
	expect 1 "$(grep -c event=blocked /run/mxwalld.log)" "blocks"
}

# D4: nothing answers: nobody is blocked or unblocked, and it recovers.
test_D4_resolver_gone()
{
	all_up "hold_unknown = yes"
	drops $LISTED 25 1.5
	kill -STOP "$UNBOUND_PID"
	for host in 203.0.113.{60..69} 198.51.100.{60..64}; do
		expect connected "$(reach "$host" 25 3)" "$host without a resolver"
	done
	drops $LISTED
	expect 1 "$(grep -c event=blocked /run/mxwalld.log)" "blocks"
	! grep -E 'event=(unblocked|withdrawn)' /run/mxwalld.log || die "somebody was unblocked"
}

test_reload_takes_all_or_nothing()
{
	all_up
	conf "hold_unknown = yes" "no_such_key = 1"
	kill -HUP "$(pgrep -x mxwalld)"
	logged 'mxwall.conf:3: .*no_such_key'
	logged 'was not taken over'
	! x config check /run/etc/mxwall.conf > /run/said || die "config check finds nothing"
	grep 'mxwall.conf:3: .*no_such_key' /run/said || die "config check: $(cat /run/said)"
	expect connected "$(reach 203.0.113.80 25 0.9)" "a new source, not held"
	conf "hold_unknown = yes"
	kill -HUP "$(pgrep -x mxwalld)"
	logged 'is in force'
	expect timeout "$(reach 203.0.113.81 25 0.5)" "a new source, held"
	# What needs a restart is named and stays, the rest is taken over; a list that is wrong from
	# the beginning is reported.
	sed -i 's/^sites.*/&, bl.typo.example*1/; s/^deadline.*/deadline = 20s/; s/^user.*/user = daemon/' /run/etc/mxwall.conf
	kill -HUP "$(pgrep -x mxwalld)"
	logged 'text="deadline changed: that needs a restart'
	logged 'text="user changed: that needs a restart'
	expect 2 "$(grep -c 'changed: that needs a restart' /run/mxwalld.log)" "settings named"
	logged 'event=list list=bl.typo.example state=' 30
}

# Reloads amid 300 new sources a second, with the lists in another order each time: every source
# gets one verdict, whether it was asked about before, behind or during a reload.
test_reload_neither_drops_nor_repeats_a_verdict()
{
	local i

	# shellcheck disable=SC2046 # words
	lists $(seq -f 198.18.%g.0/24 0 2 14)
	attach --mode enforce
	conf
	sed -i 's/^deadline.*/deadline = 10s\nqueries_per_second = 0/' /run/etc/mxwall.conf
	cp /run/etc/mxwall.conf /run/one
	sed 's/^sites.*/sites = bl.two.example*5, bl.none.example*1, bl.one.example*5/' /run/one > /run/two
	controller
	printf '%s\n' 198.18.{0..7}.{1..200} > /run/sources
	# shellcheck disable=SC2046 # words
	wire sender syns $MX4 25 5 300 $(cat /run/sources) > /run/answers &
	SENDER=$!
	for i in {1..8}; do
		sleep 0.5
		if [ $((i % 2)) = 1 ]; then cp /run/two /run/etc/mxwall.conf; else cp /run/one /run/etc/mxwall.conf; fi
		kill -HUP "$(pgrep -x mxwalld)"
	done
	wait $SENDER
	for _ in $(seq 100); do
		[ "$(grep -c event=decision /run/mxwalld.log)" -lt "$(awk '/^sent/ { print $2 }' /run/answers)" ] || break
		sleep 0.1
	done
	expect 8 "$(grep -c 'is in force' /run/mxwalld.log)" "reloads"
	head -n "$(awk '/^sent/ { print $2 }' /run/answers)" /run/sources | sort > /run/sent
	sed -n 's/.*event=decision source=\([^ ]*\) .*/\1/p' /run/mxwalld.log | sort > /run/decided
	diff /run/sent /run/decided > /run/diff || die "dropped (<) or repeated (>): $(cat /run/diff)"
	expect "$(grep -cE '^198\.18\.[0-9]*[02468]\.' /run/sent) 0" \
		"$(grep -c event=blocked /run/mxwalld.log) $(grep -cE 'event=(renewed|unblocked|withdrawn)' /run/mxwalld.log)" "blocked and changed again"
}

test_detach_ends_it_and_attach_is_waited_for()
{
	local code=0

	lists
	conf
	start
	logged 'waiting for the filter'
	kill -HUP "$(pgrep -x mxwalld)" # which is for later
	sleep 0.2
	attach --mode enforce
	logged 'runs'
	logged 'is in force'
	x detach eth0
	wait $MXWALLD_PID || code=$?
	expect 3 $code "its exit code"
	nothing_left
	code=0
	: > /run/mxwalld.log
	start
	logged 'waiting for the filter'
	kill "$(pgrep -x mxwalld)"
	wait $MXWALLD_PID || code=$?
	expect 0 $code "its exit code at SIGTERM while it waits"
}

# 500 new sources a second, every other one listed: each is judged, and the controller says how
# soon, which is shown here and judged nowhere.
test_every_source_at_500_a_second_is_judged()
{
	local figures

	# shellcheck disable=SC2046 # words
	lists $(seq -f 198.18.%g.0/24 0 2 30)
	attach --mode enforce
	conf
	sed -i 's/^log_level.*/log_level = info/; s/^deadline.*/&\nqueries_per_second = 0/' /run/etc/mxwall.conf
	controller
	wire sender syns $MX4 25 16 ${RATE:-500} 198.18.{0..31}.{1..250} > /dev/null
	sleep 2
	kill "$(pgrep -x mxwalld)"
	logged 'verdicts now'
	figures=$(sed -n 's/.*; \([0-9 ]*\) verdicts now, half of them within \([0-9]*\) us, 99 % within \([0-9]*\) us; \([0-9 ]*\) entries.*/\1;\2;\3;\4/p' /run/mxwalld.log | tail -n 1)
	figures=${figures// /} # of thousands
	figures=${figures//;/ }
	echo "verdicts, median us, 99th percentile us, entries: $figures"
	read -r verdicts median high entries <<< "$figures"
	[ "$verdicts" -ge 7500 ] && [ "$entries" -ge 3750 ] || die "verdicts and entries: $figures"
	[ "$median" -gt 0 ] && [ "$high" -ge "$median" ] || die "no times: $figures"
}
