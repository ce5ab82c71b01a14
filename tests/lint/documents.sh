#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manuals render, and README, manual and help say the same.
set -eu -o pipefail
. tests/lint/lib.sh

# scdoc leaves empty paragraphs, mandoc remarks on each of them. mandoc takes
# what follows the path's last dot for the section, so the page has its own name.
render()
{
	local source page

	for source in docs/*.scd; do
		page=$LINT_OUT/$(basename "$source" .scd)
		scdoc < "$source" 2>&1 > "$page" || continue
		mandoc -T lint -W warning "$page" 2>&1 | grep -v 'skipping paragraph macro' |
			sed "s|^.*$page:|$source: |" || true
	done
}

if needs scdoc "documents: the manuals render" && needs mandoc "documents: the manuals render"; then
	render | verdict "documents: the manuals render without warnings"
fi
# A name that is hyphenated at a line's end is not the one to be copied.
broken()
{
	local page

	for page in "$BUILD"/man/*.[1-9]; do
		groff -t -man -Tutf8 -rLL=78n "$page" 2> /dev/null | sed 's/\x1b\[[0-9;]*m//g; s/.\x08//g' |
			grep -E '[a-z]‐ ' | sed "s|^|$page: |" || true
	done
}

if needs groff "documents: no word of a manual is hyphenated"; then
	broken | verdict "documents: no word of a manual is hyphenated"
fi
needs python3 "documents: help, manual and README agree" || exit 0
python3 tests/lint/documents.py "$BUILD/xdpctl"
