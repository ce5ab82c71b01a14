#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What people read in the tree: names that exist, cases that have a key, plain words. See words.py.
set -eu -o pipefail
. tests/lint/lib.sh

python3 tests/lint/words.py
