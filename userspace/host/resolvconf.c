// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading resolv.conf. Called by the controller, its helper, and commands that ask lists.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "host/resolvconf.h"

static const char *const files[] = { MXW_RESOLV_CONF, MXW_RESOLVED_CONF };

/* The word behind "nameserver", NULL for another line. Cuts the line behind it. */
static char *take_nameserver(char *line)
{
	static const char keyword[] = "nameserver";
	size_t gap;

	line += strspn(line, " \t");
	if (strncmp(line, keyword, sizeof(keyword) - 1) != 0)
		return NULL;
	line += sizeof(keyword) - 1;
	gap = strspn(line, " \t");
	line += gap;
	line[strcspn(line, " \t\r\n#;")] = '\0';
	return gap ? line : NULL;
}

/* "eth0" or "2". False: there is no such interface now. */
static bool read_scope(const char *text, char scope[IFNAMSIZ])
{
	unsigned int index = if_nametoindex(text);

	if (!index)
		index = (unsigned int)strtoul(text, NULL, 10);
	return index && if_indextoname(index, scope);
}

static bool read_server(char *word, struct mxw_nameserver *server)
{
	char *percent = strchr(word, '%');
	struct in_addr v4;

	memset(server, 0, sizeof(*server));
	if (percent)
		*percent = '\0';
	if (inet_pton(AF_INET6, word, server->addr) == 1)
		return !percent || read_scope(percent + 1, server->scope);
	if (inet_pton(AF_INET, word, &v4) != 1)
		return false;
	server->addr[10] = server->addr[11] = 0xff;
	memcpy(server->addr + 12, &v4, sizeof(v4));
	return true;
}

size_t mxw_nameservers_read(FILE *file, struct mxw_nameserver out[MXW_NAMESERVERS])
{
	size_t count = 0;
	char line[256];

	while (count < MXW_NAMESERVERS && fgets(line, sizeof(line), file)) {
		char *word = take_nameserver(line);

		if (word && read_server(word, &out[count]))
			count++;
	}
	return count;
}

size_t mxw_nameservers_of(const char *path, struct mxw_nameserver out[MXW_NAMESERVERS])
{
	FILE *file = fopen(path, "re");
	size_t count;

	if (!file)
		return 0;
	count = mxw_nameservers_read(file, out);
	(void)fclose(file); /* was only read */
	return count;
}

bool mxw_nameserver_is_stub(const uint8_t addr[16])
{
	static const uint8_t stub[15] = { [10] = 0xff, 0xff, 127, 0, 0 };

	return memcmp(addr, stub, sizeof(stub)) == 0 && (addr[15] == 53 || addr[15] == 54);
}

/* A file that is replaced has another inode, one that is written another time or size. */
static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool mxw_resolv_changed(struct mxw_resolv_look *look)
{
	bool changed = false;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat now;

		if (stat(files[i], &now))
			memset(&now, 0, sizeof(now)); /* there is none */
		changed = changed || !same(&now, &look->file[i]);
		look->file[i] = now;
	}
	return changed;
}
