# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The groups unit and bpf, built and run on the release that this machine does not have.

# Runs the test programs of build/$1.
programs()
{
	[ -x "$TREE/build/$1/$2" ] || die "$2 was not built on $RELEASE"
	# shellcheck disable=SC2016 # expanded there
	host bash -c 'cd /root/mxwall && failed=0
		for program in build/$1/test_*; do
			[ -x "$program" ] || continue
			"$program" > /tmp/log 2>&1 || { failed=1; echo "# $program: exit $?"; tail -n 15 /tmp/log; }
		done
		exit $failed' _ "$1" || die "programs of $1 fail, see above"
}

test_unit_programs()
{
	programs unit test_addr
}

test_bpf_programs()
{
	programs bpf test_frames
}
