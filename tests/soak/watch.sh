# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # lib.sh and mxwalldlab.sh set the rest
#
# What the soaks measure; sourced by them.
RESIDENT=/run/resident # lines "TIME PID KIB"

# The controller's resident memory every 2 s, until killed.
watch_memory()
{
	local pid kib

	while sleep 2; do
		pid=$(pgrep -x "$(basename "$MXWALLD")") || continue
		kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2> /dev/null) || continue
		echo "$SECONDS $pid ${kib:-0}" >> $RESIDENT
	done
}

# KiB of the last process: the most in a part of its life, from and to in per cent.
most_resident()
{
	awk -v from="$1" -v to="$2" '
		{ count = $2 == pid ? count + 1 : 1; pid = $2; kib[count] = $3 }
		END {
			for (i = 1; i <= count; i++)
				if (i >= count * from / 100 && i <= count * to / 100 && kib[i] > most)
					most = kib[i]
			print most + 0
		}' $RESIDENT
}

# flat PERCENT: in the last third of its life the process has no more than so much above the
# second one.
flat()
{
	local second third

	second=$(most_resident 33 66)
	third=$(most_resident 66 100)
	echo "resident memory of the last process: $second KiB in the second third of its life, $third KiB in the last; the most of any: $(awk '$3 > most { most = $3 } END { print most }' $RESIDENT) KiB"
	[ "$third" -le $((second * (100 + $1) / 100)) ] || die "memory grows"
}

# How many SYNs the filter has seen, and how many dropped: "ALL DROPPED"
syns_counted()
{
	echo "$(counted '.*') $(counted 'drop_.*')"
}

events()
{
	grep -cE "event=($1) " /run/mxwalld.log || true
}

# No clean source is blocked. While both lists list everybody some are, until the next test of a
# list shows it, which takes a probe_interval; all of that has been taken back. No more were dropped
# than listed ones came.
nobody_harmed()
{
	local all dropped sent listed

	read -r _ sent listed < /run/sent
	read -r all dropped <<< "$(syns_counted)"
	echo "$((sent + listed)) SYNs sent, $listed of listed sources; $all seen, $dropped dropped"
	x stats -j | jq -c '.reasons | map_values(.packets) | with_entries(select(.value > 0))'
	echo "clean sources blocked while both lists listed everybody: $(grep -c 'event=blocked source=20\.' /run/mxwalld.log || true)"
	x list auto -p > /run/stand
	! grep '	20\.' /run/stand || die "a clean source is blocked"
	expect "$dropped" "$(counted drop_auto)" "SYNs dropped by automatic entries alone"
	[ "$dropped" -le "$listed" ] || die "more dropped than were listed"
}

no_sanitizer_report()
{
	! grep -nE 'Sanitizer|runtime error' /run/mxwalld.log || die "a sanitizer reports"
}
