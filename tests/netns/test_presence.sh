# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completed connections, as the program on the cgroup root sees them: which ones it counts, and
# its life beside the filter's.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# seen WHAT: established, ended or open, now.
seen()
{
	x status -j | jq -r ".connections.$1"
}

# seen_are ESTABLISHED OPEN WHAT: waits until that is so. A socket's end may come a moment later.
seen_are()
{
	local i

	for ((i = 0; i < 40; i++)); do
		[ "$(seen established) $(seen open)" != "$1 $2" ] || return 0
		sleep 0.05
	done
	die "$3: expected $1 established and $2 open, got $(x status -j | jq -c .connections)"
}

# on: whether the program is there.
on()
{
	expect "$1" "$(seen on)" "$2"
}

# held SOURCE [PORT]: a connection that stays until its pid in $HELD is killed.
held()
{
	local greeting="/run/held.$RANDOM"

	(sleep 300 | wire sender hold "$(mx_for "$1")" "${2:-25}" "$1") > "$greeting" &
	HELD=$!
	until grep -q 220 "$greeting"; do sleep 0.02; done
}

# ended PID: the connection of held is closed.
ended()
{
	pkill -KILL -P "$1" || true
	kill -KILL "$1" 2> /dev/null || true
	wait "$1" 2> /dev/null || true
}

# The listener is on [::], so IPv4 comes mapped; port 80 is not protected.
test_presence_counts_connections()
{
	attach --ports 25,587
	on true "after an attach"
	seen_are 0 0 "before any connection"
	expect connected "$(reach $BAD)" "IPv4"
	expect connected "$(reach $BAD6)" "IPv6"
	expect connected "$(reach $GOOD 587)" "another protected port"
	seen_are 3 0 "three connections"
	expect connected "$(reach $GOOD 80)" "a port that is not protected"
	expect connected "$(lab_in mx python3 tests/netns/wire.py connect 127.0.0.1 25 1 127.0.0.1 | cut -d' ' -f2)" "loopback"
	lab_in sender python3 tests/netns/wire.py listen 25 &
	lab_wait_listen sender 25
	expect connected "$(lab_in mx python3 tests/netns/wire.py connect $GATEWAY 25 1 $MX4 | cut -d' ' -f2)" "the MX host as a client, to another host"
	wire sender syns $MX4 25 0.5 200 198.18.0.1 > /run/spoofed
	seen_are 3 0 "connections that are none, or not protected, and SYNs alone"
	held $BAD
	seen_are 4 1 "one that stays"
	ended $HELD
	seen_are 4 0 "one that was killed"
	exits 0 x status
	says '^connections: 0 open, 4 completed$'
}

test_presence_of_protected_destinations()
{
	lab_address mx eth0 192.0.2.26/24
	attach --protect 192.0.2.26
	expect connected "$(reach $BAD)" "a destination that is not protected"
	expect connected "$(wire sender connect 192.0.2.26 25 1 $BAD | cut -d' ' -f2)" "one that is"
	seen_are 1 0 "connections to what is protected"
}

# Its SYN carries data, and its socket is there before the handshake ends.
test_presence_waits_for_the_handshake()
{
	attach
	lab_in mx sysctl -qw net.ipv4.tcp_fastopen=0x603
	wire sender syns $MX4 25 0.3 50 198.18.0.1 > /run/spoofed
	seen_are 0 0 "SYNs with fast open for all"
}

# A socket of fast open is there, and greeted, before its handshake is over; it counts once.
test_presence_of_a_real_fast_open()
{
	attach
	lab_in mx sysctl -qw net.ipv4.tcp_fastopen=3
	lab_in sender sysctl -qw net.ipv4.tcp_fastopen=3
	kill $LISTENER
	nsenter --net=/run/netns/mx -- python3 tests/netns/wire.py fastlisten 25 &
	lab_wait_listen mx 25
	wire sender fastopen $MX4 25 3 $BAD > /run/fast
	expect "3 completed, 0 failed" "$(cat /run/fast)" "connections by fast open"
	expect 2 "$(lab_in mx nstat -asz TcpExtTCPFastOpenPassive | awk '/FastOpenPassive /{ print $2 }')" "sockets by fast open"
	seen_are 3 0 "of which two came with data in the SYN"
}

# nat RULE...: in the MX host's prerouting.
nat()
{
	command -v nft > /dev/null || skip "nft is not installed"
	lab_in mx nft add table ip lab || skip "the kernel has no nftables"
	lab_in mx nft add chain ip lab pre '{ type nat hook prerouting priority dstnat; }' || skip "the kernel has no NAT"
	lab_in mx nft add rule ip lab pre "$@" || skip "the kernel has no such NAT"
}

test_presence_behind_redirect()
{
	nat tcp dport 25 redirect to :2525
	nsenter --net=/run/netns/mx -- python3 tests/netns/wire.py listen 2525 &
	lab_wait_listen mx 2525
	attach
	kill $LISTENER
	expect connected "$(reach $BAD)" "a connection that is redirected"
	seen_are 1 0 "behind the redirection"
	expect connected "$(reach $BAD 2525)" "the other port itself"
	seen_are 1 0 "the other port is not protected"
}

# container: a network namespace behind the MX host, with a listener on port 25.
container()
{
	lab_host box
	lab_cable mx eth9 box eth0
	lab_address mx eth9 10.20.0.1/24
	lab_address box eth0 10.20.0.2/24
	ip -n box route add default via 10.20.0.1
	lab_in mx sysctl -qw net.ipv4.ip_forward=1
	nsenter --net=/run/netns/box -- python3 tests/netns/wire.py listen 25 80 &
	lab_wait_listen box 25
}

test_presence_in_a_container()
{
	container
	nat tcp dport 25 dnat to 10.20.0.2
	attach
	expect connected "$(reach $BAD)" "a connection to the container"
	seen_are 1 0 "in the container"
	lab_in mx nft flush table ip lab
	lab_in mx nft add rule ip lab pre tcp dport 80 dnat to 10.20.0.2:25
	expect connected "$(reach $BAD 80)" "the same port, but not from a protected one"
	seen_are 1 0 "from a port that is not protected"
}

test_presence_life()
{
	attach --mode enforce
	held $BAD
	seen_are 1 1 "one that stays"
	attach # replaced in place
	seen_are 1 1 "after the program was replaced"
	expect connected "$(reach $GOOD)" "another"
	seen_are 2 1 "another one since"
	ended $HELD
	seen_are 2 0 "the end of one from before"
	x detach eth0
	nothing_left
	expect connected "$(reach $GOOD)" "without a filter"
	held $BAD
	attach
	seen_are 0 0 "those from before the attach are not counted"
	ended $HELD
	sleep 0.3
	seen_are 0 0 "nor is their end"
}

test_presence_lost_link()
{
	local ids

	attach
	held $BAD
	seen_are 1 1 "one that stays"
	ids=$(lab_in mx bpftool -j map show pinned $PINS/mxw_config | jq .id)
	[ -n "$ids" ] || die "no config map"
	lab_in mx bpftool link detach pinned $PINS/presence
	on false "the link is gone"
	exits 0 x status
	says 'NOT SEEN'
	exits 4 x verify
	says 'verify --repair'
	exits 0 x check
	says 'completed connections are not seen'
	ended $HELD
	exits 0 x verify --repair
	on true "after a repair"
	seen_are 0 0 "counting begins with nothing"
	expect connected "$(reach $BAD)" "a new one"
	seen_are 1 0 "a new one"
	verified
	rm $PINS/presence
	exits 4 x verify
	attach
	on true "after another attach"
	x detach --all
	nothing_left
}

# A sender at its limit when the program goes away is not kept out: no end of its connections can be
# seen any more.
test_presence_lost_link_refuses_nobody()
{
	local one two

	attach --mode enforce
	x limits set connections=enforce connections-source=2 connections-net=0
	held $BAD
	one=$HELD
	held $BAD
	two=$HELD
	seen_are 2 2 "two that stay"
	drops $BAD
	lab_in mx bpftool link detach pinned $PINS/presence
	drops $BAD # as long as nobody can know
	ended "$one"
	ended "$two"
	sleep 61
	passes $BAD
	passes $BAD
}

# Programs of others on cgroups are named, wherever they are.
test_presence_check_names_others()
{
	local root=/run/cgroups group=mxwall-test-$$

	cat > /run/foreign.c <<-'EOF'
		__attribute__((section("sockops"), used)) int flags_taker(void *ctx) { return 1; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	EOF
	clang -target bpf -O2 -g -c /run/foreign.c -o /run/foreign.o
	mkdir -p $root
	mount -t cgroup2 none $root || skip "no cgroup v2"
	attach
	mkdir $root/$group
	bpftool prog load /run/foreign.o /sys/fs/bpf/flags_taker type sockops
	bpftool cgroup attach $root/$group sock_ops pinned /sys/fs/bpf/flags_taker
	rm /sys/fs/bpf/flags_taker
	exits 0 x check
	rmdir $root/$group
	says "connections +the sockops program \"flags_taker\" \(id [0-9]+\) is on the cgroup /$group: if it"
	exits 0 x check
	! grep -q flags_taker <<< "$OUT" || die "it is named, and gone"
}

test_presence_ends_with_a_trial()
{
	attach --confirm 12
	expect connected "$(reach $BAD)" "while it waits"
	seen_are 1 0 "while it waits"
	while [ -e $PINS ]; do sleep 0.2; done
	nothing_left
	attach --confirm 6
	kill_ours # who would take it off
	sleep 6.5
	expect connected "$(reach $BAD)" "after the trial"
	seen_are 0 0 "a trial that ended counts nothing"
	x detach --all
	nothing_left
}

# A refused attach leaves nothing, and what was there before as it was.
test_presence_and_refused_attaches()
{
	exits 1 x attach nosuch
	[ ! -e $PINS ] || [ ! -e $PINS/presence ] || die "something is left"
	attach
	held $BAD
	exits 1 x attach nosuch
	lab_in mx bpftool link show pinned $PINS/presence > /dev/null 2>&1 || true
	on true "after a refused attach"
	seen_are 1 1 "after a refused attach"
	ended $HELD
}

# Without cgroup v2 the filter does the rest, and says what is missing.
test_presence_without_cgroup2()
{
	local point

	while point=$(findmnt -nlo TARGET -t cgroup2 | tail -n 1) && [ -n "$point" ]; do umount -l "$point"; done
	exits 0 attach --mode enforce
	says 'completed connections are not seen.*no cgroup v2 is mounted'
	expect 1 "$(grep -c 'completed connections' <<< "$OUT")" "sentences about it"
	on false "no cgroup v2"
	exits 0 x status
	says 'NOT SEEN.*mount -t cgroup2'
	exits 0 x verify
	x check -j > /run/check || true
	expect warn "$(jq -r '.findings[] | select(.what == "connections") | .level' /run/check)" "check"
	x limits set unknown.source=1/min:1 connections=enforce connections-source=1
	passes $GOOD
	passes $GOOD
	x block $BAD
	drops $BAD
	passes $GOOD
	x detach --all
	nothing_left
}

# reported: reports of present sources so far.
reported()
{
	lab_in mx bpftool -j map lookup pinned $PINS/mxw_presence key 0 0 0 0 |
		jq '[.formatted.values[].value.reported] | add'
}

# Each source is reported to the controller once in 30 s.
test_presence_is_reported()
{
	attach
	expect connected "$(reach $GOOD)" "a connection without a controller"
	expect 0 "$(reported)" "reports without a controller"
	x detach eth0
	all_up
	expect connected "$(reach $GOOD 25 3)" "IPv4"
	expect connected "$(reach $GOOD)" "the same once more"
	expect connected "$(reach $GOOD6 25 3)" "IPv6"
	x allow 203.0.113.10
	expect connected "$(reach 203.0.113.10)" "one that is allowed"
	seen_are 4 0 "connections"
	expect 2 "$(reported)" "reports"
}

# Every connection is counted, whichever way it comes, and whatever happens to the processes.
# MXW_VISITS: how many come each way.
test_presence_is_exact()
{
	local each=${MXW_VISITS:-2500} way sources pids=() total=0

	sources=$(seq -f '203.0.113.%g' 1 50)
	container
	nat tcp dport 587 dnat to 10.20.0.2:25
	nat tcp dport 465 redirect to :2525
	nsenter --net=/run/netns/mx -- python3 tests/netns/wire.py listen 2525 &
	lab_wait_listen mx 2525
	all_up
	attach --ports 25,465,587
	x limits set rates=off connections=off flood=off
	for way in "$MX4 25" "$MX4 465" "$MX4 587"; do
		# shellcheck disable=SC2086 # words
		wire sender visits $way "$each" $sources > "/run/visits.${#pids[@]}" &
		pids+=($!)
	done
	wire sender visits $MX6 25 "$each" $BAD6 $GOOD6 > "/run/visits.${#pids[@]}" &
	pids+=($!)
	sleep 2
	pkill -KILL -x mxwalld || die "there was no mxwalld to kill"
	sleep 1
	attach
	wait "${pids[@]}"
	cat /run/visits.*
	for way in /run/visits.*; do total=$((total + $(cut -d' ' -f1 "$way"))); done
	[ $total -ge $((each * 4 - 40)) ] || die "too few: $(cat /run/visits.*)"
	seen_are $total 0 "connections that the clients counted"
	# Connections of other programs on this machine may be untold: the cgroup root is everybody's.
	expect 0 "$(x status -j | jq -r .connections.full)" "connections not counted"
}

# Lists that may be asked 10 times a second, and 500 forged SYNs a second: so some sources wait for
# longer than anybody waits for them. One that connects does not.
test_presence_goes_first()
{
	local i

	lists 198.51.100.0/24
	attach --mode enforce
	conf
	sed -i 's/^deadline = .*/&\nqueries_per_second = 10/' /run/etc/mxwall.conf
	controller
	x limits set rates=off flood=off
	wire sender storm $MX4 25 300 500 0 > /run/storm &
	for ((i = 0; i < 300; i++)); do
		[ "$(metric 'sources_waiting\{rank="rest"\}')" -le 1000 ] || break
		sleep 0.1
	done
	wire sender syns $MX4 25 1 1 198.51.100.77 > /run/syns
	for i in {1..5}; do
		expect connected "$(reach 198.51.100.$i 25 10)" "the first connection of a listed sender"
		decision_of 198.51.100.$i 'rung=drop'
	done
	[ "$(metric 'sources_waiting\{rank="rest"\}')" -gt 1000 ] || die "nobody waits any more"
	[ "$(metric 'sources_admitted_total\{rank="present"\}')" -ge 5 ] || die "they were not asked about as present"
	[ "$(metric present_sources_total)" -ge 5 ] || die "the filter did not report them"
	! grep "event=decision source=198.51.100.77 " /run/mxwalld.log || die "a forged source did not wait"
}
