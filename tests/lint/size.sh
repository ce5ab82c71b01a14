#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu -o pipefail
. tests/lint/lib.sh
needs python3 "size: functions and files" || exit 0
exec python3 tests/lint/size.py
