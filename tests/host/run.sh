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
RELEASES=${RELEASES:-bookworm trixie}

# Inside the namespaces: runs one function of one file.
inside()
{
	local file=$1 name=$2 code

	export RELEASE=$3 MACHINE=$4
	mount --make-rprivate /
	# shellcheck source=/dev/null
	. $DIR/lib.sh
	# shellcheck source=/dev/null
	. "$file"
	# Not behind "||", where bash would ignore the -e.
	set +e
	(set -e; setup; "$name")
	code=$?
	set -e
	exit $code
}

# One test: prints "ok", "not ok" with its log, or "skip".
one()
{
	local file=$1 name=$2 release=$3 code=0 machine=mxw-$$-$RANDOM title="$2 ($3)" start=$SECONDS
	local log="$LOGS/$name-$release.log"

	# Whatever ends this script ends the host.
	setpriv --pdeathsig TERM timeout -k 5 "$LIMIT" setpriv --pdeathsig KILL unshare -m -n -p --fork --kill-child --mount-proc \
		"$0" --inside "$file" "$name" "$release" "$machine" > "$log" 2>&1 || code=$?
	tidy_up "$machine"
	case $code in
	0) echo "ok - $title" ;;
	77) echo "skip - $title # $(sed -n 's/^SKIP: //p' "$log" | tail -n 1)" ;;
	124 | 137) echo "not ok - $title # no end after $LIMIT s, exit $code" ;;
	*) echo "not ok - $title # exit $code" ;;
	esac
	[ $code -eq 0 ] || [ $code -eq 77 ] || tail -n 25 "$log" | sed 's/^/#   /'
	[ -z "${TIMES:-}" ] || echo "# $((SECONDS - start)) s $title"
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

	[ "$1" = "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" ] || targets=tests
	(
		. tests/host/nspawn.sh
		sync_tree "$1"
		nspawn_run "build/roots/$1" "build/roots/$1.tree" make -s -j2 $targets
	) > "$LOGS/build-$1.log" 2>&1
}

# Every test as "FILE NAME".
list()
{
	local file name

	for file in "$DIR"/test_*.sh; do
		sed -n 's/^\(test_[A-Za-z0-9_]*\)().*/\1/p' "$file" | while read -r name; do
			echo "$file $name"
		done
	done
}

release()
{
	local why

	why=$($DIR/root.sh "$1") || { echo "skip - all tests on $1 # $why"; return; }
	if ! prepare "$1"; then
		echo "not ok - it builds ($1)"
		tail -n 25 "$LOGS/build-$1.log" | sed 's/^/#   /'
		return
	fi
	echo "ok - it builds ($1)"
	while read -r file name; do
		one "$file" "$name" "$1" < /dev/null
	done < <(list | grep -E -- "$pattern")
}

case ${1:-} in
--inside) shift; inside "$@" ;;
esac
why=$(obstacle)
[ -z "$why" ] || { echo "skip - host # $why"; exit 0; }
mkdir -p $LOGS
pattern=$(IFS='|'; echo "${*:-.}")
results=$(mktemp)
trap tidy_up_all EXIT
for release in $RELEASES; do
	release "$release"
done | tee "$results"
! grep -q '^not ok' "$results"
