# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The examples of the manuals and of docs/ as they stand there, on a host that has what they
# speak of. examples.py takes them out; the marks that it reads say why one is not run.
# shellcheck source=tests/netns/ctllab.sh
. "$ROOT/tests/netns/ctllab.sh"

DOCUMENTS=("$ROOT"/docs/*.scd "$ROOT"/docs/*.md)

# An /etc and a folder to work in that nobody else sees, and xdpctl on the MX host.
private()
{
	mkdir -p /run/above /run/overlay /run/bin /run/work
	mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/above,workdir=/run/overlay /etc ||
		skip "no overlay over /etc"
	mkdir -p /etc/bash_completion.d
	printf '#!/bin/sh\nexec nsenter --net=/run/netns/mx -- %s "$@"\n' "$XDPCTL" > /run/bin/xdpctl
	chmod 755 /run/bin/xdpctl
	printf '198.51.100.9\n203.0.113.0/24\n' > /run/work/bad-senders.txt
	printf '11.0.0.0/24\n' > /run/work/drop.txt
	PATH=/run/bin:$PATH
}

# What the examples speak of: a filter, entries, a feed, a configuration.
ready()
{
	[ "$(x status -p | cut -f1,4,7)" = "eth0	25	all" ] || attach --defaults
	x block 198.51.100.7
	x allow 192.0.2.0/24
	x list never -p | grep -qF 192.0.2.9 || attach --never 192.0.2.9
	[ -n "$(x feed list -p)" ] || x feed add drop /run/work/drop.txt
	conf
	pgrep -x mxwalld > /dev/null || again
}

# The controller ends with a detach; systemd would start it again.
again()
{
	: > /run/mxwalld.log
	controller
}

# One that goes on is ended as by ^C. Sets CODE.
run_example()
{
	local seconds=60

	[[ ! $1 =~ ^xdpctl\ (watch|top|limits\ run|limits\ suggest) ]] || seconds=4
	CODE=0
	(cd /run/work && timeout -s INT --preserve-status $seconds bash -c "$1") > /run/said 2>&1 < /dev/null || CODE=$?
}

test_every_example_of_the_manuals_and_documents_runs()
{
	local file line what command want before='' ran=0 wrong=0

	private
	lists
	attach --mode enforce
	conf
	controller
	wire sender syns $MX4 25 500 20 $BAD $GOOD > /dev/null &
	python3 "$ROOT/tests/netns/examples.py" "${DOCUMENTS[@]}" > /run/examples
	while IFS=$'\t' read -r file line what command; do
		[ "$what" != "not run" ] || continue
		[ "$before" = "$file:$line" ] || ready > /run/ready 2>&1 || die "$(tail -n 3 /run/ready)"
		before=$file:$line
		want=${what#ends with }
		[ "$what" != run ] || want=0
		run_example "$command"
		ran=$((ran + 1))
		[ "$CODE" = "$want" ] && continue
		wrong=$((wrong + 1))
		echo "$file:$line: \"$command\" ends with $CODE, not $want: $(tail -n 3 /run/said)"
	done < /run/examples
	echo "$ran examples, $(grep -c "	not run	" /run/examples) not run"
	[ $ran -gt 50 ] || die "only $ran examples were found"
	expect 0 $wrong "examples that do not work"
}

# A wrong one is found, and a mark without a reason is not a mark.
test_examples_that_do_not_work_are_found()
{
	local document=/run/some.md

	private
	printf 'Text:\n\n    xdpctl frobnicate\n\n<!-- not run: why -->\n\n    xdpctl never\n    again\n' > $document
	printf '\n<!-- not run: -->\n\n    xdpctl mode\n\n<!-- ends with 3: nothing is attached -->\n\n    xdpctl stats\n' >> $document
	python3 "$ROOT/tests/netns/examples.py" $document > /run/examples
	expect "some.md 3 run xdpctl frobnicate
some.md 7 not run why
some.md 12 run xdpctl mode
some.md 16 ends with 3 xdpctl stats" "$(tr '\t' ' ' < /run/examples)" "what is found in it"
	run_example "xdpctl frobnicate"
	expect 2 "$CODE" "a wrong one"
	run_example "xdpctl stats"
	expect 3 "$CODE" "one that ends with 3"
}
