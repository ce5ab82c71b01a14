# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Feeds over time: refreshes, single entries, detach and attach, kills and reloads.
. "$ROOT/tests/netns/feeds.sh"

test_feed_refresh_and_diff()
{
	begin
	printf '%s\n11.2.0.0/24\n' $LISTED > list
	x feed add mine list
	printf '%s\n11.2.0.0/24\n' $OTHER > list
	x allow 11.2.0.7
	exits 0 x feed diff mine
	says '\+ 11\.9\.9\.9'
	says '- 11\.1\.2\.3'
	says '! 11\.2\.0\.7 \(allowed by the operator\)'
	drops $LISTED
	exits 0 x feed refresh mine --dry-run
	drops $LISTED
	exits 0 x feed refresh
	passes $LISTED
	drops $OTHER
	rm list
	exits 1 x feed refresh
	drops $OTHER
	expect failed "$(feed mine .state)" "the state"
	verified
}

test_feed_single_entries()
{
	begin
	many 11 20000 > list
	x feed add big list
	exits 0 x feed import big $OTHER $LISTED6
	drops $OTHER
	drops $LISTED6
	explains $OTHER drop_feed
	drops 11.0.3.6
	exits 0 x feed import big --remove 11.0.3.6
	passes 11.0.3.6
	drops 11.0.3.8
	verified
	exits 0 x feed import own 11.7.0.0/24
	drops 11.7.0.1
	expect "xdpctl feed import own --remove 11.7.0.1" "$(explained 11.7.0.1 .undo)" "how to undo it"
	exits 0 x feed import own --remove 11.7.0.1
	passes 11.7.0.1
	drops 11.7.0.2
	exits 1 x feed refresh own
	says 'no source'
	verified
	x detach --all
	exits 3 x feed import own 11.8.0.1
	attach --mode enforce
	passes 11.7.0.1
	drops 11.7.0.2
	drops 11.8.0.1
	drops $OTHER
	verified
	# More of them than there are spare lines for, and than the journal holds.
	awk 'BEGIN { for (i = 0; i < 1200; i++) printf "11.%d.%d.77\n", 16 + i / 16, i % 16 * 16 }' > singles
	while read -r -d '' part; do x feed import own - <<< "$part" > out; done < <(
		split -l 120 --filter='cat; printf "\0"' singles)
	drops 11.16.0.77
	verified
	awk 'BEGIN { for (i = 0; i < 5000; i++) printf "11.%d.%d.99\n", 32 + i / 256, i % 256 }' | x feed import own -
	verified
	x feed export own > exported
	grep -qx '11.32.0.99' exported || die "not exported"
	x feed refresh big
	passes $OTHER
	verified
}

test_feeds_come_back_with_attach()
{
	begin
	echo $LISTED > list
	x detach --all
	exits 3 x feed add mine list
	passes $LISTED
	expect stored "$(feed mine .state)" "the state while detached"
	attach --mode enforce
	drops $LISTED
	verified
	attach --mode enforce # in place
	drops $LISTED
	# A damaged list blocks nobody, and is told.
	printf 'xx' | dd of=/var/lib/mxwall/feeds/mine.list bs=1 seek=66 conv=notrunc status=none
	x detach --all
	attach --mode enforce
	passes $LISTED
	exits 4 x status
	says 'feeds'
	exits 0 x feed refresh mine --force
	drops $LISTED
	exits 0 x status
}

test_feed_that_is_too_old_blocks_nobody()
{
	begin
	echo $LISTED > list
	x feed add mine list --max-age 8s
	explains $LISTED drop_feed
	sleep 8
	passes $LISTED
	explains $LISTED pass_unknown
	expect "too old" "$(feed mine .state)" "the state"
	exits 4 x status
	says 'TOO OLD'
	says '1 of 1 feed got too old to block anybody'
	verified
	x feed refresh mine
	drops $LISTED
	verified
}

# What a program has banned: bans FIRST COUNT
bans()
{
	echo 'create bans hash:ip family inet hashsize 1024 maxelem 65536'
	many "$1" "$2" | sed 's/^/add bans /'
}

# Whoever gets banned chooses how long the list is. When it was held, new bans were not in force in a
# wave of them, and those that the program had lifted went on after it.
test_feed_of_bans_follows_its_program()
{
	begin
	bans 12 120 > bans.txt
	exits 0 x feed add mine bans.txt
	{ bans 12 2900; echo "add bans $LISTED"; } > bans.txt
	exits 0 x feed refresh mine
	expect ok "$(feed mine .state)" "the state in a wave of bans"
	drops $LISTED
	bans 12 20 > bans.txt
	exits 0 x feed refresh mine
	passes $LISTED
	explains 12.0.0.2 drop_feed
	bans 12 0 > bans.txt # a program that failed leaves this too
	exits 4 x feed refresh mine
	explains 12.0.0.2 drop_feed
	verified
}

# The changing system calls of a command, as "NAME NUMBER": every one of its kind up to 12, then some.
steps_of()
{
	lab_in mx strace -qq -o trace -e trace=bpf,openat,write,pwrite64,fsync,rename,unlink,munmap "$@" > out 2>&1
	awk -F '[ (]' '{ n = ++number[$1] } n <= 12 || n % 7 == 0 { print $1, n }' trace | sort -R --random-source=trace | head -n "$STEPS"
}

test_C3_feed_add_and_refresh_killed_at_many_steps()
{
	local call number deaths=0 code

	begin
	many 11 3000 > list
	echo $LISTED > base
	x feed add base base
	STEPS=14 steps_of "$XDPCTL" feed add mine list > steps
	while read -r call number; do
		x feed remove mine > out 2>&1 || true
		code=0
		lab_in mx strace -o strace.out -e "inject=$call:signal=KILL:when=$number" "$XDPCTL" feed add mine list > out 2>&1 || code=$?
		[ $code = 137 ] || continue
		deaths=$((deaths + 1))
		drops $LISTED
		exits 0 x verify
		explained 11.0.0.2 .agree | grep -q true || die "explain disagrees after a death at $call $number"
		case "$(feed mine .ranges) $(explained 11.0.0.2 .reason)" in
		"3000 drop_feed" | " pass_unknown") ;;
		*) die "half a feed after a death at $call $number: $(x feed list)" ;;
		esac
	done < steps
	[ "$deaths" -ge 6 ] || die "only $deaths deaths"
}

test_F_100_reloads_under_packets()
{
	local i

	begin
	{ many 11 4000; echo 11.200.0.1; echo 11.201.0.1; } > one
	{ many 12 4000; echo 11.200.0.1; echo 11.202.0.1; } > two
	cp one list
	x feed add mine list
	(
		for ((i = 0; i < 100; i++)); do
			if ((i % 2)); then cp one list; else cp two list; fi
			x feed refresh mine > refreshed || exit 1
		done
		touch reloaded
	) &
	while kill -0 $! 2> /dev/null; do
		wire sender syns $MX4 25 3 500 11.200.0.1 11.210.0.1 > answers
		! grep -q 'answered 11.200.0.1' answers || die "a source of both lists passed: $(cat answers)"
		grep -q 'answered 11.210.0.1' answers || die "a source of neither list was dropped: $(cat answers)"
	done
	[ -e reloaded ] || die "a reload failed: $(cat refreshed)"
	expect 0 "$(counted would_feed)" "feed decisions of another kind"
	verified
}

test_feed_dry_run_changes_nothing()
{
	begin
	echo $LISTED > list
	exits 0 x feed add mine list --dry-run
	says 'would be taken'
	passes $LISTED
	exits 1 x feed show mine
	x feed add mine list
	exits 0 x feed remove mine --dry-run
	exits 0 x feed mode mine shadow --dry-run
	exits 0 x feed import mine $OTHER --dry-run
	drops $LISTED
	passes $OTHER
	expect enforce "$(feed mine .mode)" "the mode"
	expect 1 "$(x feed add other list -n -j | jq .addresses4)" "the addresses in JSON"
}

test_feed_export_formats()
{
	begin
	printf '11.1.0.0/16\n11.2.0.5\n%s/48\n' 2a00:bad:1:: > list
	x feed add mine list
	expect "11.1.0.0/16 11.2.0.5 2a00:bad:1::/48" "$(x feed export mine | grep -v '^#' | xargs)" "plain"
	for format in nft ipset rbldnsd; do
		x feed export mine --format $format > exported
		grep -q '11.2.0.5' exported || die "$format: $(cat exported)"
		x feed add copy exported
		expect "$(x feed export mine | grep -v '^#')" "$(x feed export copy | grep -v '^#')" "$format, there and back"
		x feed remove copy
	done
}
