# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the tests of feeds share; sourced by them. The lab's own addresses are reserved ones, which
# no list may have, so listed sources are of 11.0.0.0/8 and 2a00:bad::/32.
# shellcheck disable=SC2034 # the tests use them

LISTED=11.1.2.3
OTHER=11.9.9.9
LISTED6=2a00:bad:1::5
OTHER6=2a00:bad:2::5

# A filter that enforces, and senders in the ranges above.
begin()
{
	ip -n sender route add local 11.0.0.0/8 dev lo
	ip -n sender route add local 2a00:bad::/32 dev lo
	attach --mode enforce
	cd /run || exit 1
}

# many FIRST COUNT: that many addresses that do not touch
many()
{
	awk -v a="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++)
		printf "%d.%d.%d.%d\n", a, i / 32768 % 256, i / 128 % 256, i * 2 % 256 }'
}

# What feed list says of a feed: feed NAME FILTER
feed()
{
	x feed list -j | jq -r --arg name "$1" ".feeds[] | select(.feed == \$name) | $2"
}
