# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A publisher of lists by https, for the tests of feeds; sourced by them. It has a public address,
# 9.9.9.9, and 192.0.2.1, which is none.
# shellcheck disable=SC2034 # the tests use them

PUBLIC=https://9.9.9.9:8443
PRIVATE=https://192.0.2.1:8443

# A CA, and with its key a certificate for all that the publisher is called but 9.9.9.10.
certificates()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /run/ca.key -out /run/ca.pem -days 2 \
		-subj "/CN=lists" -addext basicConstraints=critical,CA:TRUE 2> /dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /run/server.key -out /run/server.csr \
		-subj "/CN=publisher" 2> /dev/null
	openssl x509 -req -in /run/server.csr -CA /run/ca.pem -CAkey /run/ca.key -CAcreateserial \
		-days 2 -out /run/server.pem -extfile <(echo "subjectAltName=IP:9.9.9.9,IP:192.0.2.1,DNS:lists.test,DNS:inside.test") 2> /dev/null
	cat /run/server.pem /run/server.key > /run/server.both
	# The reader is the user nobody, and the CA's file is root's: it must come in another way.
	chmod 600 /run/ca.pem
}

publisher()
{
	certificates
	lab_address sender lo 9.9.9.9 9.9.9.10
	printf '9.9.9.9 lists.test\n192.0.2.1 inside.test\n' > /run/hosts
	mount --bind /run/hosts /etc/hosts
	: > /run/requests
	lab_in sender python3 "$ROOT/tests/netns/https_lists.py" /run/server.both /run/requests \
		9.9.9.9:8443 9.9.9.10:8443 192.0.2.1:8443 &
	lab_wait_listen sender 8443
}
