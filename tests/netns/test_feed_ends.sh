# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Ends that a list states: kept by the kernel, with no process of mxwall there to do it.
. "$ROOT/tests/netns/feeds.sh"

# The end of what a feed says in `explain -j`.
END='(.entries[] | select(.class == "feed") | .expires_in)'

# until_passes ADDRESS: waits until it does; it must within two minutes.
until_passes()
{
	for _ in $(seq 120); do
		! (drops "$1") > /dev/null 2>&1 || { sleep 0.5; continue; }
		passes "$1"
		return 0
	done
	die "$1 is still dropped"
}

# Each format with an entry that ends soon and one that does not: ends FORMAT, the list is on stdin.
ends()
{
	cat > "$1"
	exits 0 x feed add "$1" "$1" --format "$1"
}

test_feed_entries_end_in_the_kernel()
{
	local soon

	begin
	soon=$(($(date +%s) + 60))
	ends ipset <<-EOF_SET
	create s hash:ip family inet hashsize 1024 maxelem 65536 timeout 300
	add s 11.1.0.1 timeout 60
	add s 11.1.0.2 timeout 3000
	add s 11.1.0.3 timeout 0
	EOF_SET
	ends nft <<-EOF_NFT
	table inet t {
		set s {
			type ipv4_addr
			flags timeout
			elements = { 11.2.0.1 timeout 1h expires 60s864ms, 11.2.0.2 timeout 2h30m expires 2h29m59s864ms,
				     11.2.0.3 }
		}
	}
	EOF_NFT
	ends fail2ban <<-EOF_BANS
	11.3.0.1 	$(date -d "@$((soon - 600))" '+%F %T') + 600 = $(date -d "@$soon" '+%F %T')
	11.3.0.2 	$(date '+%F %T') + 6000 = whenever
	11.3.0.3 	$(date '+%F %T') + -1 = 9999-12-31 23:59:59
	EOF_BANS
	ends crowdsec-csv <<-EOF_CSV
	scope,value,duration
	Ip,11.4.0.1,60s
	Ip,11.4.0.2,3h59m12.5s
	Ip,11.4.0.3,
	EOF_CSV
	ends spamdb <<-EOF_SPAMDB
	TRAPPED|11.5.0.1|$soon
	TRAPPED|11.5.0.2|$((soon + 3000))
	TRAPPED|11.5.0.3|0
	TRAPPED|11.5.0.4|$((soon - 3000))
	EOF_SPAMDB
	for net in 1 2 3 4 5; do
		drops 11.$net.0.1
	done
	expect true "$(explained 11.2.0.1 "$END <= 60 and $END > 0")" "a short end"
	expect true "$(explained 11.2.0.2 "$END > 6000")" "a long end"
	expect true "$(explained 11.2.0.3 "$END == null")" "no end"
	passes 11.5.0.4
	verified
	expect 1 "$(feed ipset .packets)" "packets of entries that end count for their feed"
	for net in 1 2 3 4 5; do
		until_passes 11.$net.0.1
		drops 11.$net.0.2
		drops 11.$net.0.3
	done
	verified
	exits 0 x feed import ipset 11.1.0.9
	drops 11.1.0.9
	passes 11.1.0.1
	exits 0 x feed import ipset 11.1.0.1
	drops 11.1.0.1
	drops 11.1.0.2
	verified
	exits 0 x feed export nft
	says '11\.2\.0\.2'
	! grep -qF 11.2.0.1 <<< "$OUT" || die "an entry that has ended is exported"
}

test_feed_lists_end_in_the_kernel()
{
	begin
	printf '%s\n' "\$SOA 1 a.example b.example 0 1h 1h 1h 1h" \
		"\$TIMESTAMP $(date -u +%Y:%m:%d:%H:%M:%S) +40" 11.1.0.1 > zone
	printf '; Expires: %s\n11.2.0.0/24 ; SBL1\n' "$(date -u -d '40 seconds' '+%a, %d %b %Y %T GMT')" > drop
	exits 0 x feed add zone zone
	exits 0 x feed add drop drop
	drops 11.1.0.1
	drops 11.2.0.1
	until_passes 11.1.0.1
	until_passes 11.2.0.1
	expect "too old" "$(feed zone .state)" "the state of a list that has ended"
	exits 1 x feed refresh zone
	says 'the list says that it ended at .* UTC'
}

# What ends must not hide what does not; what is left out when it is read again.
test_feed_ends_and_other_feeds()
{
	begin
	printf 'create s hash:net family inet\nadd s 11.1.0.0/24 timeout 30\nadd s 11.2.0.1 timeout 30\n' > a
	echo 11.1.0.7 > z
	exits 0 x feed add a a
	exits 0 x feed add z z
	drops 11.1.0.7
	drops 11.1.0.8
	until_passes 11.1.0.8
	drops 11.1.0.7
	printf 'create s hash:net family inet\nadd s 11.1.0.0/24 timeout 15\nadd s 11.3.0.1 timeout 0\n' > a
	touch -d '1 hour ago' a
	exits 0 x feed refresh a
	passes 11.1.0.8
	drops 11.3.0.1
	verified
}
