#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the Postfix that packages.sh unpacked, in the foreground, log on stdout.
#
#   tools/postfix-private.sh DIR      DIR: a new folder for configuration and queue
#
# It accepts mail for mx.example on port 25 of every address of its network
# namespace, logs it and throws it away. Everything it needs is bind-mounted in
# a mount namespace of its own: neither a mail server of this machine, nor its
# configuration, nor /etc/passwd is touched.
set -eu -o pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --inside ]; then
	dir=$2
else
	[ $# = 1 ] || { echo "usage: tools/postfix-private.sh DIR" >&2; exit 2; }
	mkdir -p "$1"
	exec unshare -m "$0" --inside "$(realpath "$1")"
fi

mkdir -p "$dir"/{tree,conf,queue,data}
mount --bind build/postfix "$dir/tree"

# The users that the package's installation would have made.
cp /etc/passwd /etc/group "$dir"
grep -q '^postfix:' "$dir/passwd" ||
	echo "postfix:x:64025:64025::/var/spool/postfix:/usr/sbin/nologin" >> "$dir/passwd"
grep -q '^postfix:' "$dir/group" || echo "postfix:x:64025:" >> "$dir/group"
grep -q '^postdrop:' "$dir/group" || echo "postdrop:x:64026:" >> "$dir/group"
mount --bind "$dir/passwd" /etc/passwd
mount --bind "$dir/group" /etc/group
# Nor does the configuration of a Postfix of this machine reach this one.
[ ! -d /etc/postfix ] || mount -t tmpfs tmpfs /etc/postfix

# Postfix 3.10 of Debian fits the chroot of each start by a script whose place is fixed. There is
# no chroot here.
install=$dir/tree/usr/lib/postfix/sbin/post-install
sed 's|^\([ \t]*\)/usr/lib/postfix/configure-instance\.sh.*|\1:|' "$install" > "$dir/post-install"
chmod 755 "$dir/post-install"
mount --bind "$dir/post-install" "$install"

# No chroot, and nothing that delivers anywhere.
awk '/^#/ { next } $1 ~ /^(maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman)$/ { skip = 1; next }
	/^[ \t]/ && skip { next } { skip = 0 } $5 == "y" { $5 = "n" } { print }' \
	"$dir/tree/usr/share/postfix/master.cf.dist" > "$dir/conf/master.cf"
cat > "$dir/conf/main.cf" <<EOF
compatibility_level = 3.6
command_directory = $dir/tree/usr/sbin
daemon_directory = $dir/tree/usr/lib/postfix/sbin
shlib_directory = $dir/tree/usr/lib/postfix
meta_directory = $dir/conf
queue_directory = $dir/queue
data_directory = $dir/data
sendmail_path = $dir/tree/usr/sbin/sendmail
import_environment = MAIL_CONFIG LANG=C LD_LIBRARY_PATH=$dir/tree/usr/lib/postfix
export_environment = LD_LIBRARY_PATH=$dir/tree/usr/lib/postfix
maillog_file = /dev/stdout
inet_interfaces = all
inet_protocols = all
myhostname = mx.example
mydestination = mx.example
mynetworks = 127.0.0.0/8
local_transport = discard:
local_recipient_maps =
default_transport = discard:
alias_maps =
alias_database =
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = none
EOF
cp "$dir/tree/etc/postfix/postfix-files" "$dir/conf"
chown postfix "$dir/data"
# Postfix waits until its configuration has been at rest for some seconds.
touch -d '1 hour ago' "$dir/conf/main.cf"
export LD_LIBRARY_PATH="$dir/tree/usr/lib/postfix"
exec "$dir/tree/usr/sbin/postfix" -c "$dir/conf" start-fg
