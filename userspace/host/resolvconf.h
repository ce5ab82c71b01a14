/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The resolvers that the host names in /etc/resolv.conf, and whether that has changed. The file
 * may be missing, empty, or a link that points elsewhere later.
 */
#ifndef MXW_RESOLVCONF_H
#define MXW_RESOLVCONF_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#define MXW_RESOLV_CONF "/etc/resolv.conf"
/* The servers that systemd-resolved asks; /etc/resolv.conf then names its stub, 127.0.0.53 or .54. */
#define MXW_RESOLVED_CONF "/run/systemd/resolve/resolv.conf"
#define MXW_NAMESERVERS 8 /* further ones are left out */

struct mxw_nameserver {
	uint8_t addr[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	char scope[IFNAMSIZ]; /* "eth0" in fe80::1%eth0, else "" */
};

/* The "nameserver" lines. A line whose address cannot be read, or whose interface is not there,
 * is left out. Returns how many out has. */
size_t mxw_nameservers_read(FILE *file, struct mxw_nameserver out[MXW_NAMESERVERS]);

/* The same of the file at path; 0 if there is none. */
size_t mxw_nameservers_of(const char *path, struct mxw_nameserver out[MXW_NAMESERVERS]);

/* Whether the address is that of systemd-resolved's stub. */
bool mxw_nameserver_is_stub(const uint8_t addr[16]);

/* How the two files looked last. Starts zeroed. */
struct mxw_resolv_look {
	struct stat file[2];
};

/* Looks again; true if a file or what its name leads to is another one, or was written. */
bool mxw_resolv_changed(struct mxw_resolv_look *look);

#endif
