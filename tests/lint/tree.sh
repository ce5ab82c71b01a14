#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What every file of the tree has to be: licensed, not generated, without what
# the house does without.
set -eu -o pipefail
. tests/lint/lib.sh

# The first or second line names the licence: GPL-2.0 in bpf/, for BPF programs,
# and for a header that one of them shares with userspace.
licences()
{
	{
		find bpf userspace tools tests bench \
			\( -name '*.[ch]' -o -name '*.py' -o -name '*.def' \) -type f
		find kernel-configs -type f
		scripts
		echo Makefile
	} | sort -u | xargs awk '
	FNR == 1 { found = "" }
	FNR <= 2 && match($0, /SPDX-License-Identifier: [A-Za-z0-9.-]+/) {
		found = substr($0, RSTART + 25, RLENGTH - 25)
	}
	FNR == 2 {
		want = FILENAME ~ /^bpf\/|\.bpf\.c$/ ? "GPL-2.0" : "GPL-2.0-or-later"
		if (found != want && !(found == "GPL-2.0" && FILENAME ~ /^bench\/[^\/]*\.h$/))
			print FILENAME ": \"" found "\" should be SPDX-License-Identifier: " want
		nextfile
	}'
}

# git, also for root in somebody else's checkout.
repo()
{
	git -c safe.directory="$PWD" "$@"
}

# By name and by content: bytes that are not text have no place in the tree.
generated()
{
	repo ls-files | grep -E '^build/|\.(o|a|so|d|gz|skel\.h|inc|db)$|(^|/)vmlinux\.h$|\.[1-8]$' || true
	repo ls-files -z | xargs -0 grep -LIE '' || true
}

# Copies without bounds; and in the product, numbers without checks and shells.
unsafe_calls()
{
	local copies='gets|strcpy|strcat|sprintf|vsprintf' others='sscanf|ato[ilf]|atoll|strtok|system|popen|alloca'

	find tests bench -name '*.[ch]' -print0 | xargs -0 grep -nE "\\b($copies)\(" || true
	find bpf userspace tools -name '*.[ch]' -print0 | xargs -0 grep -nE "\\b($copies|$others)\(" || true
}

# Of the library: every name that others can link to, and no variable among them; what is
# in .data.rel.ro is constant, but for the addresses in it.
symbols()
{
	nm -g --defined-only "$BUILD/libmxwall.a" 2>/dev/null | awk '
	NF == 3 && $3 !~ /^mxw_/ { print $3 " is public and does not begin with mxw_" }'
	objdump -t "$BUILD/libmxwall.a" 2>/dev/null | awk '
	$2 == "g" && $3 == "O" && $4 ~ /^[.](data|bss|tdata|tbss)/ && $4 !~ /^[.]data[.]rel[.]ro/ {
		print $NF " is a global variable" }'
}

comments()
{
	find userspace tools bench tests -name '*.c' -print0 | xargs -0 awk '
	FNR == 2 && $0 !~ /^\/\*/ { print FILENAME ": open with a comment: what it does, who may call it" }
	FNR == 2 { nextfile }'
}

licences | verdict "tree: every source names its licence"
comments | verdict "tree: every C file opens with its contract"
unsafe_calls | verdict "tree: no call without bounds or checks"
if [ -e "$BUILD/libmxwall.a" ]; then
	symbols | verdict "tree: the library's public names begin with mxw_, no globals"
else
	echo "skip - tree: public names # build first"
fi
if repo rev-parse --git-dir > /dev/null 2>&1; then
	generated | verdict "tree: nothing generated is tracked"
else
	echo "skip - tree: nothing generated is tracked # not a git checkout"
fi
if needs python3 "tree: names of files"; then
	python3 tests/lint/tree.py
fi
