# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller's socket: what the dnsbl verbs, status and explain get from it, who may ask,
# and what clients that misbehave can do; and the same verbs without a controller.
# shellcheck source=tests/netns/ctllab.sh
. "$ROOT/tests/netns/ctllab.sh"

# tell_as UID GID GROUP: a question of somebody else's
tell_as()
{
	python3 "$ROOT/tests/netns/control.py" $SOCKET as "$@" say '{"ask":"status"}'
}

# Sends LINE as it is, prints what comes back: tell LINE
tell()
{
	python3 "$ROOT/tests/netns/control.py" $SOCKET say "$1"
}

# Waits until the test of the lists fails; caches have to forget what was.
failing()
{
	for _ in $(seq 15); do
		x dnsbl test > /dev/null 2>&1 || break
		sleep 1
	done
	exits 4 x dnsbl test
}

test_dnsbl_verbs_with_the_controller()
{
	all_up
	exits 0 x dnsbl list
	says "$ONE +\\*5 +online"
	says "$TWO +127.0.0.\\[2..11\\]\\*5 +online"
	says '\*\*\*.zen.dq.spamhaus.net +127.0.0.2\*3 +online'
	says "$ONE .* of 1000000"
	masked
	exits 0 x dnsbl test
	says "$ONE +good +good"
	exits 0 x dnsbl query $LISTED
	says "$ONE +listed +127.0.0.2 +5"
	says 'score 13: drop for'
	masked
	exits 0 x dnsbl query $CLEAN -p
	says "^$TWO	not listed		0	"
	says '^verdict	none	0	'
	expect "listed 13 drop true" "$(x dnsbl query $LISTED -j | jq -r '"\(.lists[0].answer) \(.score) \(.rung) \(.controller)"')" "query -j"
	x allow $LISTED
	expect "allow none" "$(x dnsbl query $LISTED -j | jq -r '"\(.standing) \(.rung)"')" "query of one that is allowed"
	refused 1 'not a public one' x dnsbl query 10.1.2.3
	refused 2 'is not an address' x dnsbl query 10.1.2.3/24
	expect "" "$(x list auto -p)" "entries made by queries"
}

test_dnsbl_stats_and_quota()
{
	all_up
	before=$(x dnsbl stats -j | jq '.lists[0].queries_today')
	reach $LISTED 25 3 > /dev/null
	reach 198.51.100.8 25 3 > /dev/null
	reach $CLEAN 25 3 > /dev/null
	logged "event=decision source=$CLEAN"
	exits 0 x dnsbl stats
	says "$ONE +[0-9]+ +2 +1 "
	says "$TWO +[0-9]+ +1 +2 "
	says "$ONE had 2 sources, 1 that no other had; also in $TWO=1"
	masked
	expect "2 1 1 1 true" "$(x dnsbl stats -j | jq -r '.lists[0].figures | "\(.sources) \(.unique) \(.overlap["'$TWO'"]) \(.not_listed) \(.median_us > 0)"')" "figures"
	x dnsbl query $CLEAN > /dev/null
	after=$(x dnsbl stats -j | jq '.lists[0].queries_today')
	[ "$after" -ge $((before + 4)) ] || die "queries of the day: $before, then $after"
	# The quota goes on over a restart.
	kill "$(pgrep -x mxwalld)"
	wait "$MXWALLD_PID" || die "mxwalld: exit $?"
	expect "600 nobody" "$(stat -c '%a %U' /var/lib/mxwalld/asked.json)" "the file"
	: > /run/mxwalld.log
	controller
	again=$(x dnsbl stats -j | jq '.lists[0].queries_today')
	[ "$again" -ge "$after" ] || die "queries of the day: $after, then $again after a restart"
}

test_a_list_that_lies_fails_its_test()
{
	all_up
	zone one 127.0.0.0/8 198.0.0.0/8
	failing
	says "$ONE +BAD .*127.0.0.1: listed"
	says '1 of 3 lists did not pass'
	logged "event=list list=$ONE state=lists-all" 30
	exits 0 x dnsbl list
	says "$ONE .* lists-all .*it lists"
	expect "lists-all 8" "$(x dnsbl query $LISTED -j | jq -r '"\(.lists[0].health) \(.score)"')" "what it says counts not"
}

test_status_and_explain()
{
	attach --mode enforce
	exits 0 x status
	says 'controller: does not run'
	expect null "$(x status -j | jq .controller)" "status -j without a controller"
	exits 0 x explain $LISTED
	lists
	conf
	controller
	exits 0 x status
	says 'controller: runs, 3 of 3 lists online'
	expect "3 3 1 true" "$(x status -j | jq -r '.controller | "\(.lists) \(.lists_online) \(.enforced_ratio) \(.storing)"')" "status -j"
	reach $LISTED 25 3 > /dev/null
	logged "event=blocked source=$LISTED"
	exits 0 x explain $LISTED
	says 'the lists say: score 13 by .*bl.one.example=127.0.0.2\*5'
	masked
	expect "true 13 true" "$(x explain $LISTED -j | jq -r '.controller | "\(.known) \(.score) \(.blocked)"')" "explain -j"
	kill -STOP "$(pgrep -x mxwalld)"
	exits 4 x status
	says 'controller: .*does not answer'
	exits 0 x explain $LISTED
	kill -CONT "$(pgrep -x mxwalld)"
}

test_dnsbl_verbs_without_a_controller()
{
	lists
	exits 1 x dnsbl list
	says 'mxwall.conf: .*No such file'
	conf
	exits 0 x dnsbl list
	says 'the controller does not run'
	says "$ONE +\\*5 +unknown"
	masked
	exits 0 x dnsbl test
	says "$ONE +good"
	exits 0 x dnsbl query $LISTED
	says 'score 13: drop'
	says 'no controller watches'
	masked
	exits 1 x dnsbl stats
	says 'mxwalld does not run'
	zone one 192.0.2.2
	sed -i '/^127/d' /run/dns/one
	failing
	says "$ONE +BAD .*127.0.0.2: not listed"
}

test_who_may_ask()
{
	all_up
	expect "660 root nogroup" "$(stat -c '%a %U %G' $SOCKET)" "the socket"
	expect "nobody" "$(stat -c %U /run/mxwalld)" "who has the folder"
	exits 0 tell_as 65534 65534 65534
	says '"good":true'
	exits 0 tell_as 1 1 65534
	says '"good":true'
	exits 1 tell_as 1 1 1
	says 'Permission denied'
	chmod 666 $SOCKET
	exits 0 tell_as 1 1 1
	says '"good":false.*only root'
	logged 'event=control refused="user 1 '
}

test_clients_that_misbehave()
{
	local pid rss fds

	all_up
	pid=$(pgrep -x mxwalld)
	for line in '' 'x' '{}' '[]' '{"ask":1}' '{"ask":"status","more":1}' '{"ask":"query"}' \
		'{"ask":"query","address":"1.2.3"}' '{"ask":"status","ask":"status"}' "$(printf '[%.0s' {1..3000})"; do
		exits 0 tell "$line"
		says '"good":false'
	done
	exits 0 python3 "$ROOT/tests/netns/control.py" $SOCKET long
	says 'too long'
	rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	fds=$(find "/proc/$pid/fd" | wc -l)
	for how in silent slow deaf gone noise; do
		python3 "$ROOT/tests/netns/control.py" $SOCKET "$how" 200 > "/run/$how" 2>&1 &
		CLIENTS+=($!)
	done
	for _ in $(seq 200); do # until all places are taken
		[ "$(find "/proc/$pid/fd" | wc -l)" -lt $((fds + 16)) ] || break
		sleep 0.05
	done
	[ "$(find "/proc/$pid/fd" | wc -l)" -le $((fds + 20)) ] || die "too many descriptors: $(ls -l "/proc/$pid/fd")"
	for _ in 1 2 3; do # the operator is heard among them
		exits 0 timeout 8 "$XDPCTL" dnsbl list
		says online
	done
	expect connected "$(reach $LISTED 25 3)" "the first connection"
	logged "event=blocked source=$LISTED"
	wait "${CLIENTS[@]}"
	sleep 6
	expect "$fds" "$(find "/proc/$pid/fd" | wc -l)" "descriptors afterwards"
	[ "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" -le $((rss + 2048)) ] || die "it has grown from $rss kB"
}

# C16: no descriptor is left, and the operator is heard.
test_C16_no_descriptor_left()
{
	local pid fds limit

	all_up
	pid=$(pgrep -x mxwalld)
	fds=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
	# Four are left, and others take them.
	limit=$(seq 0 999 | grep -vxF "$(find "/proc/$pid/fd" -mindepth 1 -printf '%f\n')" | sed -n 5p)
	setpriv --reuid nobody --regid nogroup --clear-groups prlimit --pid "$pid" --nofile="$limit"
	python3 "$ROOT/tests/netns/control.py" $METRICS silent 4 &
	for _ in $(seq 100); do
		[ "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" -lt $((fds + 4)) ] || break
		sleep 0.05
	done
	expect $((fds + 4)) "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" "descriptors in use"
	for _ in 1 2 3; do
		exits 0 x dnsbl list
		says "$ONE .*online"
	done
	exits 0 x status
	says 'controller: runs'
}

test_socket_of_a_killed_controller_is_replaced()
{
	all_up
	exits 1 lab_in mx "$MXWALLD"
	says 'answers at .*control.sock already'
	exits 0 x dnsbl list
	kill -KILL "$(pgrep -x mxwalld)"
	[ -S $SOCKET ] || die "no socket is left to be replaced"
	exits 4 x status
	says 'has run since the attach and does not run now'
	says 'controller: does not run'
	: > /run/mxwalld.log
	controller
	exits 0 x dnsbl list
	says "$ONE +\\*5 +online"
	kill "$(pgrep -x mxwalld)"
	wait $MXWALLD_PID || die "it ended with exit $?: $(tail -n 30 /run/mxwalld.log)"
	[ ! -e $SOCKET ] && [ ! -e $METRICS ] || die "a socket is left"
}

test_reload_changes_the_lists_shown()
{
	all_up
	sed -i "s/, $TWO=[^,]*//" /etc/mxwall/mxwall.conf
	kill -HUP "$(pgrep -x mxwalld)"
	logged 'is in force'
	expect "$ONE ***.zen.dq.spamhaus.net" "$(x dnsbl list -j | jq -r '[.lists[].list] | join(" ")')" "lists after a reload"
	expect 8 "$(x dnsbl query $LISTED -j | jq .score)" "the score after a reload"
}
