# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and mxwalldlab.sh set the rest
#
# An ordinary bot load, without an attacker, with the settings of `xdpctl config example`: RATE visits a
# second (12800) of listed bots, a tenth of them new, three SYNs each; and 18 mails a second from clean
# senders, half of whom come for the first time. Once without and once with hold_unknown. The resolver,
# the lists, the generator and the server that takes the mail share the machine's CPUs.
VISITS=$ROOT/build/bench/visits
CLEAN_RATE=18

# What is not a default: the lists and the resolver, which are of this test, and the user.
example_conf()
{
	mkdir -p /run/etc
	x config example > /run/etc/mxwall.conf
	sed -i -E "s/^#sites =\$/sites = $ONE*4, $TWO*4/; s/^#(resolvers =).*/\1 127.0.0.1:5301/
		s/^#(user =).*/\1 nobody/; s/^#(group =).*/\1 nogroup/
		s/^#(log =).*/\1 stderr/; s/^#(hold_unknown =).*/\1 $1/" /run/etc/mxwall.conf
}

# Two lists that have all bots, and a resolver with room for what comes while it is not let run.
roomy_lists()
{
	zone one 24.0.0.0/8
	zone two 24.0.0.0/8
	dns_unbound_conf 5302 $ONE $TWO | sed 's/so-rcvbuf: 0/so-rcvbuf: 4m/' > /run/dns/unbound.conf
	serve $ONE:ip4set:one $TWO:ip4set:two
}

# A server that takes mail in one process, so that the load is the filter's and not Postfix's.
mail_sink()
{
	local tree=$ROOT/build/postfix

	kill "$LISTENER"
	while [ -n "$(lab_in mx ss -Hltn 'sport = :25')" ]; do sleep 0.05; done
	LD_LIBRARY_PATH=$tree/usr/lib/postfix lab_in mx "$tree/usr/sbin/smtp-sink" -u nobody -m 20000 $MX4:25 4096 \
		> /run/sink.log 2>&1 &
	lab_wait_listen mx 25
}

# Mails for $1 seconds: every second one from a sender that has been here before, of whom there are 50.
clean_mails()
{
	local i count=$(($1 * CLEAN_RATE)) senders=()

	for ((i = 0; i < count; i++)); do
		if ((i % 2)); then
			senders+=("203.0.113.$((i / 2 % 50 + 1))")
		else
			senders+=("198.18.$((i / 2 / 250 + 1)).$((i / 2 % 250 + 1))")
		fi
	done
	wire sender deliver $MX4 25 "$(awk -v r=$CLEAN_RATE 'BEGIN { print 1 / r }')" "${senders[@]}"
}

# ordinary HOLD: one run; its lines begin with what HOLD is.
ordinary()
{
	local seconds=$SECONDS_LONG rate=${RATE:-12800}

	example_conf "$1"
	controller
	wire sender deliver $MX4 25 0.05 203.0.113.{1..50} > /run/known # who is known from now on
	clean_mails "$seconds" > /run/clean &
	CLEAN_PID=$!
	lab_in sender "$VISITS" $MX4 25 "$seconds" "$rate" 10 > /run/bots
	wait $CLEAN_PID
	echo "hold_unknown=$1, $rate visits a second: $(cat /run/bots)"
	echo "hold_unknown=$1, clean mails: $(cut -c1-300 /run/clean)"
	echo "questions that a full socket buffer lost: $(lab_in mx nstat -asz UdpRcvbufErrors | awk '/Udp/ { print $2 }')"
	x stats -j | jq -c '.reasons | map_values(.packets) | with_entries(select(.value > 0))'
	grep -q "^$((seconds * CLEAN_RATE)) delivered, 0 failed" /run/clean || die "clean mail was not delivered"
	expect 0 "$(jq .sessions_later /run/bots)" "sessions of bots that came before"
	# A question that is lost, or answered late because others have the CPUs, lets its bot in.
	[ "$1" = no ] || [ "$(jq '.bots_with_session * 200 < .bots' /run/bots)" = true ] ||
		die "bots with a session: $(cat /run/bots)"
	grep -E 'event=list|suspect|full|behind' /run/mxwalld.log | tail -n 5
	kill -TERM "$(pgrep -x mxwalld)"
	wait $MXWALLD_PID || true
	mv /run/mxwalld.log "/run/mxwalld.$1.log"
}

soak_ordinary()
{
	[ "$SECONDS_LONG" -le 120 ] || SECONDS_LONG=120

	roomy_lists
	ip -n sender route del local 24.0.0.0/8 dev lo # visits answers for them, not the kernel
	mail_sink
	attach --mode enforce
	ordinary no
	x detach --all # ... and what it knew
	rm -rf /var/lib/mxwalld /var/lib/mxwall
	attach --mode enforce
	ordinary yes
}
