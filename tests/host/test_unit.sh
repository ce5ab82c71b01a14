# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh sets them
#
# The service of the controller under systemd, from the first start to a re-installation.

status()
{
	host systemctl show --property "$1" --value mxwalld
}

# What the main process may, by user and effective capabilities.
rights()
{
	host awk '/^Uid/ { u = $2 } /^CapEff/ { print u, $2 }' "/proc/$(status MainPID)/status"
}

# Whatever the exit code of status: no list of these tests is ever online.
answers()
{
	[[ $(host xdpctl status) == *"controller: runs"* ]]
}

running()
{
	[ "$(status SubState)" = running ] && answers
}

# Also that a failed start or a reload left the socket's folder to its user.
serves()
{
	eventually running
	expect "mxwall mxwall 2755" "$(host stat -c '%U %G %a' /run/mxwalld)" "the folder of the sockets"
	expect "$(host id -u mxwall) 0000000000000000" "$(rights)" "the rights of the controller"
}

configuration()
{
	host mkdir -p /etc/mxwall
	printf '[dnsbl]\nsites = bl.one.example*5, bl.two.example*5\n%s\n' "$*" |
		host dd of=/etc/mxwall/mxwall.conf status=none
}

installed()
{
	install_mxwall
	host useradd --system --no-create-home --shell /usr/sbin/nologin mxwall
	configuration
}

waits_for_attach()
{
	[ "$(status SubState)" = running ] && [ "$(status StatusText)" = "waiting for xdpctl attach" ]
}

# fails WHAT COMMAND...
fails()
{
	local what=$1

	shift
	! "$@" || die "$what did not fail"
}

test_service_from_start_to_detach()
{
	local before

	installed
	host systemctl enable --now mxwalld
	eventually waits_for_attach
	host xdpctl attach eth0
	serves
	before=$(status MainPID)
	host systemctl reload mxwalld
	serves
	configuration "nonsense = 1"
	fails "a reload with a mistake" host systemctl reload mxwalld
	serves
	configuration
	expect "$before" "$(status MainPID)" "the main process"
	host kill -KILL "$before"
	eventually test "$before" != "$(status MainPID)"
	serves
	host xdpctl detach --all
	eventually waits_for_attach
	expect success "$(status Result)" "the result of a detach"
	! host journalctl -u mxwalld -o cat | tail -n 5 | grep -i fail || die "a detach is logged as a failure"
	host xdpctl attach eth0
	serves
	host systemctl stop mxwalld
	expect "inactive success" "$(status ActiveState) $(status Result)" "stopped"
	fails "status without a controller" answers
	reboot_host
	eventually waits_for_attach
	host xdpctl attach eth0
	serves
}

test_service_with_a_mistake_does_not_try_again()
{
	installed
	host xdpctl attach eth0
	configuration "nonsense = 1"
	fails "a start with a mistake" host systemctl start mxwalld
	sleep 5
	expect "failed 0" "$(status ActiveState) $(status NRestarts)" "the service"
	host journalctl -u mxwalld -o cat | grep 'nonsense' || die "the log does not name the mistake"
	configuration
	host systemctl start mxwalld
	serves
}

# As a package does it: new files under a running service, then a restart.
test_service_is_installed_again()
{
	installed
	host xdpctl attach eth0 --mode enforce
	host xdpctl block $BAD
	host systemctl start mxwalld
	serves
	install_mxwall
	host systemctl restart mxwalld
	serves
	host xdpctl explain $BAD | grep -q drop_block || die "explain: $(host xdpctl explain $BAD)"
}

# The host's addresses change while the service runs, with the rights that it has.
test_service_keeps_the_never_block_set_up_to_date()
{
	installed
	host xdpctl attach eth0 --mode enforce
	host xdpctl block $BAD
	host systemctl start mxwalld
	serves
	host ip address add $BAD/32 dev lo
	eventually host sh -c "xdpctl explain $BAD | grep -q pass_never"
}
