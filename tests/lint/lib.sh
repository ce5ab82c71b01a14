# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the lints beside it, to be sourced from the top of the tree.

PATH=$PATH:/usr/sbin:/sbin
export BUILD=build
export LINT_OUT=${LINT_OUT:-build/lint} # for what a lint writes
mkdir -p "$LINT_OUT"

# verdict NAME: ok if nothing comes in, else not ok with what came.
verdict()
{
	local found

	found=$(cat)
	if [ -z "$found" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		sed 's/^/# /' <<< "$found" | head -n 60
	fi
}

# needs TOOL NAME: whether the tool is there; says that NAME is skipped if not.
needs()
{
	command -v "$1" > /dev/null && return
	echo "skip - $2 # $1 is not installed"
	return 1
}

# Sources below the named folders: sources PATTERN FOLDER...
sources()
{
	local pattern=$1

	shift
	find "$@" -type f -name "$pattern" | sort
}

# C sources below the named folders that build here: BPF programs have another
# compiler, and DPDK's headers are not among what mxwall needs.
c_sources()
{
	sources '*.c' "$@" | grep -vE '\.bpf\.c$|/dpdk/' || true
}

# Every shell script, by its name or its first line.
scripts()
{
	{
		find tools tests bench -type f -name '*.sh'
		find .ci tests -type f -print0 | xargs -0 awk '
			FNR == 1 && /^#!.*sh$/ { print FILENAME } { nextfile }'
	} | sort -u
}

# The flags that the Makefile gives the compiler, one per line.
compiler_flags()
{
	# shellcheck disable=SC2016 # make's variables
	env -u MAKEFLAGS -u MFLAGS make -s --no-print-directory \
		--eval 'lint-flags: ; $(info $(CPPFLAGS) $(CFLAGS))' lint-flags | xargs -n1
}
