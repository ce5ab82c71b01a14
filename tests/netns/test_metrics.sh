# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # lib.sh sets and reads them
#
# The controller's metrics, as a scraper reads them from the Unix socket and the loopback.
# shellcheck source=tests/netns/ctllab.sh
. "$ROOT/tests/netns/ctllab.sh"

# The values of series: metrics CURL-OPTION... -- SERIES...
metrics()
{
	local how=()

	while [ "$1" != -- ]; do
		how+=("$1")
		shift
	done
	shift
	lab_in mx curl -sSf --max-time 5 "${how[@]}" > /run/metrics || die "curl ended with $?"
	python3 "$ROOT/tests/netns/metrics.py" "$@" < /run/metrics
}

test_metrics()
{
	local unix=(--unix-socket "$METRICS" http://localhost/metrics)
	local http=(http://127.0.0.1:9125/metrics)

	all_up
	x block 192.0.2.128/25 192.0.2.9
	reach $LISTED 25 3 > /dev/null
	logged "event=blocked source=$LISTED"
	drops $LISTED
	reach 198.51.100.8 25 3 > /dev/null
	reach $CLEAN 25 3 > /dev/null
	logged "event=decision source=$CLEAN"
	sleep 7 # until all entries are counted
	metrics "${unix[@]}" -- \
		"mxwall_list_online{list=\"$ONE\"}" "mxwall_list_answers_total{list=\"$ONE\",answer=\"listed\"}" \
		"mxwall_list_unique_total{list=\"$ONE\"}" "mxwall_list_overlap_total{list=\"$ONE\",with=\"$TWO\"}" \
		"mxwall_list_quota_day{list=\"$ONE\"}" 'mxwall_decisions_total{rung="drop"}' \
		mxwall_enforced_ratio mxwall_database_up mxwall_auto_entries 'mxwall_entries{class="auto"}' \
		'mxwall_entries{class="block"}' > /run/values
	expect "1 2 1 1 1000000 1 1 1 1 1 2" "$(xargs < /run/values)" "metrics: $(cat /run/metrics)"
	[ "$(metrics "${http[@]}" -- 'mxwall_packets_total{reason="drop_auto"}')" -ge 1 ] || die "no drop is counted"
	expect "$(counted drop_auto)" "$(metrics "${http[@]}" -- 'mxwall_packets_total{reason="drop_auto"}')" "drops"
	expect "" "$(metrics "${http[@]}" -- missing)" "metrics without a value"
	[ "$(metrics "${http[@]}" -- mxwall_resident_memory_bytes)" -ge 1000000 ] || die "no memory"
	awk 'BEGIN { exit !('"$(metrics "${http[@]}" -- mxwall_heartbeat_age_seconds)"' < 3) }' || die "an old heartbeat"
	# Prometheus' own judge, where the package prometheus is installed.
	if command -v promtool > /dev/null; then
		promtool check metrics < /run/metrics > /run/promtool 2>&1 || die "promtool: $(cat /run/promtool)"
	fi
	OUT=$(cat /run/metrics) masked
	expect "660 root nogroup" "$(stat -c '%a %U %G' $METRICS)" "the socket"
	expect 127.0.0.1:9125 "$(lab_in mx ss -Hltn 'sport = :9125' | awk '{ print $4 }')" "where it listens"
}

test_http_clients_that_misbehave()
{
	local pid fds

	all_up
	pid=$(pgrep -x mxwalld)
	fds=$(find "/proc/$pid/fd" | wc -l)
	for what in '404 /' '404 /metrics/../x' '404 /metrics2'; do
		expect "${what% *}" "$(lab_in mx curl -s --path-as-is --max-time 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:9125${what#* }")" "$what"
	done
	expect 405 "$(lab_in mx curl -s -X DELETE -o /dev/null -w '%{http_code}' http://127.0.0.1:9125/metrics)" DELETE
	lab_in mx curl -s --max-time 5 -d "$(printf 'x%.0s' {1..50000})" http://127.0.0.1:9125/metrics > /dev/null || true
	for how in silent slow noise; do
		python3 "$ROOT/tests/netns/control.py" $METRICS "$how" 50 > "/run/$how" 2>&1 &
		CLIENTS+=($!)
	done
	sleep 1
	[ "$(find "/proc/$pid/fd" | wc -l)" -le $((fds + 20)) ] || die "too many descriptors"
	expect 1 "$(metrics http://127.0.0.1:9125/metrics -- mxwall_enforced_ratio)" "metrics beside them"
	exits 0 x dnsbl list
	says online
	wait "${CLIENTS[@]}"
	for _ in $(seq 200); do # idle connections are closed after some seconds
		[ "$(find "/proc/$pid/fd" | wc -l)" -gt "$fds" ] || break
		sleep 0.1
	done
	[ "$(find "/proc/$pid/fd" | wc -l)" -le "$fds" ] || die "descriptors are left: $(ls -l "/proc/$pid/fd")"
	expect 1 "$(metrics --unix-socket $METRICS http://localhost/metrics -- mxwall_enforced_ratio)" "metrics afterwards"
}

test_metrics_listen_on_the_loopback_alone()
{
	local address

	conf
	for address in 0.0.0.0:9125 192.0.2.25:9125 '[::]:9125' 127.0.0.1 :9125; do
		sed -i "s/^metrics = .*/metrics = $address/" /etc/mxwall/mxwall.conf
		exits 1 x config check
		says 'metrics is .*; it has to be ADDR:PORT of the loopback'
	done
	sed -i "s/^metrics = .*/metrics = [::1]:9125/" /etc/mxwall/mxwall.conf
	exits 0 x config check
	sed -i "s/^user = .*/user = nosuchuser/" /etc/mxwall/mxwall.conf
	exits 1 x config check
	says 'there is no user "nosuchuser" .*: create it with'
	expect "false 1" "$(x config check -j 2> /dev/null | jq -r '"\(.good) \(.findings | map(select(.kind == "mistake")) | length)"')" "config check -j"
	sed -i "s/^user = .*/user = nobody/" /etc/mxwall/mxwall.conf
	exits 0 x config show
	says '^metrics = \[::1\]:9125'
	exits 0 x config show -d
	says '^metrics = *$'
	says '^drop_threshold = 8$'
	refused 2 'choose one' x config show -d -n
}
