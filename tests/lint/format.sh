#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# .clang-format is the style, and clang-format has nothing to change.
set -eu -o pipefail
. tests/lint/lib.sh
needs clang-format-14 clang-format || exit 0

sources '*.[ch]' bpf userspace tools tests bench | xargs clang-format-14 --dry-run 2>&1 |
	{ grep "warning:" || true; } | cut -d: -f1 | sort | uniq -c |
	awk '{ print $2 ": " $1 " places; run clang-format -i " $2 }' | verdict clang-format
