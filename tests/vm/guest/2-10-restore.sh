# SPDX-License-Identifier: GPL-2.0-or-later
# C13, after the reboot: attach puts the entries back before the link is up;
# from a corrupt store it puts back nothing, and says so.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

remaining() { # seconds that an entry still lives
	xdpctl explain -j "$1" | tr -d ' \n\t' | sed -n 's/.*"expires_in":\([0-9]*\).*/\1/p'
}
about() { # about ACTUAL EXPECTED, in seconds
	if [ -z "$1" ] || [ "$1" -lt $(($2 - 3)) ] || [ "$1" -gt $(($2 + 3)) ]; then
		echo "'$1' s, expected $2 s"
		return 1
	fi
}

check "C13: no program and no pins after the reboot" test ! -e $bpf -a "$(xdp_of)" = none
check "C13: a blocked source passes before attach" answered $bad4 25
ip link set eth0 down
started=${EPOCHREALTIME/./}
check "C13: attach with the link down" xdpctl attach eth0 --xdp native --mode enforce
took=$(((${EPOCHREALTIME/./} - started) / 1000))
# Emulation makes the verifier some twenty times slower than it is, and that is most of an
# attach. What a store with entries adds is noted, not judged: the machine may be busy.
empty=$(cat /disk/empty-attach-ms)
note "C13: attach took $took ms with 10 003 entries, $empty ms with none before the reboot"
mx_up
check "C13: enforced from the first packet on" dropped $bad4 25
check "C13: the entry with an end is enforced" dropped $bad6 25
check "C13: its remaining time is right" about "$(remaining $bad6)" \
	$((3600 - $(date +%s) + $(cat /disk/blocked-at)))
check "C13: the entry that ended meanwhile is gone" answered $third4 25
check "C13: the last of 10 000 is enforced" matches '"program_verdict":"drop"' \
	sh -c "xdpctl explain -j 203.0.39.249 | tr -d ' \n\t'"
check "C13: the allowed source passes" answered $good4 25
check "C13: verify finds no difference" xdpctl verify
rm /disk/reboot
tidy

mkdir -p /var/lib/mxwall
head -c 65536 /dev/urandom > /var/lib/mxwall/state.db
check "C13: a corrupt state.db: attach warns with exit 4" \
	fails_with 4 'state\.db|damaged|corrupt|not a database' xdpctl attach eth0 --xdp native --mode enforce
check "C13: a corrupt state.db: attached" status_has '"xdp":"native"'
check "C13: a corrupt state.db: nothing is blocked" answered $bad4 25
check "C13: a corrupt state.db: no entry" status_has '"allow":0,"block":0'
