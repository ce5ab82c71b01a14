#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual renders, and README, manual and help say the same.
set -eu -o pipefail
. tests/lint/lib.sh
PAGE=$LINT_OUT/xdpctl.8

# scdoc leaves empty paragraphs, mandoc remarks on each of them.
render()
{
	scdoc < docs/xdpctl.8.scd 2>&1 > "$PAGE" || return 0
	mandoc -T lint -W warning "$PAGE" 2>&1 | grep -v 'skipping paragraph macro' || true
}

if needs scdoc "documents: the manual renders" && needs mandoc "documents: the manual renders"; then
	render | verdict "documents: the manual renders without warnings"
fi
needs python3 "documents: help, manual and README agree" || exit 0
python3 tests/lint/documents.py "$BUILD/xdpctl"
