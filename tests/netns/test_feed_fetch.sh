# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Lists from https servers, good ones and others (cases F1 and F4).
. "$ROOT/tests/netns/publisher.sh"

# fetch URL [OPTION]...: its report is in $OUT.
fetch()
{
	lab_in mx "$ROOT/build/netns/feedread" -c /run/ca.pem "${@:2}" "$1"
}

# refused SENTENCE URL [OPTION]...
refused()
{
	local before=$SECONDS

	exits 1 fetch "${@:2}"
	says "^error \"[^\"]*\": .*$1"
	says '^ranges 0$'
	[ $((SECONDS - before)) -lt 20 ] || die "it took $((SECONDS - before)) s to refuse $2"
}

# value NAME: of the last report.
value()
{
	sed -n "s/^$1 //p" <<< "$OUT"
}

test_feed_fetch_a_list_and_ask_whether_it_is_new()
{
	publisher
	exits 0 fetch $PUBLIC/list
	expect 50 "$(value ranges)" "the ranges"
	expect '"v1"' "$(value etag)" "the ETag"
	exits 0 fetch $PUBLIC/list -e '"v1"'
	expect 1 "$(value not_modified)" "the same ETag"
	expect '"v1"' "$(value etag)" "the ETag, kept"
	exits 0 fetch $PUBLIC/list -m 'Sat, 21 Nov 2026 10:00:00 GMT'
	expect 1 "$(value not_modified)" "the same date"
	exits 0 fetch $PUBLIC/list -e '"v0"'
	expect "0 50" "$(value not_modified) $(value ranges)" "another ETag"
	for url in $PUBLIC/packed $PUBLIC/file $PUBLIC/chunks https://lists.test:8443/list $PRIVATE/list \
		   "$PUBLIC/to?https://lists.test:8443/to?$PUBLIC/list" "$PRIVATE/to?$PUBLIC/list"; do
		exits 0 fetch "$url"
		expect 50 "$(value ranges)" "the ranges of $url"
	done
	expect "mxwall/$(cat "$ROOT/VERSION") None" "$(cut -d' ' -f3- /run/requests | sort -u)" \
		"user agent and cookies"
}

test_feed_F1_answers_that_are_no_list()
{
	publisher
	refused 'status 404' "$PUBLIC/status?404"
	refused 'status 500' "$PUBLIC/status?500"
	refused 'status 304' "$PUBLIC/status?304"
	refused 'web page' $PUBLIC/page
	refused 'HTML|web page' $PUBLIC/hidden
	refused 'empty' $PUBLIC/empty
	refused 'line 52' $PUBLIC/nul
	refused 'fetched' $PUBLIC/cut
	refused 'end in the middle' $PUBLIC/cutgzip
	refused 'end in the middle' $PUBLIC/cutencoding
	refused 'does not say how long' $PUBLIC/unending
	refused 'larger than 4 000 000 bytes' $PUBLIC/bomb -b 4000000
	refused 'larger than 4 000 000 bytes when unpacked' $PUBLIC/bombfile -b 4000000
	refused 'larger than 4 000 000 bytes' $PUBLIC/endless -b 4000000
	refused 'larger than 268 435 456 bytes' $PUBLIC/large
	refused 'line 1[^0-9]' $PUBLIC/line
	refused 'within 2 s' $PUBLIC/slow -s 2
	refused 'within 1 s' $PUBLIC/silent -s 1
	refused 'fetched' https://9.9.9.9:8444/list
}

test_feed_F4_false_servers_and_false_redirects()
{
	publisher
	refused 'certificate|SSL' https://9.9.9.10:8443/list
	exits 1 lab_in mx "$ROOT/build/netns/feedread" $PUBLIC/list
	says '^error .*certificate'
	expect "" "$(cat /run/requests)" "requests after a wrong certificate"
	for url in http://9.9.9.9/list file:///etc/passwd ftp://9.9.9.9/list gopher://9.9.9.9/; do
		refused 'is not an https URL' "$url"
		refused 'only https is followed' "$PUBLIC/to?$url"
	done
	refused 'to a local or private address' https://inside.test:8443/list
	for host in 127.0.0.1:8443 localhost:8443 169.254.169.254 192.0.2.1:8443 10.0.0.1 '[::1]' \
		    '[::ffff:127.0.0.1]' '[fe80::1]' '[fd00::1]' 0x7f.1 2130706433 inside.test:8443; do
		refused 'to a local or private address' "$PUBLIC/to?https://$host/list"
	done
	refused 'to a local or private address' "$PRIVATE/to?$PRIVATE/list"
	refused 'more than 3 times' $PUBLIC/loop
	! grep -E '^192\.0\.2\.1 /list' /run/requests || die "a redirect to 192.0.2.1 was followed"
}
