#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# clang-tidy with the checks of .clang-tidy, and so also the static analyzer, which takes nearly
# all of the time and gets 50 000 nodes for a function instead of 225 000: half of it.
set -eu -o pipefail
. tests/lint/lib.sh
needs clang-tidy-14 clang-tidy || exit 0

# tidy_each FLAG...: on the files that come in. One run each: given several,
# clang 14's analyzer takes every va_list of the later ones for uninitialized.
# The skeleton in build/ is bpftool's.
tidy_each()
{
	{ xargs -P "$(nproc)" -I{} clang-tidy-14 --quiet {} -- "$@" \
		-Xclang -analyzer-config -Xclang max-nodes=50000 2> /dev/null || true; } |
		sed -n "s|^$PWD/||; s|^\./||; / error: /p" | grep -v '^build/' | sort -u || true
}

mapfile -t flags < <(compiler_flags)
c_sources userspace tools/xdpctl tests bench |
	tidy_each "${flags[@]}" | verdict "clang-tidy: the C sources"
sources '*.bpf.c' bpf bench |
	tidy_each -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -I. -I"/usr/include/$(gcc -print-multiarch)" |
	verdict "clang-tidy: the BPF programs"
