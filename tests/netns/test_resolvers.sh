# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and mxwalldlab.sh set them
#
# The resolvers through which lists are asked when the settings name none: resolv.conf, as it is now.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"

# An /etc of the test's own.
own_etc()
{
	mkdir -p /run/own/{changes,work}
	mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/own/changes,workdir=/run/own/work /etc
	rm -f /etc/resolv.conf
}

# The resolver at port 53 of 127.0.0.1 and of ADDRESS too: resolver [ADDRESS] [LINE]...
resolver()
{
	local address=${1:-127.0.0.2}

	shift || true
	zone one $LISTED
	zone two $LISTED
	mkdir -p /run/dns
	dns_unbound_conf 5302 $ONE $TWO |
		sed "s/^  interface: .*/&\n  interface: 127.0.0.1@53\n  interface: $address@53\n  access-control: ::\/0 allow/" > /run/dns/unbound.conf
	[ $# = 0 ] || sed -i "s|^server:|&\n  $1|" /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
}

without_resolvers()
{
	attach
	conf
	sed -i '/^resolvers/d' /run/etc/mxwall.conf
}

test_resolv_conf_that_comes_later()
{
	own_etc
	echo "nameserver 127.0.0.9" > /etc/resolv.conf
	resolver
	without_resolvers
	start
	logged "event=list list=$ONE state=silent" 20
	mkdir /run/later
	echo "nameserver 127.0.0.1" > /run/later/resolv.conf
	ln -sf /run/later/resolv.conf /etc/resolv.conf
	logged "asked through 127.0.0.1 now"
	logged "event=list list=$ONE state=online" 30
	printf 'nameserver 127.0.0.1\nnameserver 9.9.9.9\n' > /run/later/resolv.conf
	logged "asked through 127.0.0.1, 9.9.9.9 now"
	logged "names 9.9.9.9, a public resolver"
}

test_a_reload_changes_the_resolvers()
{
	own_etc
	resolver
	attach
	conf
	sed -i 's/^resolvers.*/resolvers = 127.0.0.9/' /run/etc/mxwall.conf
	start
	logged "event=list list=$ONE state=silent" 20
	sed -i 's/^resolvers.*/resolvers = 127.0.0.1/' /run/etc/mxwall.conf
	kill -HUP "$(pgrep -x mxwalld)"
	logged "asked through 127.0.0.1 now"
	logged "mxwall.conf is in force\""
	logged "event=list list=$ONE state=online" 30
	sed -i 's/^user.*/user = daemon/' /run/etc/mxwall.conf
	kill -HUP "$(pgrep -x mxwalld)"
	logged "is in force, except for what needs a restart: 1 setting"
}

test_a_link_local_resolver()
{
	local address

	address=$(ip -n mx -6 -o addr show dev eth0 scope link | sed 's/.*inet6 \([^/]*\).*/\1/')
	own_etc
	echo "nameserver $address%eth0" > /etc/resolv.conf
	resolver "$address%eth0"
	without_resolvers
	start
	logged "event=list list=$ONE state=online" 30
}

# What systemd-resolved asks behind its stub.
test_a_public_resolver_behind_the_stub()
{
	own_etc
	echo "nameserver 127.0.0.53" > /etc/resolv.conf
	mkdir -p /run/systemd/resolve
	echo "nameserver 8.8.8.8" > /run/systemd/resolve/resolv.conf
	resolver
	without_resolvers
	start
	logged "event=config warning=.*8.8.8.8, a public resolver"
}

# The resolver takes all addresses of 127.0.0.0/8 out of the answers.
test_protection_against_rebinding()
{
	own_etc
	resolver 127.0.0.2 "private-address: 127.0.0.0/8"
	attach
	conf
	start
	logged "list=$ONE state=.*rebinding"
}
