#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the host tests: tests/host/run.sh [PATTERN]...
#
# On each supported release of Debian (RELEASES, default bookworm and trixie) every function
# test_* of tests/host/test_*.sh gets a freshly booted host with systemd, from a root that is
# made from packages once and kept in build/roots. PATTERN picks tests by name.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
DIR=tests/host
LOGS=build/test-logs/host
LIMIT=${LIMIT:-1200}
# The release of this machine, on which the groups unit and bpf run already.
OWN=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
RELEASES=${RELEASES:-bookworm trixie}

. tests/each.sh

# Inside the namespaces: runs one function of one file.
inside()
{
	local code=0

	export RELEASE=$3 MACHINE=$4
	mount --make-rprivate /
	run_function "$1" "$2" || code=$?
	exit $code
}

# One test, on a host of its own. Whatever ends this script ends the host.
one()
{
	local machine=mxw-$$-$RANDOM

	judged "$2 ($3)" "$LOGS/$2-$3.log" setpriv --pdeathsig TERM timeout -k 5 "$LIMIT" \
		setpriv --pdeathsig KILL unshare -m -n -p --fork --kill-child --mount-proc \
		"$0" --inside "$@" "$machine"
	tidy_up "$machine"
}

# What the namespaces of a test do not take with them.
tidy_up()
{
	. tests/host/nspawn.sh
	remove_cgroup "$1"
	rmdir "/tmp/$1" 2> /dev/null || true
}

# The same at the end of this script, whatever ended it.
tidy_up_all()
{
	local left

	rm -f "$results"
	for left in "/tmp/mxw-$$-"*; do
		[ ! -d "$left" ] || tidy_up "${left##*/}"
	done
}

# Why no host can be booted here, if so.
obstacle()
{
	local tool

	[ "$(id -u)" = 0 ] || { echo "needs root"; return; }
	for tool in mmdebstrap systemd-nspawn openssl python3 setpriv unshare nsenter; do
		command -v $tool > /dev/null || { echo "$tool is not installed"; return; }
	done
}

# The root of the release, and in it a tree with what the tests of this release want built.
prepare()
{
	local targets=all

	[ "$1" = "$OWN" ] || targets=groups
	(
		. tests/host/nspawn.sh
		sync_tree "$1"
		nspawn_run "build/roots/$1" "build/roots/$1.tree" make -s -j2 $targets
	) > "$LOGS/build-$1.log" 2>&1
}

release()
{
	local why left_out=/test_groups.sh

	[ "$1" = "$OWN" ] || left_out=nothing
	why=$($DIR/root.sh "$1") || { echo "skip - all tests on $1 # $why"; return; }
	if ! prepare "$1"; then
		echo "not ok - it builds ($1)"
		tail -n 25 "$LOGS/build-$1.log" | sed 's/^/#   /'
		return
	fi
	echo "ok - it builds ($1)"
	while read -r file name; do
		one "$file" "$name" "$1" < /dev/null
	done < <(functions | grep -vF "$left_out " | grep -E -- "$pattern")
}

case ${1:-} in
--inside) shift; inside "$@" ;;
esac
why=$(obstacle)
[ -z "$why" ] || { echo "skip - host # $why"; exit 0; }
mkdir -p $LOGS
: > $LOGS/times
pattern=$(IFS='|'; echo "${*:-.}")
results=$(mktemp)
trap tidy_up_all EXIT
for release in $RELEASES; do
	release "$release"
done | tee "$results"
slowest
! grep -q '^not ok' "$results"
