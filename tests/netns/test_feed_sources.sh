# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Where feeds come from: https URLs of the operator's own, and ready-made feeds from wherever.
. "$ROOT/tests/netns/feeds.sh"
. "$ROOT/tests/netns/publisher.sh"

test_feed_of_an_own_url_goes_through_all_verbs()
{
	publisher
	begin
	exits 0 x feed add own "$PUBLIC/world" --mode shadow --ca-file ca.pem
	says 'feed own: taken, shadow'
	explains $LISTED would_feed
	exits 0 x feed mode own limit
	explains $LISTED pass_listed
	exits 0 x feed mode own enforce
	drops $LISTED
	exits 0 x feed show own
	says "source +$PUBLIC/world"
	expect "$PUBLIC/world" "$(x feed show own -j | jq -r .source)" "the source in JSON"
	exits 0 x feed refresh own
	says 'not due'
	exits 1 x feed diff own
	says 'asked a short while ago'
	exits 0 x feed export own
	exits 0 x feed import own $OTHER
	drops $OTHER
	exits 0 x feed remove own
	verified
}

test_feed_list_has_every_ready_made_feed()
{
	begin
	exits 0 x feed list -j
	expect "$(x feed list | sed -n 's/^ready-made: //p')" \
		"$(jq -r '[.ready_made[].name] | join(", ")' <<< "$OUT")" "the ready-made feeds in JSON"
	expect "null true limit" "$(jq -r '.ready_made[] | select(.name == "uceprotect-1") | "\(.url) \(.limit_only) \(.mode)"' <<< "$OUT")" \
		"the one without a URL"
}

test_feed_ready_made_is_what_it_is_from_every_source()
{
	begin
	exits 2 x feed add uceprotect-1
	says 'rsync.*xdpctl feed add uceprotect-1 FILE'
	exits 2 x feed add mine uceprotect-1
	says 'rsync'
	printf '$SOA 3600 ns.example. root.example. 1 600 300 86400 300\n11.1.2.3\n!11.9.9.9\n' > zone
	mkdir zones
	cp zone zones/one
	for source in zone zones -; do
		exits 2 x feed add uceprotect-1 $source --mode enforce < zone
		says 'not made for dropping mail'
		exits 0 x feed add uceprotect-1 $source < zone
		expect "limit rbldnsd" "$(feed uceprotect-1 '"\(.mode) \(.format)"')" "mode and format from $source"
		explains $LISTED pass_listed
		passes $LISTED
		exits 2 x feed mode uceprotect-1 enforce
		says 'not made for dropping mail'
		exits 0 x feed show uceprotect-1
		says 'credit +UCEPROTECT'
		x feed remove uceprotect-1
	done
	exits 2 x feed import uceprotect-1 $LISTED --mode enforce
	says 'not made for dropping mail'
	exits 0 x feed import uceprotect-1 $LISTED
	expect limit "$(feed uceprotect-1 .mode)" "the mode of single entries"
	printf '10.0.0.0/8\n11.1.2.0/24\n' > netset
	exits 0 x feed add firehol-level1 netset
	says '1 reserved ones left out'
	expect shadow "$(feed firehol-level1 .mode)" "the mode of a file"
	verified
}

test_feed_list_shows_a_source_in_any_letters()
{
	begin
	echo $LISTED > "$(printf 'l\xe4st')"
	exits 0 x feed add mine "$(printf 'l\xe4st')"
	expect 1 "$(x feed list -j | jq '.feeds | length')" "the feeds in JSON"
	expect '/run/l?st' "$(x feed show mine -j | jq -r .source)" "the source in JSON"
	drops $LISTED
}

# No word that an operator sees has the secrets of a URL: what is said of it, by every verb.
test_feed_urls_are_shown_without_their_secrets()
{
	local url="https://me:hunter2@9.9.9.9:8443/world?key=hunter2&x=1"

	publisher
	begin
	exits 2 x feed add own "http://me:hunter2@9.9.9.9/world?key=hunter2"
	says 'http://\*\*\*@9\.9\.9\.9/world\?key=\*\*\*'
	{
		x feed add own "$url" --ca-file ca.pem
		x feed add own2 "$url" --ca-file ca.pem || true # asked a short while ago
		x feed list -j
		x feed list
		x feed show own
		x feed show own -j
		x feed diff own || true
		x feed diff own "$url&y=2" --format ipset || true # refuses its lines
		x feed refresh own
		x feed add bad "https://me:hunter2@9.9.9.9:8443/status?404&hunter2" --ca-file ca.pem || true
		x feed add to "https://9.9.9.9:8443/to?http://me:hunter2@192.0.2.1/?hunter2" --ca-file ca.pem || true
		x explain $LISTED
		x feed mode own shadow
		x feed export own
		x feed remove own
	} > shown 2>&1
	for text in '"source": "https://\*\*\*@9.9.9.9:8443/world?key=\*\*\*&x=\*\*\*"' 'asked a short while ago' \
		    'status 404' 'only https is followed'; do
		grep -q "$text" shown || die "no '$text' in: $(cat shown)"
	done
	! grep hunter2 shown || die "a secret is shown"
}

test_feed_of_a_directory_leaves_backup_copies_out()
{
	begin
	mkdir lists
	echo $LISTED > lists/bad
	for name in 'bad~' '#bad#' bad.bak bad.old bad.orig bad.save .bad.swp bad.swp bad.tmp bad.dpkg-old \
		    bad.dpkg-dist bad.ucf-old bad.rpmsave bad.rpmnew; do
		echo $OTHER > "lists/$name"
	done
	echo $OTHER | gzip > lists/bad.bak.gz
	exits 0 x feed add mine lists
	says 'note: "bad.dpkg-old" in it is left out: its name is that of a backup copy'
	says '"#bad#" in it'
	says '"bad.bak.gz" in it'
	expect 1 "$(feed mine .addresses4)" "the addresses"
	drops $LISTED
	passes $OTHER
	exits 0 x feed add old lists/bad.old # named, it is what is meant
	drops $OTHER
}

test_feed_names_that_add_takes_are_exported()
{
	local name

	begin
	echo $LISTED > list
	for name in a Spamhaus-DROP_v4.1 a234567890123456789012345678; do
		exits 0 x feed add $name list
		for format in plain nft ipset rbldnsd; do
			exits 0 x feed export $name --format $format
		done
	done
	for name in 4chan a2345678901234567890123456789 -x a/b; do
		exits 2 x feed add $name list
		exits 2 x feed import $name 11.1.1.1
	done
}

test_feed_without_its_reserved_ranges()
{
	begin
	printf '0.0.0.0/8\n10.0.0.0/8\n127.0.0.0/8\n172.16.0.0/12\n192.168.0.0/16\n224.0.0.0/3\n11.1.2.0/24\n' > netset
	exits 1 x feed add level netset
	exits 0 x feed add level netset --skip-reserved
	says '6 reserved ones left out'
	drops $LISTED
	exits 0 x feed refresh level
	says '6 reserved ones left out'
	expect true "$(feed level .skip_reserved)" "the option in JSON"
	exits 0 x feed show level
	says 'reserved +left out'
}
