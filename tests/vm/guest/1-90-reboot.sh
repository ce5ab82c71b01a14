# SPDX-License-Identifier: GPL-2.0-or-later
# C13, before the reboot: entries with and without an end go into the store.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

need_xdpctl "C13: entries are restored after a reboot" "C13: a corrupt state.db"

many() { awk 'BEGIN { for (i = 0; i < 10000; i++) print "203.0." int(i / 250) "." i % 250 }'; }

started=${EPOCHREALTIME/./}
check "C13: attach" xdpctl attach eth0 --xdp native --mode enforce
echo $(((${EPOCHREALTIME/./} - started) / 1000)) > /disk/empty-attach-ms
many > /tmp/many
check "C13: block 10 000 sources" xdpctl block --file /tmp/many --reason "before the reboot"
check "C13: block one for ever" xdpctl block $bad4
check "C13: block one for an hour" xdpctl block $bad6 --for 1h
check "C13: block one that ends during the reboot" xdpctl block $third4 --for 1s
check "C13: allow one" xdpctl allow $good4
date +%s > /disk/blocked-at
touch /disk/reboot
