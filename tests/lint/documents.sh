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
needs python3 "documents: help, manual and README agree" || exit 0
python3 tests/lint/documents.py "$BUILD/xdpctl"
