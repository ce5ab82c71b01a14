#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes the root of a fresh Debian, with git, make and sudo, that boots systemd:
#
#   tests/host/root.sh RELEASE        bookworm (Debian 12) or trixie (Debian 13)
#
# It is left in build/roots/RELEASE, with what tools/packages.sh installs for the demo and what
# the C tests need, and is made again only when one of the lists changes. Packages come through
# apt, which verifies them, by this machine's own mirror and proxies. Exit 1, with one line
# that says why, if the root cannot be made.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
. tests/apt.sh
. tests/host/nspawn.sh
RELEASE=$1
ROOTS=$PWD/build/roots
ROOT=$ROOTS/$RELEASE
LOG=$ROOTS/$RELEASE.log
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
BASE=systemd,systemd-sysv,dbus,git,make,sudo,ca-certificates
# For the C tests, and to look from inside.
EXTRA="libcmocka-dev python3"

fail()
{
	echo "root.sh: $*"
	exit 1
}

# What the root is made from.
stamp()
{
	echo "$BASE $EXTRA"
	sed -n '/^FILTER="/,/^TEST="/p' tools/packages.sh
}

make_root()
{
	local options=()

	mapfile -t options < <(host_fetching | sed 's/^/--aptopt=/')
	mmdebstrap --mode=root --variant=minbase --format=directory --include="$BASE" \
		--dpkgopt=force-unsafe-io --aptopt='Acquire::Languages "none"' "${options[@]}" \
		"$RELEASE" "$ROOT.new" \
		"deb [signed-by=$KEYRING] $(host_uri debian http://deb.debian.org/debian) $RELEASE main"
	sync_tree "$RELEASE"
	nspawn_run "$ROOT.new" "$ROOT.tree" --resolv-conf=copy-host bash -eu -c "
		tools/packages.sh demo
		apt-get -qq -y --no-install-recommends install $EXTRA
		apt-get clean"
	stamp > "$ROOT.new/.complete"
}

case $RELEASE in
bookworm | trixie) ;;
*) fail "no such release: '$RELEASE'; there are bookworm and trixie." ;;
esac
# The tree beside it has the mail server that was downloaded with it.
[ "$(stamp)" != "$(cat "$ROOT/.complete" 2> /dev/null)" ] || [ ! -e "$ROOT.tree/build/postfix/.complete" ] ||
	exit 0
[ -r $KEYRING ] || fail "$KEYRING is missing (package debian-archive-keyring)"
mkdir -p "$ROOTS"
rm -rf "$ROOT.new"
(set -e; make_root) > "$LOG" 2>&1 ||
	fail "no root of $RELEASE: $(grep -E '^(E:|packages.sh:)' "$LOG" | tail -n 1), see $LOG"
rm -rf "$ROOT"
mv "$ROOT.new" "$ROOT"
