# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The operator's entries: many of them, at once, with kills and clock steps.

# Seconds, with a decimal, that a command took: timed COMMAND... (its output in /run/out)
timed()
{
	local begin

	begin=$(date +%s%3N)
	"$@" > /run/out 2>&1
	echo "$(($(date +%s%3N) - begin)) ms: ${*:1:3}"
}

test_M4_10000_random_operations()
{
	attach --mode enforce
	lab_in mx python3 "$ROOT/tests/netns/random_ops.py" "$XDPCTL" "$XDP" "${OPERATIONS:-10000}" \
		"${SEED:-$RANDOM}"
}

# addresses FIRST-OCTET COUNT: that many different IPv4 addresses
addresses()
{
	awk -v a="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++)
		printf "%d.%d.%d.%d\n", a + int(i / 16777216), int(i / 65536) % 256, int(i / 256) % 256, i % 256 }'
}

# Of the addresses in a file, every Nth is dropped: sample_drops FILE N
sample_drops()
{
	awk -v n="$2" 'NR % n == 1' "$1" | wire sender connect $MX4 25 1 - > /run/sample
	! grep -v ' timeout$' /run/sample || die "not dropped, of those in $1"
}

test_M5_100000_lines_and_a_bad_one()
{
	ip -n sender route add local 11.0.0.0/8 dev lo
	attach --mode enforce
	addresses 11 100000 > /run/lines
	sed -i '50000s/$/ # with a comment/; 50001s/^/not-an-address\n/' /run/lines
	exits 1 x block - < /run/lines
	says 'line 50001'
	says 'not-an-address'
	expect 100000 "$(x status -j | jq .entries.block)" "entries"
	addresses 11 100000 > /run/good
	sample_drops /run/good 500
	passes 11.1.134.160 # the first that is not in the list
	verified
	timed x unblock --file /run/good
	expect 0 "$(x status -j | jq .entries.block)" "entries after unblock"
	sed -i '/not-an-address/d' /run/lines
	timed x block - < /run/lines
	sample_drops /run/good 500
}

test_M5_1000000_lines()
{
	ip -n sender route add local 11.0.0.0/8 dev lo
	attach --mode enforce
	addresses 11 1000000 > /run/lines
	timed x block - < /run/lines
	expect 1000000 "$(x status -j | jq .entries.block)" "entries"
	sample_drops /run/lines 5000
	timed x verify
	x detach eth0
	nothing_left
	timed attach --mode enforce
	sample_drops /run/lines 5000
	timed x flush --yes
	passes 11.0.0.1
}

test_M5_a_progress_bar_on_a_terminal_only()
{
	attach --mode enforce
	addresses 11 100000 > /run/lines
	lab_in mx script -qec "$XDPCTL block --file /run/lines" /dev/null > /run/terminal < /dev/null
	grep -q '%' /run/terminal || die "no progress on a terminal: $(tail -c 300 /run/terminal)"
	x unblock --file /run/lines > /run/out 2>&1
	! grep -q '%' /run/out || die "progress in a file: $(cat /run/out)"
}

test_parallel_xdpctl_lose_no_entry()
{
	local worker i jobs=()

	attach --mode enforce
	for worker in 1 2 3 4; do
		{
			for ((i = 0; i < 15; i++)); do
				x block 198.18.$worker.$i > /dev/null
				x allow 198.19.$worker.$i > /dev/null
			done
			addresses $((20 + worker)) 2000 | x block - > /dev/null
		} &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	expect "8060 60" "$(x status -j | jq -r '"\(.entries.block) \(.entries.allow)"')" "entries"
	verified
}

test_C9_more_than_fits_is_refused_whole()
{
	attach --mode enforce --capacity 1000
	x block $BAD
	addresses 11 1000 > /run/lines
	exits 1 x block - < /run/lines
	says 'room|capacity|full'
	expect 1 "$(x status -j | jq .entries.block)" "entries after the refusal"
	verified
	head -n 999 /run/lines | x block -
	expect 1000 "$(x status -j | jq .entries.block)" "entries when full"
	exits 1 x block $GOOD
	passes $GOOD
	x block $BAD --for 1h # an entry that is there may change
	drops $BAD
	verified
}

test_C9_a_store_that_does_not_fit_at_attach()
{
	attach --mode enforce
	addresses 11 1001 | x block -
	x detach --all
	exits 1 attach --capacity 1000
	says 'room|capacity|full'
	nothing_left
	attach --capacity 2000
	expect 1001 "$(x status -j | jq .entries.block)" "entries"
}

# A clock that someone has set, for one xdpctl; the monotonic clock goes on as it does.
with_clock()
{
	local step=$1

	shift
	FAKETIME_DONT_FAKE_MONOTONIC=1 lab_in mx faketime -f "$step" "$XDPCTL" "$@"
}

# The seconds left of the block on an address are between LEAST and MOST.
left_between()
{
	local left

	left=$(x list block -j | jq --arg a "$1" '.entries[] | select(.prefix == $a) | .expires_in')
	[ "${left:-0}" -ge "$2" ] && [ "$left" -le "$3" ] || die "$1 has '$left' s left, not $2..$3"
}

test_C12_clock_steps_change_no_remaining_time()
{
	local step

	attach --mode enforce
	for step in +1d -1d; do
		x block 198.18.0.1 --for 100s
		with_clock $step block 198.18.0.2 --for 100s
		with_clock $step verify
		with_clock $step list block -j |
			jq -e '.entries | length == 2 and all(.expires_in >= 90 and .expires_in <= 100)' \
			> /dev/null || die "the list under a clock step of $step"
		with_clock $step attach eth0 --xdp "$XDP"
		left_between 198.18.0.1 80 100
		left_between 198.18.0.2 80 100
		drops 198.18.0.1
		drops 198.18.0.2
		verified
		x detach --all
		with_clock $step attach eth0 --xdp "$XDP" --mode enforce
		left_between 198.18.0.1 70 100
		left_between 198.18.0.2 70 100
		x flush --yes
	done
}

test_an_expired_entry_frees_its_place()
{
	attach --mode enforce --capacity 10
	addresses 11 10 > /run/lines
	x block --file /run/lines --for 1s
	sleep 1.2
	x block $BAD
	expect 1 "$(x status -j | jq .entries.block)" "entries"
	drops $BAD
	verified
}

test_verify_finds_and_repairs_both_ways()
{
	attach --mode enforce
	x block $BAD 203.0.113.0/24
	# One that is stored is missing in the kernel ...
	bpftool -j map dump pinned $PINS/mxw_block > /run/dump
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map delete pinned $PINS/mxw_block key hex \
		$(jq -r '.[0].key[] | ltrimstr("0x")' /run/dump)
	passes $BAD
	exits 4 x verify
	says "$BAD"
	exits 0 x verify --repair
	drops $BAD
	# ... and one that is not stored is there: 1.2.3.4 in host order, for ever.
	bpftool map update pinned $PINS/mxw_block key hex 04 03 02 01 00 00 00 00 \
		value hex 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 40 00 00 00 00 00 00 00
	exits 4 x verify
	says '1\.2\.3\.4'
	exits 0 x verify --repair
	verified
}

test_a_full_disk_changes_nothing()
{
	attach --mode enforce
	x block $BAD
	mount -t tmpfs -o size=1m tmpfs /mnt
	cp -a /var/lib/mxwall /mnt/
	mount --bind /mnt/mxwall /var/lib/mxwall
	addresses 11 100000 > /run/lines
	exits 1 x block --file /run/lines
	says 'disk|full|space'
	drops $BAD
	expect 1 "$(x status -j | jq .entries.block)" "entries"
	verified
	# Not a byte left: it can still be asked.
	dd if=/dev/zero of=/mnt/fill bs=4k 2> /dev/null || true
	exits 1 x block $GOOD
	says 'disk|full|space'
	explains $BAD drop_block
	expect 1 "$(x list block -p | wc -l)" "entries in the list"
}
