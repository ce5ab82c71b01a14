# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller with the names of sources as evidence: what they add to lists of addresses,
# and what they never do.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
NAMES=names.one.example

# The two lists have 198.51.100.7 to .12. Of those .8 has a name that leads back, .9 one that
# does not, .10 one that a list of names has; nobody answers for .11, .7 has none. And .30 and
# .31, which no list has, are as .7 and .10.
names_lab()
{
	zone one 198.51.100.{7..12}
	zone two 198.51.100.{7..12}
	printf '$TTL 60\n:127.0.1.2:bad name\ntest\n.evil.example\n' > /run/dns/names
	{
		dns_unbound_conf 5302 $ONE $TWO $NAMES
		cat <<-'EOF_DATA'
		server:
		  local-data-ptr: "198.51.100.8 mx.good.test"
		  local-data-ptr: "198.51.100.9 mx.good.test"
		  local-data-ptr: "198.51.100.10 mx.evil.example"
		  local-data-ptr: "198.51.100.31 mx.evil.example"
		  local-zone: "11.100.51.198.in-addr.arpa." refuse
		  local-data: "mx.good.test. 60 A 198.51.100.8"
		  local-zone: "evil.example." static
		  local-data: "mx.evil.example. 60 A 198.51.100.10"
		EOF_DATA
	} > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two $NAMES:dnset:names
}

# names_conf WEIGHT [LINE]...: of each list; LINES go into the section [names]
names_conf()
{
	conf
	sed -i "s/^sites = .*/sites = bl.one.example*$1, bl.two.example*$1/" /run/etc/mxwall.conf
	shift
	printf '%s\n' "[names]" "$@" >> /run/etc/mxwall.conf
}

# decided ADDRESS REGEX: the last decision about it
decided()
{
	for _ in $(seq 60); do
		grep "event=decision source=$1 " /run/mxwalld.log | tail -n 1 | grep -qE -- "$2" && return 0
		sleep 0.05
	done
	die "not '$2': $(grep "source=$1 " /run/mxwalld.log)"
}

test_names_tip_the_scale_beside_lists()
{
	names_lab
	attach --mode enforce
	names_conf 3 "reverse = yes" "confirmed_weight = -1" "rhsbl_sites = $NAMES*3" "score_max = 2"
	controller
	logged "event=list list=$NAMES state=online"
	for host in {7..12} 30 31; do
		expect connected "$(reach 198.51.100.$host 25 3)" "the first connection of .$host"
	done
	decided 198.51.100.7 'rung=drop .*score 8; dnsbl 6: .*; names 2: none"'
	decided 198.51.100.8 'rung=reject .*score 5; dnsbl 6: .*; names -1: confirmed mx.good.test"'
	decided 198.51.100.9 'rung=reject .*score 7; .*; names 1: unconfirmed mx.good.test"'
	decided 198.51.100.10 "rung=drop .*score 8; .*; names 2: confirmed mx.evil.example, $NAMES=127.0.1.2\*3 \(mx.evil.example\)"
	decided 198.51.100.11 'rung=reject .*score 6; .*; names 0: unknown"'
	decided 198.51.100.30 'rung=grey .*score 2; dnsbl 0: no list; names 2: none"'
	decided 198.51.100.31 'rung=grey .*score 2; .*; names 2: unconfirmed mx.evil.example'
	logged "event=blocked source=198.51.100.7 .*names 2: none"
	drops 198.51.100.7
	drops 198.51.100.10
	for host in 8 9 11 30 31; do passes 198.51.100.$host; done
	expect 3 "$(grep -c event=blocked /run/mxwalld.log)" "blocks" # .12 is as .7
	x explain 198.51.100.10 | grep "auto .*$NAMES" || die "no reason: $(x explain 198.51.100.10)"
	x dnsbl list -p > /run/lists
	expect "$NAMES (names) *3 online" "$(tail -n 1 /run/lists | cut -f 1-3 | tr '\t' ' ')" "the list of names"
	expect true "$(x dnsbl stats -j | jq ".lists[] | select(.list == \"$NAMES (names)\") | .names and .figures.listed > 0")" "its figures"
	lab_in mx curl -s --unix-socket /run/mxwalld/metrics.sock http://x/metrics > /run/metrics
	for line in 'names_total{kind="none"} [3-9]' 'names_total{kind="confirmed"} [2-9]' \
		'names_total{kind="unconfirmed"} [2-9]' 'names_total{kind="unknown"} [1-9]' \
		"list_online{list=\"$NAMES (names)\"} 1"; do
		grep -qx "mxwall_$line" /run/metrics || die "no $line in: $(grep names /run/metrics)"
	done
	# the list of names goes wrong: what rests on it goes with it, the rest stays
	printf '$TTL 60\n:127.0.1.2:bad name\n*\n.example\n.test\ninvalid\ntest\n' > /run/dns/names.new
	mv /run/dns/names.new /run/dns/names
	logged "event=list list=$NAMES state=lists-all" 30
	logged "event=withdrawn source=198.51.100.10"
	passes 198.51.100.10
	drops 198.51.100.7
}

# With all the weight in the world; and one list more is not a second one.
test_names_never_drop_alone()
{
	names_lab
	zone two 198.51.100.99
	zone_read two 2
	attach --mode enforce
	names_conf 7 "reverse = yes" "missing_weight = 1000" "rhsbl_sites = $NAMES*1000" "score_max = 100000"
	controller
	logged "event=list list=$NAMES state=online"
	for host in 7 10 30 31; do
		expect connected "$(reach 198.51.100.$host 25 3)" "the first connection of .$host"
	done
	decided 198.51.100.30 'rung=reject .*score 1000, held back from drop: too few lists agree; .*names 1000'
	decided 198.51.100.31 'rung=reject .*held back from drop'
	decided 198.51.100.7 'rung=reject .*score 1007, held back from drop: too few lists agree'
	decided 198.51.100.10 'rung=reject .*held back from drop'
	expect 0 "$(grep -c event=blocked /run/mxwalld.log || true)" "blocks"
	for host in 7 10 30 31; do passes 198.51.100.$host; done
}

# Off and on again by reload, amid sources.
test_names_reloaded()
{
	names_lab
	attach --mode enforce
	names_conf 3
	controller
	expect connected "$(reach 198.51.100.7 25 3)" "the first connection of .7"
	decided 198.51.100.7 'rung=reject .*score 6; dnsbl [^;]*$'
	names_conf 3 "reverse = yes"
	kill -HUP "$(pgrep -x mxwalld)"
	logged 'is in force'
	expect connected "$(reach 198.51.100.12 25 3)" "the first connection of .12"
	decided 198.51.100.12 'rung=drop .*names 2: none"'
	names_conf 3
	kill -HUP "$(pgrep -x mxwalld)"
	sleep 0.5
	expect connected "$(reach 198.51.100.9 25 3)" "the first connection of .9"
	decided 198.51.100.9 'rung=reject .*score 6; dnsbl [^;]*$'
	! grep -E 'ERROR|runtime error|level=error' /run/mxwalld.log || die "errors in the log"
}
