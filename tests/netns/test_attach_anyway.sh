# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets them
#
# What must not keep a mail server without its filter: a disk that takes nothing, and a
# never-block set without room. And what takes entries out of that set.

# The state directory on a disk of its own, with what is there.
disk_of_its_own()
{
	mount -t tmpfs -o size=2m tmpfs /mnt
	cp -a /var/lib/mxwall /mnt/
	mount --bind /mnt/mxwall /var/lib/mxwall
}

# Entries that ended since are not put back, which takes a look at the times of another boot.
test_attach_after_a_boot_on_a_full_disk()
{
	attach --mode enforce
	x block $BAD
	x block 198.51.100.0/25
	x block $GOOD --for 1h
	x unblock 198.51.100.0/25
	echo 11.1.1.1 > /run/list
	x feed add mine /run/list --mode enforce
	x detach --all
	disk_of_its_own
	sqlite3 $STATE "UPDATE meta SET value = 'of an earlier boot' WHERE name = 'boot'"
	dd if=/dev/zero of=/mnt/fill bs=1k 2> /dev/null || true
	exits 4 attach --mode enforce
	says 'attached with the entries that are stored, but nothing can be stored: .*(disk|full|space|I/O)'
	drops $BAD
	drops $GOOD
	explains 11.1.1.1 drop_feed
	passes 198.51.100.8
	expect 2 "$(x status -j | jq .entries.block)" "entries"
	[ ! -e /run/mxwall/attach ] || die "a copy is left"
	exits 1 x block 198.51.100.9
	rm /mnt/fill
	exits 0 attach
	verified
	umount /var/lib/mxwall
}

test_attach_after_a_boot_on_a_disk_that_is_read_only()
{
	attach --mode enforce
	x block $BAD
	x detach --all
	disk_of_its_own
	sqlite3 $STATE "UPDATE meta SET value = 'of an earlier boot' WHERE name = 'boot'"
	mount -o remount,bind,ro /var/lib/mxwall
	exits 4 attach --mode enforce
	says 'nothing can be stored'
	drops $BAD
	umount /var/lib/mxwall
}

# There is room for 4096 hosts of IPv6.
test_attach_with_a_full_never_block_set()
{
	local hosts

	mapfile -t hosts < <(printf -- '--never=2001:db8:1::%x\n' {1..4096})
	exits 4 attach --mode enforce "${hosts[@]}"
	says 'could not be put in the never-block set: .*room for 4096'
	says 'first of them'
	x block $BAD
	drops $BAD
	exits 0 x unnever 2001:db8:1::{1..9}
	exits 0 attach
}

test_unnever_says_what_it_would_take_out()
{
	attach --never 203.0.113.200 --never 2001:db8:1::7
	expect "2 1 true" "$(x unnever 203.0.113.200 2001:db8:1::7 203.0.113.201 --dry-run -j 2> /dev/null |
		jq -r '"\(.entries) \(.not_found) \(.dry_run)"')" "a dry run"
	exits 1 x unnever 203.0.113.201 --dry-run
	says '1 of 1'
	exits 0 x unnever 203.0.113.200 2001:db8:1::7 --dry-run
	says 'would unnever 2 entries'
	exits 1 x unnever 203.0.113.200 2001:db8:1::7 203.0.113.201
	says 'unnever 2 entries'
	exits 1 x unnever 203.0.113.200
}
