#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the lints: tests/lint/run.sh [LINT]...   all without. Needs no root, but
# the built tree (make). Each prints "ok - NAME", "not ok - NAME" with what it
# found as lines that begin with "#", or "skip - NAME # reason".
set -eu -o pipefail
cd "$(dirname "$0")/../.."
LINTS=(tidy compile cppcheck format includes size tree documents words completion shell)

[ $# -gt 0 ] || set -- "${LINTS[@]}"
LINT_OUT=$(mktemp -d) # of this run: two may go on at once
export LINT_OUT
trap 'rm -rf "$LINT_OUT"' EXIT
# shellcheck disable=SC2016 # expanded there
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -c '
	code=0
	"tests/lint/$1.sh" > "$2/$1" 2>&1 || code=$?
	[ $code = 0 ] && [ -s "$2/$1" ] || grep -q "^not ok" "$2/$1" ||
		echo "not ok - $1 ended with exit $code" >> "$2/$1"' _ {} "$LINT_OUT"
for lint; do
	cat "$LINT_OUT/$lint"
done
! grep -qs '^not ok' "${@/#/$LINT_OUT/}"
