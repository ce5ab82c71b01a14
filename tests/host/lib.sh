# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the host tests share; sourced in the namespaces of one test.
#
#   the world   this side: 192.0.2.1, 2001:db8:25::1 on the cable; and behind it, as the
#               host's gateway, 198.51.100.0/24, 203.0.113.0/24, 198.18.0.0/15, 2001:db8:bad::/48
#   the host    Debian as it boots, with the tree in /root/mxwall and an interface
#               eth0: 192.0.2.25, 2001:db8:25::25
#
# Set before: RELEASE (bookworm or trixie) and MACHINE, a name that no other run has.
# shellcheck disable=SC2034 # the tests use them
. tests/each.sh
. tests/host/nspawn.sh
ROOT=build/roots/$RELEASE
TREE=$ROOT.tree
MX4=192.0.2.25
MX6=2001:db8:25::25
BAD=198.51.100.7
GOOD=203.0.113.9

# Boots the host from an untouched root, with nothing of an earlier test but what was built.
setup()
{
	mkdir -p "/tmp/$MACHINE"
	mount -t tmpfs tmpfs "/tmp/$MACHINE"
	mkdir "/tmp/$MACHINE"/{bpf,changes,work,root}
	mount -t overlay overlay "/tmp/$MACHINE/root" \
		-o "lowerdir=$ROOT,upperdir=/tmp/$MACHINE/changes,workdir=/tmp/$MACHINE/work"
	echo mx > "/tmp/$MACHINE/root/etc/hostname"
	printf '127.0.0.1 localhost\n127.0.1.1 mx\n' > "/tmp/$MACHINE/root/etc/hosts"
	boot
}

# A new BPF file system each time, as systemd mounts it outside of containers: no pin is left.
boot()
{
	! mountpoint -q "/tmp/$MACHINE/bpf" || umount "/tmp/$MACHINE/bpf"
	mount -t bpf bpf "/tmp/$MACHINE/bpf"
	(own_cgroup "$MACHINE"
	 exec "${NSPAWN[@]}" --machine="$MACHINE" --hostname=mx --directory="/tmp/$MACHINE/root" \
		--bind="$PWD/$TREE:/root/mxwall" --bind="/tmp/$MACHINE/bpf:/sys/fs/bpf" \
		--boot --resolv-conf=off \
		--private-network --network-veth-extra=world:eth0 \
		--console=read-only < /dev/null >> "/tmp/$MACHINE/console" 2>&1) &
	NSPAWN_PID=$!
	booted
	connect
}

# The world's end of the cable and the host's.
connect()
{
	local range

	ip link set lo up
	ip link set world up
	ip address replace 192.0.2.1/24 dev world
	ip address replace 2001:db8:25::1/64 dev world nodad
	for range in 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15 2001:db8:bad::/48; do
		ip route replace local $range dev lo
	done
	host ip link set lo up
	host ip link set eth0 up
	host ip address replace $MX4/24 dev eth0
	host ip address replace $MX6/64 dev eth0 nodad
	host ip route replace default via 192.0.2.1
	host ip route replace default via 2001:db8:25::1
}

# Waits until systemd has started all.
booted()
{
	local i

	for i in {1..300}; do
		LEADER=$(pgrep -P "$NSPAWN_PID" | head -n 1) || true
		[ -z "$LEADER" ] || ! host test -S /run/dbus/system_bus_socket 2> /dev/null || break
		kill -0 "$NSPAWN_PID" 2> /dev/null || { cat "/tmp/$MACHINE/console"; die "the host does not boot"; }
		sleep 0.2
	done
	host timeout 60 systemctl is-system-running --wait > /dev/null || true
}

# host COMMAND...: runs it there as root.
host()
{
	nsenter -t "$LEADER" -a -r -w env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root TERM=dumb LC_ALL=C.UTF-8 SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 "$@"
}

# Boots it again, with what it had on its disk.
reboot_host()
{
	host systemctl reboot
	wait "$NSPAWN_PID" || true
	boot
}

# Puts mxwall on the host as README does.
install_mxwall()
{
	host make -s -C /root/mxwall install > "/tmp/$MACHINE/install.log" || die "make install fails"
	host systemctl daemon-reload
}

# expect WANT GOT WHAT
expect()
{
	[ "$1" = "$2" ] || die "$3: '$2' instead of '$1'"
}

# eventually COMMAND...: within 30 s.
eventually()
{
	local i

	for i in {1..150}; do
		! "$@" > /dev/null 2>&1 || return 0
		sleep 0.2
	done
	die "not within 30 s: $*"
}
