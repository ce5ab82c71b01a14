#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Gets Debian's newest cloud kernel of a line (6.1, 6.12) into build/vm/LINE/:
# vmlinuz, config, release, modules/*.ko and modules/order (load order).
#
# usage: fetch.sh [--update] LINE...
#
# What is there already is kept; --update looks for a newer one. Packages come
# through apt, which verifies them: first by the host's own sources, else by a
# private apt configuration in build/vm/apt. The host's /etc/apt and its package
# lists are never changed. Exit 1, with one line that says why, if a line cannot
# be had.
set -eu -o pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
vm=$top/build/vm
wanted_modules=(virtio_pci virtio_net virtio_blk veth)
work=
# shellcheck source=tests/apt.sh
. "$top/tests/apt.sh"

fail() { echo "fetch.sh: $*" >&2; exit 1; }

# Writes the private apt configuration; hooks of the host do not run with it.
private_apt() {
	local key=/usr/share/keyrings/debian-archive-keyring.gpg main security
	[ -r $key ] || return 1
	main=$(host_uri debian http://deb.debian.org/debian)
	security=$(host_uri debian-security http://deb.debian.org/debian-security)
	mkdir -p "$vm"/apt/lists/partial "$vm"/apt/cache/archives/partial
	cat > "$vm/apt/sources.list" <<-END
		deb [signed-by=$key] $main bookworm main
		deb [signed-by=$key] $security bookworm-security main
		deb [signed-by=$key] $main bookworm-backports main
	END
	cat > "$vm/apt/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
		Dir::Etc::SourceList "$vm/apt/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$vm/apt/lists";
		Dir::Cache "$vm/apt/cache";
		Acquire::Languages "none";
		Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
		Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
	END
	apt-get -q -c "$vm/apt/apt.conf" -o APT::Sandbox::User=root \
		-o APT::Update::Error-Mode=any update >"$vm/apt/log" 2>&1
}

# Name of the newest kernel package of line $1; $2... = apt options.
newest() {
	local line=${1//./\\.}
	shift
	apt-cache "$@" pkgnames linux-image- 2>/dev/null |
		grep -E "^linux-image-$line\.[0-9A-Za-z.+~-]+-cloud-amd64\$" | sort -V | tail -n 1
}

# Downloads the newest package of line $1 into the current directory.
download() {
	local line=$1 name
	shift
	name=$(newest "$line" "$@") && [ -n "$name" ] || return 1
	if [ "$name" = "$(cat "$vm/$line/package" 2>/dev/null)" ]; then
		return 0 # nothing newer
	fi
	apt-get -q "$@" -o APT::Sandbox::User=root -o APT::Get::AllowUnauthenticated=false \
		download "$name" >&2 || return 1
	echo "$name" > package
}

# Prints what module $2 of tree $1 needs before it, then the module itself.
# Modules that are built in are not there and need nothing.
load_order() {
	local path dep
	path=$(find "$1" -name "$2.ko" -o -name "${2//_/-}.ko" | head -n 1)
	[ -n "$path" ] || return 0
	for dep in $(tr '\0' '\n' < "$path" | sed -n 's/^depends=//p' | tr ',' ' '); do
		load_order "$1" "$dep"
	done
	echo "$path"
}

unpack() {
	local line=$1 release module
	dpkg-deb -x ./*.deb tree
	release=$(basename tree/boot/vmlinuz-*)
	release=${release#vmlinuz-}
	find tree -name '*.ko.xz' -exec xz -d {} +
	mkdir modules
	for module in "${wanted_modules[@]}"; do
		load_order "tree/lib/modules/$release" "$module"
	done | awk '!seen[$0]++' > list
	while read -r module; do
		cp "$module" modules/
		basename "$module"
	done < list > modules/order
	mv "tree/boot/vmlinuz-$release" vmlinuz
	mv "tree/boot/config-$release" config
	echo "${wanted_modules[*]}" > wanted
	echo "$release" > release
	rm -rf tree list ./*.deb
	cd "$vm"
	rm -rf "${vm:?}/$line"
	mv "$work" "$vm/$line"
}

# What is there has each module that is wanted by now.
complete() {
	[ -s "$vm/$1/release" ] && [ "$(cat "$vm/$1/wanted" 2>/dev/null)" = "${wanted_modules[*]}" ]
}

fetch() {
	local line=$1
	if ! complete "$line"; then
		rm -f "$vm/$line/package" # the same package again is news
	elif [ "$update" = no ]; then
		return 0
	fi
	mkdir -p "$vm"
	work=$(mktemp -d "$vm/.fetch.XXXXXX")
	chmod 755 "$work"
	cd "$work"
	if ! download "$line" 2>"$vm/fetch.log"; then
		private_apt || fail "no $line kernel: apt cannot reach Debian's package lists"
		download "$line" -c "$vm/apt/apt.conf" 2>>"$vm/fetch.log" ||
			fail "no $line kernel: apt finds or gets no linux-image-$line.*-cloud-amd64"
	fi
	[ ! -e package ] || unpack "$line"
	rm -rf "$work"
	echo "fetch.sh: $line is $(cat "$vm/$line/release")" >&2
}

update=no
if [ "${1:-}" = --update ]; then
	update=yes
	shift
fi
[ $# -gt 0 ] || { echo "usage: fetch.sh [--update] LINE..." >&2; exit 2; }
command -v apt-get >/dev/null || fail "no kernels: this system has no apt"
command -v xz >/dev/null || fail "no kernels: xz is missing (package xz-utils)"
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
for line in "$@"; do
	fetch "$line"
done
