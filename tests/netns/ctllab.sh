# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the tests use what is set here; lib.sh sets the rest
#
# A controller with three lists, for the tests of its sockets: mxwalldlab.sh, but for what is
# set and defined here. To be sourced behind lib.sh.
# shellcheck source=tests/netns/mxwalldlab.sh
. "$ROOT/tests/netns/mxwalldlab.sh"
MXWALLD_OPTIONS=() # the configuration is where commands look for it too
SOCKET=/run/mxwalld/control.sock
METRICS=/run/mxwalld/metrics.sock
KEYED=abcdefghij0123456789abcd.zen.dq.spamhaus.net
READY_WITH+=('\*\*\*.zen.dq.spamhaus.net')

# Three lists, one with a customer's key in its name, and a resolver.
lists()
{
	zone one $LISTED 198.51.100.8
	zone two $LISTED
	zone keyed $LISTED
	dns_unbound_conf 5302 $ONE $TWO $KEYED > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two $KEYED:ip4set:keyed
}

conf()
{
	mount -t tmpfs tmpfs /etc/mxwall 2> /dev/null || { mkdir -p /etc/mxwall && mount -t tmpfs tmpfs /etc/mxwall; }
	{
		settings "$ONE*5, $TWO=127.0.0.[2..11]*5, $KEYED=127.0.0.2*3"
		printf 'metrics = 127.0.0.1:9125\n[dnsbl]\nlist_queries_per_day = %s=1000000\n' $ONE
	} > /etc/mxwall/mxwall.conf
}

# No key in anything that was said.
masked()
{
	! grep -i 'abcdefghij0123456789' /run/mxwalld.log || die "a key is in the log"
	! grep -i 'abcdefghij0123456789' <<< "$OUT" || die "a key was printed"
}
