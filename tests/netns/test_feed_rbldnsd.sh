# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # ROOT is lib.sh's
#
# Lists against the programs whose formats they are in: rbldnsd answers from the same
# zones, nft and ipset take what is written and tell it again, Postfix looks it up.
LISTS=$ROOT/build/netns/lists
ZONES=$ROOT/tests/netns/zones.py
RBLDNSD=$ROOT/build/rbldnsd/usr/sbin/rbldnsd
PORT=5353

# serve ZONESPEC...: a real rbldnsd, which will not run as root.
serve()
{
	local dir=$PWD

	chmod -R a+rX "$dir"
	"$RBLDNSD" -n -u nobody -w "$dir" -b 127.0.0.1/$PORT "$@" > rbldnsd.log 2>&1 &
	SERVER=$!
	for _ in $(seq 100); do
		[ -z "$(ss -Hlun "sport = :$PORT")" ] || return 0
		kill -0 $SERVER 2> /dev/null || break
		sleep 0.1
	done
	die "rbldnsd does not serve: $(cat rbldnsd.log)"
}

# compare FILE ZONE COUNT: mxwall and rbldnsd say the same of COUNT addresses.
compare()
{
	local differences

	python3 "$ZONES" probes "$1" "$3" 7 > probes
	"$LISTS" listed "$1" < probes > ours 2> /dev/null
	python3 "$ZONES" ask $PORT "$2" < probes > theirs
	expect "$3" "$(wc -l < theirs)" "answers for $1"
	differences=$(diff ours theirs | grep -c '^>' || true)
	expect 0 "$differences" "differences over $3 probes of $1 ($(diff ours theirs | sed -n 2,9p))"
	[ "$(grep -c ^1 ours)" -gt $(($3 / 20)) ] && [ "$(grep -c ^0 ours)" -gt $(($3 / 20)) ] ||
		die "the probes of $1 show one side only"
	echo "$1: $3 probes, $(grep -c ^1 ours) of them listed, 0 differences"
}

working_folder()
{
	mkdir -p /run/lists
	cd /run/lists || exit 1
}

test_feed_rbldnsd_answers_the_same()
{
	local kind

	[ -x "$RBLDNSD" ] || skip "rbldnsd is not in build/; run tools/packages.sh test"
	working_folder
	for kind in ip4set ip4trie ip6trie; do
		python3 "$ZONES" make $kind 11 $kind
		"$LISTS" convert rbldnsd exported $kind > $kind.exported 2> /dev/null
	done
	serve set.test:ip4set:ip4set trie.test:combined:ip4trie six.test:ip6trie:ip6trie \
		x1.test:combined:ip4set.exported x2.test:combined:ip4trie.exported \
		x3.test:combined:ip6trie.exported
	compare ip4set set.test 34000
	compare ip4trie trie.test 34000
	compare ip6trie six.test 34000
	# What mxwall writes: rbldnsd reads the same list out of it.
	compare ip4set.exported x1.test 4000
	compare ip4trie.exported x2.test 4000
	compare ip6trie.exported x3.test 4000
	kill $SERVER
}

# A list of both families with ranges of every size.
some_list()
{
	python3 "$ZONES" make ip4set 3 four
	python3 "$ZONES" make ip6trie 3 six
	"$LISTS" convert plain some four > four.plain 2> /dev/null
	"$LISTS" convert plain some six > six.plain 2> /dev/null
	cat four.plain six.plain > list
}

test_feed_nft_takes_what_is_written()
{
	working_folder
	some_list
	"$LISTS" convert nft some-list.1 list > written
	lab_in mx nft -c -f written
	for _ in 1 2; do # the second time in place of the first
		lab_in mx nft -f written
		lab_in mx nft -j list table inet mxwall > told
		"$LISTS" same list told || die "nft tells another list"
	done
}

test_feed_ipset_takes_what_is_written()
{
	working_folder
	some_list
	lab_in mx ipset list > /dev/null 2>&1 || skip "this kernel has no ipset"
	"$LISTS" convert ipset some-list.1 list > written
	lab_in mx ipset restore < written
	lab_in mx ipset save > told
	"$LISTS" same list told || die "ipset tells another list"
	echo '0.0.0.0/0' > all
	"$LISTS" convert ipset all all | lab_in mx ipset restore
	lab_in mx ipset save all_v4 > told
	"$LISTS" same all told || die "ipset tells another list"
}

# Exceptions: the kernel's own answers, against those of the reader.
test_feed_ipset_exceptions()
{
	working_folder
	lab_in mx ipset list > /dev/null 2>&1 || skip "this kernel has no ipset"
	cat > entries <<-EOF_SET
	create x hash:net family inet hashsize 1024 maxelem 65536
	add x 198.51.100.0/24
	add x 198.51.100.0/25 nomatch
	add x 198.51.100.32/27
	add x 198.51.100.40 nomatch
	EOF_SET
	lab_in mx ipset restore < entries
	seq -f '198.51.100.%g' 0 255 > probes
	"$LISTS" listed entries < probes > ours
	while read -r address; do
		if lab_in mx ipset -q test x "$address"; then echo "1 $address"; else echo "0 $address"; fi
	done < probes > theirs
	diff ours theirs || die "ipset says otherwise"
}

test_feed_postfix_says_the_same()
{
	local tree=$ROOT/build/postfix

	[ -x "$tree/usr/sbin/postmap" ] || skip "Postfix is not in build/"
	working_folder
	python3 - > table <<-'EOF_TABLE'
	import random
	random.seed(5)
	words = ["REJECT", "reject no", "550 5.7.1 no", "450 x", "DROP", "DUNNO", "OK", "permit", "WARN x"]
	depth = 0
	for _ in range(400):
	    length = random.randrange(20, 33)
	    net = (0x0A100000 + random.getrandbits(14)) >> (32 - length) << (32 - length)
	    text = ".".join(str(net >> s & 255) for s in (24, 16, 8, 0)) + f"/{length}"
	    way = random.randrange(40)
	    if way == 0:
	        print("if " + random.choice(["", "!", "! !"]) + text)
	        depth += 1
	    elif way < 3 and depth:
	        print("endif")
	        depth -= 1
	    elif way == 4:
	        print(text + "\n  # remark\n\n   " + random.choice(words))
	    else:
	        print(text, random.choice(words))
	EOF_TABLE
	python3 "$ZONES" probes table 20000 1 | sort -u > probes
	"$LISTS" listed table < probes > ours
	mkdir conf
	cat > conf/main.cf <<-EOF_MAIN
	shlib_directory = $tree/usr/lib/postfix
	mail_owner = nobody
	setgid_group = mail
	default_privs = daemon
	EOF_MAIN
	LD_LIBRARY_PATH=$tree/usr/lib/postfix "$tree/usr/sbin/postmap" -c conf -q - "cidr:$PWD/table" \
		< probes > found
	awk -F'\t' 'NR == FNR { said[$1] = $2; next }
		{ print (tolower(said[$1]) ~ /^(reject|550|450|drop)/ ? 1 : 0) " " $1 }' found probes > theirs
	diff ours theirs > differences || die "Postfix says otherwise: $(head -n 9 differences)"
	[ "$(grep -c ^1 ours)" -gt 1000 ] && [ "$(grep -c ^0 ours)" -gt 1000 ] || die "one side only"
	echo "$(wc -l < probes) probes, $(grep -c ^1 ours) rejected"
}
