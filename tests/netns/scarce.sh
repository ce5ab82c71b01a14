# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller amid traffic, with less memory and fewer descriptors than it wants. To be
# sourced behind lib.sh.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
PLAN=/run/malloc.plan

# The filter and one source that is blocked by the lists, LISTED, in force. More sources come than
# lists may be asked about in a second by default, and each is to be.
prepared()
{
	lists $LISTED 198.51.100.{8..99}
	attach --mode enforce
	conf "$@"
	sed -i 's/^deadline.*/&\nqueries_per_second = 0/' /run/etc/mxwall.conf
}

blocked()
{
	controller
	expect connected "$(reach "${1:-$LISTED}" 25 3)" "the first connection of a listed source"
	logged "event=blocked source=${1:-$LISTED}"
}

# SYNs of clean sources, 200 a second for $1 s, each of a source of its own, while the test goes
# on. unharmed: all of them were answered.
stream()
{
	printf '%s\n' 198.18.{0..15}.{1..250} > /run/clean
	# shellcheck disable=SC2046 # words
	wire sender syns $MX4 25 "$1" 200 $(cat /run/clean) > /run/answers &
	STREAM=$!
}

unharmed()
{
	wait $STREAM
	head -n "$(awk '/^sent/ { print $2 }' /run/answers)" /run/clean | sort > /run/sent
	awk '/^answered/ { print $2 }' /run/answers | sort > /run/answered
	[ -s /run/sent ] || die "nothing was sent"
	expect "" "$(comm -23 /run/sent /run/answered | head)" "clean sources without an answer"
	drops $LISTED
	expect 0 "$(counted 'drop_hold|drop_feed|drop_rate.*')" "SYNs dropped for other reasons"
}

# It dies at once, and a new one takes over what is in force.
restarted()
{
	pkill -KILL -x mxwalld || true
	wait $MXWALLD_PID || true
	WITH=()
	: > /run/mxwalld.log
	controller
	drops $LISTED
	verified
}

# ends_or_runs WHAT [N]: it ends within 10 s, by itself and with a sentence, or it runs. N: the
# allocation that fails. glibc's lookup of the user dies by some of its own, among the first 60 and
# before anything is touched (2.36: nss_database.c does not look whether it got memory).
ends_or_runs()
{
	local code=0

	for _ in $(seq 200); do
		! grep -q 'mxwalld .* runs' /run/mxwalld.log || return 0
		kill -0 $MXWALLD_PID 2> /dev/null || break
		sleep 0.05
	done
	wait $MXWALLD_PID || code=$?
	if [ $code -ge 128 ] && [ "${2:-1000}" -le 60 ] && ! grep -q 'level=' /run/mxwalld.log; then
		echo "$1: died in the C library"
		return 0
	fi
	[ $code -ge 1 ] && [ $code -lt 128 ] || die "$1: it ended with exit $code: $(cat /run/mxwalld.log)"
	grep -q 'level=error' /run/mxwalld.log || die "$1: it ended without a word, exit $code"
}

end_it()
{
	pkill -KILL -x mxwalld || true
	wait $MXWALLD_PID || true
	: > /run/mxwalld.log
}

# Little-endian 64 bits of each number below 65536.
words()
{
	for number; do
		printf "\\x$(printf %02x $((number % 256)))\\x$(printf %02x $((number / 256)))\0\0\0\0\0\0"
	done
}

# plan COUNTDOWN FAILING FILES: what the controller gets from now on, see tests/preload/scarce.c
plan()
{
	words "$@" 1<> $PLAN
}

# A controller that such a plan is for.
with_plan()
{
	words 0 0 0 0 0 > $PLAN
	WITH=(env "LD_PRELOAD=$ROOT/build/preload/scarce.so" "MXW_SCARCE=$PLAN")
}

# Listed sources that come one after the other, 20 a second for $1 s.
listed_stream()
{
	wire sender syns $MX4 25 "$1" 20 198.51.100.{8..99} > /run/listed &
	LISTED_STREAM=$!
}

failed_allocations()
{
	od -An -td8 -j32 $PLAN | tr -d ' '
}
