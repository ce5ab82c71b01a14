#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The shell scripts parse, and shellcheck has no warning. Its notes are left
# out: most ask for quotes around what is meant to be several words.
set -eu -o pipefail
. tests/lint/lib.sh

parse()
{
	local script

	scripts | while read -r script; do
		bash -n "$script" 2>&1 || true
	done
}

parse | verdict "shell: every script parses"
needs shellcheck "shell: shellcheck" || exit 0
scripts | xargs shellcheck --shell=bash --severity=warning --external-sources --format=gcc |
	verdict "shell: shellcheck"
