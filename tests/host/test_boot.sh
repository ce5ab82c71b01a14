# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# That the laboratory is a host: what is on its disk and what it forgets.

test_a_reboot_takes_the_filter_off_and_keeps_the_entries()
{
	# Units of the release's own may fail in a container: those are not what is tested here.
	[[ $(host systemctl is-system-running) =~ ^(running|degraded)$ ]] || die "the host is not up"
	install_mxwall
	host xdpctl attach eth0 --mode enforce
	host xdpctl block "$BAD"
	host xdpctl explain "$BAD" | grep -q drop || die "explain: $(host xdpctl explain "$BAD")"
	reboot_host
	expect 3 "$(host xdpctl status > /dev/null 2>&1; echo $?)" "status behind a reboot"
	host xdpctl attach eth0 --mode enforce
	host xdpctl explain "$BAD" | grep -q drop || die "explain: $(host xdpctl explain "$BAD")"
}
