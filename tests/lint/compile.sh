#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The other compiler: everything builds with clang too, and without a warning.
set -eu -o pipefail
. tests/lint/lib.sh
needs clang-14 "clang builds everything" || exit 0
B=build/lint-clang
LOG=$LINT_OUT/compile.log

# CFLAGS by environment, because the Makefile adds to them.
if env -u MAKEFLAGS -u MFLAGS CFLAGS=-O1 make --no-print-directory -j2 CC=clang-14 B=$B all bench-build \
	> "$LOG" 2>&1; then
	grep -i warning "$LOG" | verdict "clang builds xdpctl and bench without a warning" || true
else
	grep -vE '^  [A-Z-]+ +' "$LOG" | verdict "clang builds xdpctl and bench"
fi

# The tests' sources: read through, not built, which takes a tenth of the time.
mapfile -t flags < <(compiler_flags)
{ c_sources tests | xargs -P2 -n4 clang-14 "${flags[@]}" -fsyntax-only 2>&1 || true; } |
	verdict "clang takes the tests without a warning"

env -u MAKEFLAGS -u MFLAGS make -n --no-print-directory all tests bench-build 2>&1 > /dev/null |
	verdict "make itself has nothing to warn of"
