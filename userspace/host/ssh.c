// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds SSH sessions in the socket tables of /proc. Called by never.c; changes
 * nothing.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/ssh.h"

#define SSH_PORT 22
#define LINE_BYTES 512
#define INODES_MAX 65536U /* sockets of all SSH servers together */

/* What is known while searching. */
struct search {
	uint64_t *inodes; /* sockets that SSH servers hold */
	size_t count;
	uint8_t listening[65536 / 8]; /* a bit per local port */
};

/* Reads size hexadecimal digits. False: there are fewer. */
static bool hex(const char **text, int size, uint64_t *value)
{
	*value = 0;
	for (; size; size--, (*text)++) {
		unsigned char c = (unsigned char)**text;

		if (!isxdigit(c))
			return false;
		*value = *value << 4 | (uint64_t)(isdigit(c) ? c - '0' : (c | 32) - 'a' + 10);
	}
	return true;
}

/* "0100007F:0016 ", or with 32 digits. Each word of 8 digits is printed from memory in network
 * order as if it were a number of this machine. */
static bool take_endpoint(const char **text, uint8_t addr[16], uint64_t *port)
{
	size_t digits = strspn(*text, "0123456789abcdefABCDEF");
	uint64_t value;
	uint32_t word;

	if (digits != 8 && digits != 32)
		return false;
	memset(addr, 0, 10);
	memset(addr + 10, 0xff, 2);
	for (size_t i = digits == 8 ? 12 : 0; i < 16; i += 4) {
		(void)hex(text, 8, &value); /* the digits are there */
		word = (uint32_t)value;
		memcpy(addr + i, &word, 4);
	}
	if (*(*text)++ != ':' || !hex(text, 4, port) || *(*text)++ != ' ')
		return false;
	return true;
}

/* Moves behind the next count words. */
static const char *skip_words(const char *text, int count)
{
	for (; count; count--) {
		text += strspn(text, " ");
		text += strcspn(text, " ");
	}
	return text;
}

bool mxw_tcp_row_parse(const char *line, struct mxw_tcp_row *row)
{
	uint64_t local_port, remote_port, state;
	const char *colon = strchr(line, ':');
	uint8_t local[16];

	if (!colon || colon[1] != ' ')
		return false;
	line = colon + 2;
	if (!take_endpoint(&line, local, &local_port) ||
	    !take_endpoint(&line, row->remote, &remote_port) || !hex(&line, 2, &state))
		return false;
	row->local_port = (uint16_t)local_port;
	row->state = (uint8_t)state;
	/* tx:rx timer:when retransmits uid timeout inode */
	row->inode = strtoull(skip_words(line, 5), NULL, 10);
	return true;
}

/* The inode of "socket:[123]", 0 for another kind of file. */
static uint64_t socket_inode(const char *link)
{
	static const char head[] = "socket:[";

	return strncmp(link, head, sizeof(head) - 1) == 0
		       ? strtoull(link + sizeof(head) - 1, NULL, 10)
		       : 0;
}

static bool keep_inode(struct search *s, uint64_t inode)
{
	uint64_t *grown;

	if (!inode || s->count >= INODES_MAX)
		return true;
	if ((s->count & (s->count - 1)) == 0) { /* a power of two is full */
		grown = realloc(s->inodes, (s->count ? s->count * 2 : 1) * sizeof(*grown));
		if (!grown)
			return false;
		s->inodes = grown;
	}
	s->inodes[s->count++] = inode;
	return true;
}

/* process: a descriptor of /proc/PID. */
static bool is_ssh_server(int process)
{
	int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	char name[32];
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, name, sizeof(name) - 1);
	(void)close(fd); /* was only read */
	name[size > 0 ? size : 0] = '\0';
	/* sshd, sshd-session and sshd-auth are OpenSSH's */
	return strncmp(name, "sshd", 4) == 0 || strcmp(name, "dropbear\n") == 0;
}

/* Keeps the sockets of a process. */
static bool keep_sockets(struct search *s, int process)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *files = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool good = true;
	char link[64];
	ssize_t size;

	if (!files) {
		if (fd >= 0)
			(void)close(fd);
		return true; /* gone by now, or another user's */
	}
	while (good && (entry = readdir(files))) {
		size = readlinkat(fd, entry->d_name, link, sizeof(link) - 1);
		link[size > 0 ? size : 0] = '\0';
		good = keep_inode(s, socket_inode(link));
	}
	(void)closedir(files);
	return good;
}

static bool find_servers(struct search *s, const char *proc)
{
	DIR *processes = opendir(proc);
	struct dirent *entry;
	bool good = true;
	int process;

	if (!processes)
		return true;
	while (good && (entry = readdir(processes))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		process =
			openat(dirfd(processes), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (process < 0)
			continue;
		if (is_ssh_server(process))
			good = keep_sockets(s, process);
		(void)close(process);
	}
	(void)closedir(processes);
	return good;
}

static bool is_session(const struct search *s, const struct mxw_tcp_row *row)
{
	if (row->state != TCP_ESTABLISHED)
		return false;
	if (row->local_port == SSH_PORT)
		return true;
	if (!(s->listening[row->local_port / 8] & 1U << row->local_port % 8))
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (row->inode && row->inode == s->inodes[i])
			return true;
	return false;
}

/* Walks one table: without seen it marks the listening ports, with it tells the sessions. */
static int walk_table(struct search *s, const char *path, mxw_ssh_seen *seen, void *context)
{
	FILE *table = fopen(path, "re");
	struct mxw_tcp_row row;
	char line[LINE_BYTES];
	int error = MXW_OK;

	if (!table)
		return MXW_OK; /* a kernel without that family */
	while (!error && fgets(line, sizeof(line), table)) {
		if (!mxw_tcp_row_parse(line, &row))
			continue;
		if (!seen && row.state == TCP_LISTEN)
			s->listening[row.local_port / 8] |= (uint8_t)(1U << row.local_port % 8);
		if (seen && is_session(s, &row))
			error = seen(row.remote, context);
	}
	(void)fclose(table); /* was only read */
	return error;
}

int mxw_ssh_peers(const char *proc, mxw_ssh_seen *seen, void *context, struct mxw_err *err)
{
	struct search *s = calloc(1, sizeof(*s));
	char tables[2][LINE_BYTES];
	int error = MXW_OK;

	if (!s || !find_servers(s, proc)) {
		error = mxw_fail(err, MXW_E_FAIL, "out of memory while looking for SSH sessions");
		goto out;
	}
	(void)snprintf(tables[0], LINE_BYTES, "%s/net/tcp", proc);
	(void)snprintf(tables[1], LINE_BYTES, "%s/net/tcp6", proc);
	for (size_t i = 0; i < 2; i++)
		(void)walk_table(s, tables[i], NULL, NULL); /* marks ports, cannot fail */
	for (size_t i = 0; !error && i < 2; i++)
		error = walk_table(s, tables[i], seen, context);
out:
	if (s)
		free(s->inodes);
	free(s);
	return error;
}
