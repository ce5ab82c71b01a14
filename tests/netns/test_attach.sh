# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Attaching, replacing, detaching, and everything that can go wrong with it.

test_each_attach_starts_in_monitor_and_detach_leaves_nothing()
{
	exits 3 x status
	exits 3 x detach eth0
	attach
	expect "eth0 link $XDP monitor" \
		"$(x status -j | jq -r '"\(.attached[0].iface) \(.attached[0].how) \(.attached[0].xdp) \(.mode)"')" \
		"status"
	x block $BAD
	x detach eth0
	nothing_left
	expect 1 "$(x list block -j | jq '.entries | length')" "entries kept after detach"
	attach --mode enforce
	drops $BAD
	x detach --all
	nothing_left
}

test_attach_names_a_missing_interface()
{
	exits 1 x attach nosuch0
	says 'no interface "nosuch0"'
	nothing_left
}

test_attach_dry_run_changes_nothing()
{
	attach --dry-run
	nothing_left
	attach --mode monitor
	attach --mode enforce --dry-run
	expect monitor "$(x status -j | jq -r .mode)" "the mode after a dry run"
}

test_attach_again_keeps_counters_and_entries()
{
	attach --mode enforce
	x block $BAD
	drops $BAD 25 0.2
	attach
	expect enforce "$(x status -j | jq -r .mode)" "the mode of before"
	expect 1 "$(counted drop_block)" "the counter of before"
	drops $BAD
}

test_each_C4_upgrades_under_load_let_nothing_through()
{
	local load sent upgrades=0 first

	attach --mode enforce
	x block $BAD 198.51.100.128/25
	first=$(program_id)
	wire sender syns $MX4 25 4 1500 $BAD $GOOD 198.51.100.200 203.0.113.77 > /run/syns &
	load=$!
	while kill -0 $load 2> /dev/null; do
		attach --mode enforce > /dev/null
		upgrades=$((upgrades + 1))
	done
	wait $load
	sent=$(sed -n 's/^sent //p' /run/syns)
	echo "$sent SYNs, $upgrades upgrades"
	[ $upgrades -ge 3 ] || die "only $upgrades upgrades in 4 s"
	[ "$first" != "$(program_id)" ] || die "the program was not replaced"
	! grep -E 'answered (198\.51\.100\.)' /run/syns || die "a blocked source was answered"
	grep -q "answered $GOOD" /run/syns || die "an unblocked source was not answered"
	expect "$sent" "$(counted '.*')" "packets counted"
	expect $(((sent + 1) / 2)) "$(counted drop_block)" "packets dropped"
}

test_C5_a_newer_map_schema_is_left_alone()
{
	local id before

	attach --mode enforce
	x block $BAD
	before=$(program_id)
	id=$(bpftool -j map show pinned $PINS/mxw_config | jq .id)
	# The first word of the config is the schema's version.
	# shellcheck disable=SC2046 # a list of bytes
	bpftool map update id "$id" key hex 00 00 00 00 value hex 63 \
		$(bpftool -j map lookup id "$id" key hex 00 00 00 00 | jq -r '.value[1:][] | ltrimstr("0x")')
	exits 3 attach
	says 'newer'
	expect "$before" "$(program_id)" "the attached program"
	exits 3 x block $GOOD
	drops $BAD
	passes $GOOD
}

test_C6_removed_pins_are_noticed()
{
	attach --mode enforce
	exits 0 x status
	# The link lives by its pin: without it the filter is gone.
	rm $PINS/link-*
	exits 4 x status
	for _ in $(seq 50); do # the kernel takes it off a little later
		[ "$(program_id)" != none ] || break
		sleep 0.1
	done
	attach --mode enforce
	exits 0 x status
	rm $PINS/mxw_block
	exits 4 x status
	x detach --all
	nothing_left
	attach --mode enforce
	exits 0 x status
}

test_each_C6_xdp_off_does_not_take_it_off()
{
	local before mode=xdpdrv

	[ "$XDP" = native ] || mode=xdpgeneric
	attach --mode enforce
	x block $BAD
	before=$(program_id)
	! ip -n mx link set dev eth0 $mode off 2> /dev/null || die "$mode off went through"
	# In skb mode this one means the driver's hook, where nothing is.
	ip -n mx link set dev eth0 xdp off 2> /dev/null || true
	expect "$before" "$(program_id)" "the attached program"
	drops $BAD
	exits 0 x status
}

test_C6_a_deleted_interface_is_noticed()
{
	attach --mode enforce
	x block $BAD
	ip -n mx link del eth0
	exits 4 x status
	lab_cable mx eth0 sender eth0
	exits 4 x status
	lab_address mx eth0 $MX4/24
	lab_address sender eth0 $GATEWAY/24
	ip -n mx route add default via $GATEWAY
	attach --mode enforce
	drops $BAD
	exits 0 x status
	x detach --all
	nothing_left
}

test_C6_a_renamed_interface_stays_filtered()
{
	attach --mode enforce
	x block $BAD
	ip -n mx link set eth0 down
	ip -n mx link set eth0 name wan0
	ip -n mx link set wan0 up
	ip -n mx route replace default via $GATEWAY
	exits 0 x status
	expect wan0 "$(x status -j | jq -r '.attached[0].iface')" "the interface in status"
	drops $BAD
	x detach wan0
	passes $BAD
}

test_each_C7_shared_is_refused_where_the_kernel_has_no_dispatcher()
{
	local code=0

	attach --shared --mode enforce > /run/out 2>&1 || code=$?
	[ $code != 0 ] || skip "this kernel runs the dispatcher"
	expect 3 $code "exit of attach --shared"
	grep -q 'dispatcher' /run/out || die "no word of the dispatcher: $(cat /run/out)"
	nothing_left
	# Without --shared it attaches alone, and says so and why.
	exits 0 attach --mode enforce
	says 'dispatcher'
	expect link "$(x status -j | jq -r '.attached[0].how')" "how in status"
}

# Puts a program that is not ours on eth0 of the MX host: foreign MODE
foreign()
{
	cat > /run/foreign.c <<-'EOF'
		__attribute__((section("xdp"), used)) int foreign(void *ctx) { return 2; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	EOF
	clang -target bpf -O2 -g -c /run/foreign.c -o /run/foreign.o
	bpftool prog load /run/foreign.o /sys/fs/bpf/foreign type xdp
	lab_in mx bpftool net attach "$1" pinned /sys/fs/bpf/foreign dev eth0
	rm /sys/fs/bpf/foreign
}

test_each_C8_a_foreign_program_is_left_alone()
{
	local before mode=xdpdrv

	[ "$XDP" = native ] || mode=xdpgeneric
	foreign $mode
	before=$(program_id)
	exits 3 attach --mode enforce
	says 'foreign'
	exits 3 attach --exclusive
	expect "$before" "$(program_id)" "the foreign program"
	[ ! -e $PINS ] || die "pins are left: $(find $PINS)"
	exits 3 x detach eth0
	exits 0 x detach --all
	expect "$before" "$(program_id)" "the foreign program after detach --all"
	ip -n mx link set dev eth0 $mode off
	attach --mode enforce
	x block $BAD
	drops $BAD
}

test_C8_a_foreign_program_in_the_other_mode()
{
	local before

	foreign xdpgeneric
	before=$(program_id)
	exits 3 attach
	exits 3 x attach eth0 --xdp auto
	expect "$before" "$(program_id)" "the foreign program"
	[ ! -e $PINS ] || die "pins are left"
}

test_C13_a_lost_bpffs_is_filled_again_with_the_remaining_time()
{
	local left want begin

	attach --mode enforce
	x block $BAD --for 20s
	begin=$(date +%s%3N)
	x block $BAD6 203.0.113.0/24
	x block 198.18.0.1 --for 1s
	sleep 2
	# What a reboot does to the kernel's side: pins and programs are gone.
	umount /sys/fs/bpf
	mount -t bpf bpf /sys/fs/bpf
	exits 3 x status
	passes $BAD
	attach --mode enforce
	drops $BAD
	drops $BAD6
	drops 203.0.113.10
	passes 198.18.0.1
	want=$((20000 - $(date +%s%3N) + begin))
	left=$(explained $BAD '.entries[0].expires_in * 1000')
	# Seconds are rounded up, and time goes on between the two lines above.
	[ $((left - want)) -ge -1500 ] && [ $((left - want)) -le 1000 ] ||
		die "$left ms left, not $want"
	verified
}

test_C13_a_damaged_database_is_set_aside()
{
	attach --mode enforce
	x block $BAD
	x detach --all
	rm -f $STATE-wal $STATE-shm
	head -c 8192 /dev/urandom > $STATE
	attach --mode enforce > /run/out 2>&1 || true
	grep -q damaged /run/out || die "no word of the damage: $(cat /run/out)"
	passes $BAD
	x block $BAD
	drops $BAD
	verified
}

test_C1_all_of_ours_killed_the_filter_goes_on()
{
	attach --mode enforce
	x block $BAD
	x block $GOOD --for 3s
	x watch > /dev/null &
	sleep 0.2
	kill_ours
	drops $BAD
	drops $GOOD
	sleep 2.5
	passes $GOOD
	drops $BAD
}

test_each_L6_unconfirmed_is_taken_off()
{
	attach --mode enforce --confirm 2
	x block $BAD
	drops $BAD
	sleep 2.5
	nothing_left
	passes $BAD
}

test_each_L6_confirmed_stays()
{
	attach --mode enforce --confirm 2
	x block $BAD
	x confirm eth0
	sleep 2.5
	drops $BAD
	exits 0 x status
}

test_each_L6_the_kernel_passes_all_if_the_watcher_is_killed()
{
	attach --mode enforce --confirm 2
	x block $BAD
	kill_ours
	drops $BAD
	sleep 2
	passes $BAD
	[ "$(counted pass_unconfirmed)" -ge 1 ] || die "not counted as unconfirmed"
	explains $BAD pass_unconfirmed
}

test_attach_again_keeps_what_it_does_not_name()
{
	# shellcheck disable=SC2016 # jq's
	local scope='.attached[0] | "\(.ports | map(tostring) | join(",")) \(.protect | sort | join(",")) \(.drops_fragmented)"'

	attach -P 25 -P 80,587
	expect "25,80,587  false" "$(x status -j | jq -r "$scope")" "three ports"
	attach --ports 25,80 --protect $MX4 --protect $MX6 -F
	exits 0 attach --mode enforce
	says 'ports: 25,80; protected destinations: .*192\.0\.2\.25'
	expect "25,80 192.0.2.25,2001:db8:25::25 true" "$(x status -j | jq -r "$scope")" "what was set"
	x block $BAD
	drops $BAD 80
	drops $BAD
	exits 0 attach --ports 587
	says 'protected ports: 587, before this attach 25,80'
	expect "587 192.0.2.25,2001:db8:25::25 true" "$(x status -j | jq -r "$scope")" "one named"
	passes $BAD
	drops $BAD 587
	exits 0 x status
	says '587.*192\.0\.2\.25.*dropped'
	exits 0 attach --defaults --dry-run
	says 'protected ports: 25; protected destinations: all'
	expect "587" "$(x status -j | jq -r '.attached[0].ports[]')" "after a dry run"
	exits 0 attach --defaults
	says 'fragmented SYNs: judged by their source, before this attach dropped'
	expect "25  false" "$(x status -j | jq -r "$scope")" "the defaults"
	drops $BAD
	attach --ports 587
	x detach eth0
	attach
	expect "25  false" "$(x status -j | jq -r "$scope")" "after a detach"
}
