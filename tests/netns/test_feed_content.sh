# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Publishers whose servers answer long after anybody has changed the list.
. "$ROOT/tests/netns/feeds.sh"
. "$ROOT/tests/netns/publisher.sh"

# days_later N: what is stored is N days older, and each publisher may be asked again.
days_later()
{
	python3 - "$1" <<-'EOF'
	import sqlite3, sys
	days = int(sys.argv[1]) * 86400 * 10**9
	with sqlite3.connect("/var/lib/mxwall/state.db") as db:
	    db.execute("UPDATE feed SET changed = changed - ?1, fetched = fetched - ?1", (days,))
	    db.execute("DELETE FROM meta WHERE name LIKE 'asked %'")
	EOF
}

# add PATH [OPTION]...: the feed "own".
add()
{
	x feed add own "$PUBLIC/$1" --ca-file ca.pem "${@:2}"
}

# ended: the refresh succeeds, and the list counts no more because of its content.
ended()
{
	exits 4 x feed refresh own
	says "feed own: $1"
	says 'feed own blocks and allows nobody: its publisher changed the list'
	passes $LISTED
	expect "too old" "$(feed own .state)" "the state"
	expect true "$(feed own '.age < 60 and .content_age > .max_content_age')" "the copy is new, its content is not"
	exits 4 x status
	says 'got too old to block anybody'
	exits 0 x feed show own
	says 'content +changed .* ago, too old after'
	verified
}

test_feed_content_that_nobody_changes_ends()
{
	publisher
	begin
	echo $LISTED > still
	exits 0 add still
	days_later 29
	exits 0 x feed refresh own
	says 'feed own: unchanged'
	drops $LISTED
	days_later 2
	ended unchanged
	days_later 1
	ended unchanged
	printf '%s\n' $LISTED $OTHER > still
	days_later 1
	exits 0 x feed refresh own
	drops $LISTED
	expect "ok true" "$(feed own '"\(.state) \(.content_age < 60)"')" "a list that has changed"
	exits 0 x status
	verified
}

# A server that does not know 304 sends the same list again.
test_feed_content_that_comes_again_is_as_old_as_before()
{
	publisher
	begin
	exits 0 add world
	days_later 31
	ended taken
	x feed remove own
	days_later 0
	exits 0 add world --max-content-age never
	days_later 400
	exits 0 x feed refresh own
	drops $LISTED
	expect null "$(feed own .max_content_age)" "no limit"
}

# dated TIME: the path of a list with that date.
dated()
{
	echo "dated?$(date -u -d "$1" '+%a,%%20%d%%20%b%%20%Y%%20%T%%20GMT')"
}

test_feed_content_has_its_publishers_date()
{
	publisher
	begin
	exits 1 add "$(dated '40 days ago')"
	says 'by its own date the list changed .* ago, longer than .*--max-content-age never'
	days_later 0
	exits 0 add "$(dated '40 days ago')" --max-content-age 50d
	expect true "$(feed own '.content_age >= 40 * 86400')" "the age of the content"
	x feed remove own
	days_later 0
	exits 0 add "$(dated '20 days ago')"
	drops $LISTED
	x feed remove own
	exits 0 add "$(dated '1970-01-01')"
	expect true "$(feed own '.content_age < 60')" "a server that does not know the date"
}

# Files of the operator's own may stay as they are, unless they are copies of a publisher's.
test_feed_content_of_files()
{
	begin
	echo $LISTED > list
	touch -d '2 years ago' list
	exits 0 x feed add own list
	drops $LISTED
	x feed remove own
	exits 1 x feed add own list --max-content-age 30d
	says 'by its own date'
	touch -d '29 days ago' list
	exits 0 x feed add own list --max-content-age 30d
	days_later 2
	touch -d '31 days ago' list
	ended taken
	touch list # its publisher stands by it
	exits 0 x feed refresh own
	drops $LISTED
	verified
}

test_feed_tells_of_an_end_before_its_refresh()
{
	begin
	printf '; Expires: %s\n11.1.2.0/24 ; SBL1\n' "$(date -u -d '1 hour' '+%a, %d %b %Y %T GMT')" > drop
	exits 0 x feed add drop drop
	says 'the list says that it ends at .* UTC, in .*: refresh it before, or it blocks nobody'
	says 'JSON lists have no end'
	exits 0 x feed refresh drop
	says 'the list says that it ends at'
	expect true "$(feed drop '.list_end - now | . > 3000 and . <= 3600')" "the end in JSON"
	exits 0 x feed show drop
	says 'ends +20..-.* UTC'
	exits 0 x feed add short drop --max-age 30m
	! grep -q 'says that it ends' <<< "$OUT" || die "an end that is later than the oldest copy"
}
