#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The one list of Debian packages this project needs.
#
#   tools/packages.sh GROUP...     filter | demo | test | bench; all include filter
#
# Installs what is missing and nothing else; with all present it changes nothing
# and needs neither root nor the network. It never installs or removes a server that
# the machine would then run: Postfix, unbound and rbldnsd, which the demo and the tests run
# from private folders, are downloaded and unpacked into build/postfix and so on.
set -eu -o pipefail
cd "$(dirname "$0")/.."

# To build the filter and to run it.
FILTER="bpftool clang gcc iproute2 libbpf-dev libc-ares-dev libc6-dev libcurl4-openssl-dev libelf-dev
	libinih-dev libjansson-dev libmicrohttpd-dev libsqlite3-dev libuv1-dev libxdp-dev linux-libc-dev make pkg-config
	scdoc zlib1g-dev"
# To send real mail through it, over IPv4 and IPv6, and read the answers.
DEMO="jq libio-socket-inet6-perl netbase procps swaks"
# To test it: C tests and lints; tools the netns tests call; virtual machines and booted hosts.
TEST="clang-format clang-tidy cppcheck libclang-rt-dev libcmocka-dev mandoc shellcheck
	bash-completion curl dnsperf ethtool faketime iputils-ping ipset libdpdk-dev libmail-spf-perl nftables openssl python3
	python3-spf sqlite3 strace tcpdump xdp-tools zsh
	busybox-static cpio mmdebstrap qemu-system-x86 systemd-container xz-utils zstd"
# To run the benchmarks: those it is compared with, the drawing of plots, DPDK. None
# of these puts a rule into force: nftables.service stays off, and bench/peers uses
# nft, ipset and iptables in network namespaces of its own.
BENCH="dpdk-dev ethtool gnuplot-nox ipset iptables jq libdpdk-dev nftables procps xdp-tools"

fail()
{
	echo "packages.sh: $*" >&2
	exit 1
}

# Prints those of its arguments that are not installed.
missing()
{
	local have

	have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
	       sed -n 's/^ii  *//p') || true
	printf '%s\n' "$@" | grep -vxF "$have" || true
}

# Every package that is a mail server, one per line.
mail_servers()
{
	apt-cache showpkg mail-transport-agent | sed '1,/^Reverse Provides/d; s/ .*//' | sort -u
}

# Refuses an installation that would remove something or bring a mail server.
judge()
{
	local plan servers

	plan=$(apt-get -s install --no-install-recommends "$@") ||
		fail "apt-get cannot install: $*"
	if grep '^Remv ' <<< "$plan" >&2; then
		fail "installing $* would remove the packages above; nothing was changed."
	fi
	servers=$(sed -n 's/^Inst \([^ ]*\) .*/\1/p' <<< "$plan" | grep -xF "$(mail_servers)") || true
	[ -z "$servers" ] || fail "installing $* would bring the mail server $servers; nothing was changed."
}

# Installs those of its arguments that are missing.
install()
{
	local want

	[ $# -gt 0 ] || return 0
	mapfile -t want < <(missing "$@")
	[ ${#want[@]} -gt 0 ] || return 0
	command -v apt-get > /dev/null ||
		fail "this is not a Debian system; install the counterparts of: ${want[*]}"
	[ "$(id -u)" = 0 ] ||
		fail "run as root, or install first: apt-get install --no-install-recommends ${want[*]}"
	echo "packages.sh: installing ${want[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get -qq update || echo "packages.sh: apt-get update failed; going on with the lists at hand" >&2
	judge "${want[@]}"
	apt-get -qq -y --no-install-recommends --no-remove -o Dpkg::Use-Pty=0 \
		install "${want[@]}" > build/packages.log 2>&1 ||
		{ tail -n 20 build/packages.log >&2; fail "apt-get install failed: ${want[*]}"; }
}

# Downloads package $1 into the folder $2 without installing it.
download()
{
	(cd "$2" && apt-get -qq -o APT::Sandbox::User=root download "$1") 2> /dev/null
}

# Unpacks package $1 into build/$1. Its libraries are ordinary packages; which, it keeps there,
# because the next machine that uses this tree may lack them.
unpack()
{
	local into=build/$1 deb libs

	if [ -e "$into/.complete" ]; then
		# shellcheck disable=SC2046 # a list of words
		install $(cat "$into/.complete")
		return
	fi
	echo "packages.sh: unpacking $1 into $into"
	rm -rf "$into"
	mkdir -p "$into/deb"
	download "$1" "$into/deb" || { apt-get -qq update && download "$1" "$into/deb"; } ||
		fail "cannot download the package $1, which the demo or the tests run."
	deb=$(echo "$into/deb/$1"_*.deb)
	libs=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed -n 's/^ *\(lib[^ ]*\).*/\1/p')
	# shellcheck disable=SC2086 # a list of words
	install $libs
	dpkg-deb -x "$deb" "$into"
	echo "$libs" > "$into/.complete"
}

[ $# -gt 0 ] || fail "usage: tools/packages.sh filter|demo|test|bench..."
mkdir -p build
list=$FILTER
for group in "$@"; do
	case $group in
	filter) ;;
	demo) list="$list $DEMO" ;;
	test) list="$list $DEMO $TEST" ;;
	bench) list="$list $BENCH" ;;
	*) fail "no such group: '$group'; there are filter, demo, test and bench." ;;
	esac
done
# shellcheck disable=SC2086 # a list of words
install $list
case " $* " in *" demo "* | *" test "*) unpack postfix ;; esac
case " $* " in *" test "*) unpack rbldnsd; unpack unbound ;; esac
