# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# An attach killed before each of its steps: the filter is the old one, the new
# one or none, the next attach makes all well, and detach leaves nothing.

test_each_C3_killed_at_each_step_of_the_first_attach()
{
	local code step steps deaths=0

	attach --mode enforce
	x block $BAD
	x detach --all
	steps=$(steps_of_an_attach)
	x detach --all
	while read -r step; do
		killed_attach "$step"
		if [ "$(program_id)" = none ]; then
			answers "$BAD connected $GOOD connected" "after a death at $step"
		else
			answers "$BAD timeout $GOOD connected" "after a death at $step"
		fi
		heals "$step"
		x detach --all > /dev/null || die "detach --all after $step"
		nothing_left
		killed_attach "$step"
		x detach --all > /dev/null || die "detach --all straight after a death at $step"
		nothing_left
	done <<< "$steps"
	enough_deaths 2
}

test_each_C3_killed_at_each_step_of_an_upgrade()
{
	local code step steps deaths=0

	attach --mode enforce
	x block $BAD
	steps=$(steps_of_an_attach)
	while read -r step; do
		killed_attach "$step"
		answers "$BAD timeout $GOOD connected" "after a death at $step"
		heals "$step"
	done <<< "$steps"
	enough_deaths 1
	x detach --all
	nothing_left
}

# The system calls by which an attach changes anything that outlives it, and its
# program loads, as "NAME NUMBER": every second one, in skb mode, where they are the same,
# every fifth; all with STEPS=all, which takes ten minutes.
steps_of_an_attach()
{
	lab_in mx strace -f -qq -o /run/trace -e trace=bpf,mkdir,unlink,rename,rmdir,pwrite64,ftruncate \
		"$XDPCTL" attach eth0 --xdp "$XDP" --mode enforce > /dev/null 2>&1
	awk -F '[ (,]+' -v stride="$(stride)" '
		{ number[$2]++ }
		/pwrite64.*"\\0", 1, / { next } # room for the index of the database
		$2 == "bpf" && $3 !~ /_(PIN|PROG_LOAD|LINK_CREATE|LINK_UPDATE|UPDATE_ELEM|UPDATE_BATCH|DELETE_ELEM)$/ { next }
		changes++ % stride == 0 { print $2, number[$2] }' /run/trace | tee /run/steps
	[ "$(wc -l < /run/steps)" -ge 5 ] || die "no steps found in: $(cat /run/trace)"
}

stride()
{
	case $XDP-${STEPS:-} in
	*-all) echo 1 ;;
	skb-*) echo 5 ;;
	*) echo 2 ;;
	esac
}

# Attaches, and kills that before its step "NAME NUMBER".
killed_attach()
{
	code=0
	lab_in mx strace -f -qq -o /dev/null -e "inject=${1% *}:signal=KILL:when=${1#* }" \
		"$XDPCTL" attach eth0 --xdp "$XDP" --mode enforce > /run/out 2>&1 || code=$?
	case $code in
	0) ;; # an attach after a death may have fewer steps
	137) deaths=$((deaths + 1)) ;;
	*) die "attach killed at $1: exit $code, $(cat /run/out)" ;;
	esac
}

# Most of the attaches, $1 a step, were killed.
enough_deaths()
{
	local count

	count=$(($(wc -l <<< "$steps") * $1))
	echo "$deaths of $count attaches killed"
	[ $deaths -gt $((count * 3 / 4)) ] || die "only $deaths of $count attaches were killed"
}

# answers WANT WHEN: what a blocked and another source see.
answers()
{
	expect "$1" "$(wire sender connect $MX4 25 0.5 $BAD $GOOD | xargs)" "connections $2"
}

# After a death at step $1, another attach makes all well.
heals()
{
	attach --mode enforce > /dev/null 2>&1 || die "attach again after a death at $1"
	explains $BAD drop_block
	exits 0 x status
	verified
}
