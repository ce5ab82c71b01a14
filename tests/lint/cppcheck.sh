#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cppcheck, with the suppressions of cppcheck.txt. Of the tests only what may be
# wrong: their assertions are macros, which the checks of style stumble over.
set -eu -o pipefail
. tests/lint/lib.sh
needs cppcheck cppcheck || exit 0

# The programs themselves, as bytes in the skeletons, take cppcheck six minutes.
SKELETONS=$LINT_OUT/skeletons
mkdir -p "$SKELETONS"
for skeleton in "$BUILD"/*.skel.h; do
	sed '/^\\.*\\$/d' "$skeleton" > "$SKELETONS/${skeleton##*/}"
done

# check ENABLED FOLDER...
check()
{
	local enabled=$1

	shift
	c_sources "$@" | cppcheck --quiet -j2 --std=c11 --file-list=- \
		--enable="$enabled" --inline-suppr --suppressions-list=tests/lint/cppcheck.txt \
		-I. -Iuserspace -I"$SKELETONS" -D_GNU_SOURCE -DMXW_VERSION='""' \
		'-DLIBBPF_OPTS(type,name,...)=struct type name = { __VA_ARGS__ }' \
		--template='{file}:{line}: {id}: {message}' 2>&1
}

check warning,style,performance,portability userspace tools/xdpctl bench | verdict "cppcheck: the program"
check warning,portability tests | verdict "cppcheck: the tests"
