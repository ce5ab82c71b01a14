# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Debian roots as containers of systemd-nspawn, with all that BPF needs. To be sourced from the
# top of the tree.

# It boots, with the control groups of today also on a machine that has the older ones, and may
# write to /sys and /proc/sys of its own namespaces.
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
NSPAWN=(systemd-nspawn --quiet --register=no --keep-unit --capability=all
	--system-call-filter='bpf perf_event_open keyctl add_key' --suppress-sync=yes
	--setenv=LC_ALL=C.UTF-8)

# own_cgroup NAME: moves this shell into one. Without, two containers would take each other's
# processes for theirs.
own_cgroup()
{
	local top

	for top in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ -e $top/cgroup.procs ] || continue
		mkdir -p "$top/$1"
		echo $BASHPID > "$top/$1/cgroup.procs"
	done
}

# Removes it; nothing runs in it any more.
remove_cgroup()
{
	local top

	for top in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ ! -d "$top/$1" ] || find "$top/$1" -depth -type d -exec rmdir {} + 2> /dev/null || true
	done
}

# Copies the tree as it is now to build/roots/RELEASE.tree. What was built there stays; what has
# changed since is newer than that, whatever its time says here.
sync_tree()
{
	local tree=build/roots/$1.tree sums=build/roots/$1.sums

	mkdir -p "$tree"
	touch "$sums"
	find "$tree" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
	tar -c --exclude=./build --exclude=./.git . | tar -x -C "$tree"
	find . \( -path ./build -o -path ./.git \) -prune -o -type f -print0 | xargs -0 sha256sum |
		sort > "$sums.new"
	comm -13 "$sums" "$sums.new" | cut -c67- | (cd "$tree" && xargs -r -d '\n' touch)
	mv "$sums.new" "$sums"
}

# nspawn_run ROOT TREE [OPTION]... COMMAND...: without booting; the tree is /root/mxwall.
nspawn_run()
{
	local root=$1 tree=$2

	shift 2
	"${NSPAWN[@]}" --machine="mxw-root-$$" --directory="$root" --bind="$tree:/root/mxwall" \
		--chdir=/root/mxwall --pipe "$@" < /dev/null
}
