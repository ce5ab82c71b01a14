#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The filter at work: an MX host with a real Postfix, three senders behind a
# router, blocks set by hand, and one real mail from every address. Prints what
# each client saw, what Postfix logged and what xdpctl says of it; exits 1 if
# any of the three is not what the commands shown above the table promise.
# Run by `make run`; everything lives in namespaces of its own.
set -eu -o pipefail
cd "$(dirname "$0")/.."
. tools/netlab.sh
[ "${1:-}" = --inside ] || lab_enter "$0" --inside

PATH=$PWD/build:/usr/sbin:/sbin:$PATH
MX4=10.25.0.25
MX6=fd25::25

# host, address, seconds to wait, what should happen, the reason, the story
MAILS="
mail-a|198.51.100.7|0|dropped|drop_block|blocked by hand
mail-a|198.51.100.8|0|delivered|pass_unknown|its neighbour, in no list
mail-a|2001:db8:a::25|0|delivered|pass_unknown|in no list
mail-b|203.0.113.10|0|dropped|drop_block|in a blocked /24
mail-b|203.0.113.25|0|delivered|pass_allow|allowed, inside that /24
mail-b|2001:db8:b:1::5|0|dropped|drop_block|in a blocked /64
mail-b|2001:db8:b:2::5|0|delivered|pass_unknown|the next /64
mail-c|192.0.2.50|0|dropped|drop_block|blocked for an hour
mail-c|192.0.2.51|3|delivered|pass_unknown|blocked for 2 s, 3 s ago
mail-c|192.0.2.60|0|delivered|would_block|in shadow mode
"

# One sender and its link to the router: sender HOST NUMBER ADDRESS...
sender()
{
	local host=$1 number=$2 address

	shift 2
	lab_host "$host"
	lab_cable "$host" eth0 internet "$host"
	lab_address "$host" eth0 "10.0.$number.2/30" "fd00:$number::2/64"
	lab_address internet "$host" "10.0.$number.1/30" "fd00:$number::1/64"
	ip -n "$host" route add default via "10.0.$number.1"
	ip -n "$host" route add default via "fd00:$number::1"
	for address in "$@"; do
		lab_address "$host" lo "$address"
		case $address in
		*:*) ip -n internet route add "$address" via "fd00:$number::2" ;;
		*) ip -n internet route add "$address" via "10.0.$number.2" ;;
		esac
	done
}

addresses_of()
{
	sed -n "s/^$1|\([^|]*\)|.*/\1/p" <<< "$MAILS"
}

build_network()
{
	local number=0 host

	lab_host internet
	lab_host mx
	lab_cable mx eth0 internet mx
	lab_address mx eth0 $MX4/24 $MX6/64
	lab_address internet mx 10.25.0.1/24 fd25::1/64
	ip -n mx route add default via 10.25.0.1
	ip -n mx route add default via fd25::1
	# shellcheck disable=SC2016 # expanded there
	lab_in internet bash -c 'echo 1 > /proc/sys/net/ipv4/ip_forward
		echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'
	for host in mail-a mail-b mail-c; do
		number=$((number + 1))
		# shellcheck disable=SC2046 # a list of words
		sender $host $number $(addresses_of $host)
	done
}

# Runs xdpctl on the MX host, showing the command.
mx()
{
	local word line=

	for word in "$@"; do
		case $word in *' '*) word="'$word'" ;; esac
		line="$line $word"
	done
	echo "mx# xdpctl$line"
	lab_in mx xdpctl "$@" 2>&1 | sed 's/^/    /'
}

operate()
{
	mx attach eth0 --mode enforce
	mx block 192.0.2.51 --for 2s --reason "a moment of peace"
	mx block 198.51.100.7 --reason "spam run"
	mx block 203.0.113.0/24 --reason "dictionary attack"
	mx allow 203.0.113.25 --reason "a customer of ours"
	mx block 2001:db8:b:1::/64 --reason "spam run"
	mx block 192.0.2.50 --for 1h --reason "too many bad recipients"
	mx block 192.0.2.60 --mode shadow --reason "only looking"
}

# Sends one mail: send HOST ADDRESS DELAY. Output in /run/mail/ADDRESS.
send()
{
	local server=$MX4

	case $2 in *:*) server=$MX6 ;; esac
	sleep "$3"
	lab_in "$1" swaks --server $server --local-interface "$2" --helo "$1.example" --timeout 8 \
		--from "postmaster@$1.example" --to friend@mx.example \
		--header "Subject: from $2" > "/run/mail/$2" 2>&1 < /dev/null || true
}

send_all()
{
	local host address delay rest

	mkdir -p /run/mail
	while IFS='|' read -r host address delay rest; do
		[ -z "$host" ] || send "$host" "$address" "$delay" &
	done <<< "$MAILS"
	# The senders only: Postfix stays.
	# shellcheck disable=SC2046 # a list of words
	wait $(jobs -p | grep -vx "$POSTFIX")
}

# What the client saw: "delivered QUEUE-ID", "dropped (no answer)" or its error.
client_saw()
{
	local id

	id=$(sed -n 's/.*250 2\.0\.0 Ok: queued as \([0-9A-Za-z]*\).*/\1/p' "/run/mail/$1")
	if [ -n "$id" ]; then
		echo "delivered $id"
	elif grep -qi 'connect.*tim' "/run/mail/$1"; then
		echo "dropped (timeout)"
	else
		echo "error: $(grep -m1 '^\*\*\*' "/run/mail/$1")"
	fi
}

# What Postfix logged of a client: "delivered QUEUE-ID", or "dropped" for nothing.
postfix_logged()
{
	local id

	id=$(sed -n "s/.* \([0-9A-Za-z]*\): client=unknown\[$1\]\$/\1/p" /run/postfix.log)
	if [ -n "$id" ] && grep -q " $id: .*status=sent" /run/postfix.log; then
		echo "delivered $id"
	elif grep -qF "[$1]" /run/postfix.log; then
		echo "a connection only"
	else
		echo "dropped: not seen"
	fi
}

# "REASON" as xdpctl explains it, checked against the loaded program.
explained()
{
	lab_in mx xdpctl explain "$1" -j |
		jq -r 'if .agree then .reason else "program says \(.program_verdict)" end'
}

# Prints the table; returns 1 if any row is not as expected.
table()
{
	local host address want reason story saw logged explained mark wrong=0

	printf '\n%-8s%-17s%-27s%-23s%-22s%-14s\n' \
		SENDER ADDRESS "WHY" "CLIENT SAW" "POSTFIX LOGGED" "XDPCTL EXPLAINS"
	while IFS='|' read -r host address _ want reason story; do
		[ -n "$host" ] || continue
		saw=$(client_saw "$address")
		logged=$(postfix_logged "$address")
		explained=$(explained "$address")
		mark=
		if [ "${saw%% *}" != "$want" ] || [ "${logged%%[ :]*}" != "$want" ] ||
		   [ "$explained" != "$reason" ]; then
			mark=" <- UNEXPECTED, not $want, $reason"
			wrong=1
		fi
		printf '%-8s%-17s%-27s%-23s%-22s%-14s%s\n' \
			"$host" "$address" "$story" "$saw" "$logged" "$explained" "$mark"
	done <<< "$MAILS"
	echo
	return $wrong
}

lab_mounts
build_network
lab_postfix mx
POSTFIX=$(jobs -p)
operate
send_all
sleep 0.3 # Postfix logs the delivery after its answer
status=0
table || status=1
mx stats
mx detach eth0
if [ $status = 0 ]; then
	echo "Everything went as the commands promise. Nothing of the demo is left on this machine."
else
	echo "Not everything went as the commands promise: see the marked rows." >&2
fi
exit $status
