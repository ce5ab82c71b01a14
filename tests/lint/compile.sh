#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The other compilers: everything builds with clang too, and with each further version of clang
# and gcc that is installed, without a warning.
set -eu -o pipefail
. tests/lint/lib.sh
LOG=$LINT_OUT/compile.log
mapfile -t flags < <(compiler_flags)

# quiet_make ARG...: CFLAGS by environment, because the Makefile adds to them.
quiet_make()
{
	env -u MAKEFLAGS -u MFLAGS CFLAGS=-O1 make --no-print-directory -j2 "$@"
}

# Whether it builds xdpctl, mxwalld and bench.
builds()
{
	if quiet_make CC="$1" B=build/lint-"$1" all bench-build > "$LOG" 2>&1; then
		grep -i warning "$LOG" | verdict "$1 builds xdpctl, mxwalld and bench without a warning" || true
	else
		grep -vE '^  [A-Z-]+ +' "$LOG" | verdict "$1 builds xdpctl, mxwalld and bench"
	fi
}

# reads COMPILER FOLDER...: sources read through, not built, which takes a tenth of the time. Of
# gcc's warnings some need the optimizer.
reads()
{
	local compiler=$1 how=(-fsyntax-only)

	case $compiler in gcc*) how=(-c -o /dev/null) ;; esac
	shift
	{ c_sources "$@" | xargs -P2 -n1 "$compiler" "${flags[@]}" "${how[@]}" 2>&1 || true; } |
		verdict "$compiler takes $* without a warning"
}

# Those of the named compilers that are installed and are not gcc or clang itself.
further()
{
	local name

	for name; do
		case $(readlink -f "$(command -v "$name" || echo /dev/null)") in
		/dev/null | "$(readlink -f "$(command -v gcc)")" | "$(readlink -f "$(command -v clang)")") ;;
		*) echo "$name" ;;
		esac
	done
}

needs clang "the other compilers" || exit 0
builds clang
reads clang tests
for compiler in $(further gcc-{12..15} clang-{14..20}); do
	reads "$compiler" userspace tools tests bench
done
for compiler in $(further clang-{14..20}); do
	quiet_make CLANG="$compiler" B=build/lint-"$compiler" "build/lint-$compiler/"{mxwall,presence}.bpf.o 2>&1 |
		{ grep -vE '^  [A-Z-]+ +' || true; } | verdict "$compiler builds the BPF programs"
done

env -u MAKEFLAGS -u MFLAGS make -n --no-print-directory all tests bench-build 2>&1 > /dev/null |
	verdict "make itself has nothing to warn of"
