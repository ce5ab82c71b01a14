# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The commands of README.md and of the first steps on the pages about feeds and DNS lists, taken from
# there, in the order in which a person who reads them gives them: the ways out at the end. None may fail.

README_SECTIONS=("mxwall" "Quick start by hand" "Safety")

# What a person does before a command, because README says so or because it is his own: his
# list, his DNS lists, and for this laboratory the rest of the world.
before()
{
	case $1 in
	"xdpctl feed add spamhaus-drop") publisher ;;
	"xdpctl feed add ours "*)
		host mkdir -p /etc/mxwall
		host sh -c 'printf "# ours\n11.1.2.3\n11.7.0.0/16\n" > /etc/mxwall/blocked.txt'
		;;
	"xdpctl config check")
		host sed -i '/^\[dnsbl\]/a sites = bl.one.example*8 bl.two.example*8' /etc/mxwall/mxwall.conf
		;;
	esac
}

# A resolver on the host. It is two DNS lists at the same time, and knows where the publisher is.
resolver()
{
	printf 'www.spamhaus.org a=11.0.0.80\n' | host tee /root/modes > /dev/null
	echo "nameserver 127.0.0.1" | host tee /etc/resolv.conf > /dev/null
	host systemd-run -q --unit=resolver python3 /root/mxwall/tests/netns/liar.py 53 /root/modes
}

# The publisher of the ready-made feed, as the host's certificates vouch for it.
publisher()
{
	local here=/tmp/$MACHINE

	ip route replace local 11.0.0.0/8 dev lo
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=www.spamhaus.org \
		-addext subjectAltName=DNS:www.spamhaus.org -keyout "$here/key" -out "$here/certificate" 2> /dev/null
	cat "$here/key" "$here/certificate" > "$here/both"
	host tee /usr/local/share/ca-certificates/lab.crt < "$here/certificate" > /dev/null
	host update-ca-certificates > /dev/null 2>&1
	printf '{"cidr":"11.%d.0.0/16","sblid":"SBL%d","rir":"arin"}\n' 20 1 21 2 > "$here/drop"
	printf '{"type":"metadata","timestamp":%s,"size":1,"records":2,"copyright":"lab","terms":"none"}\n' \
		"$(date +%s)" >> "$here/drop"
	tests/host/publisher.py 11.0.0.80 "$here/both" "$here/drop" > "$here/publisher.log" 2>&1 &
	eventually bash -c 'echo > /dev/tcp/11.0.0.80/443'
}

# One command, as typed: those that go on until ^C get it after some seconds.
give()
{
	local code=0

	echo "# $1"
	case $1 in
	"xdpctl watch" | "sudo make run IFACE=eth0")
		host timeout -s INT -k 20 8 bash -c "cd /root/mxwall && $1" || code=$?
		[ $code = 124 ] || die "'$1' ends by itself, exit $code"
		;;
	*)
		host bash -c "cd /root/mxwall && $1" || code=$?
		[ $code = 0 ] || die "'$1' ends with exit $code"
		;;
	esac
}

# All commands of a section, but for those that were given before: a feed is added once.
follow()
{
	local command

	while IFS= read -r command <&3; do
		[[ $GIVEN != *"|$command|"* ]] || continue
		GIVEN+="|$command|"
		before "$command"
		give "$command"
	done 3< <(tests/host/readme.py "$1" | awk -F '\t' -v section="$2" '$1 == section { print $2 }')
}

test_readme_from_the_first_command_to_the_last()
{
	local commands words

	GIVEN=
	commands=$(tests/host/readme.py README.md) || die "README.md: see above"
	expect "" "$(cut -f1 <<< "$commands" | sort -u | grep -vxF "$(printf '%s\n' "${README_SECTIONS[@]}")")" \
		"sections with commands that this test does not know"
	resolver
	follow README.md "mxwall"
	follow README.md "Quick start by hand"
	follow docs/feeds.md "First steps"
	follow docs/dns-lists.md "Setting it up"
	for words in "feed refresh" "list auto" "mode enforce"; do
		[[ $GIVEN == *"|xdpctl $words|"* ]] || die "'xdpctl $words' was not found in the documents"
	done
	follow README.md "Safety"
	expect 3 "$(host xdpctl status > /dev/null 2>&1; echo $?)" "status at the end"
}
