// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds SSH sessions in the socket tables of /proc, and in SSH_CONNECTION. Called
 * by never.c; changes nothing.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "host/ssh.h"
#include "host/ssh_process.h"

#define SSH_PORT 22
#define LINE_BYTES 512
#define INODES_MAX 65536U /* sockets of all SSH sessions together */
#define ANCESTORS_MAX 64

/* What is known while searching. */
struct search {
	uint64_t *inodes; /* sockets that authenticated sessions hold */
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
	row->uid = (uint32_t)strtoul(skip_words(line, 3), NULL, 10);
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

/* What follows the last '@' is what OpenSSH writes once a session is open. A mere '@' would not
 * do: users of a directory are called USER@DOMAIN, before authentication too. */
bool mxw_ssh_title_is_session(const char *title)
{
	const char *colon = strstr(title, ": "), *at = strrchr(title, '@');
	const char *name = title;

	if (!colon || !at || at < colon + 3 || strchr(colon, '['))
		return false; /* [priv], [net], [preauth], [accepted], [listener] */
	for (const char *c = title; c < colon; c++)
		if (*c == '/')
			name = c + 1;
	if (strncmp(name, "sshd: ", 6) != 0 && strncmp(name, "sshd-session: ", 14) != 0)
		return false;
	return strncmp(at, "@pts/", 5) == 0 || strcmp(at, "@notty") == 0 ||
	       strcmp(at, "@internal-sftp") == 0;
}

/* process: a descriptor of /proc/PID. */
static bool is_session_process(int process)
{
	int fd = openat(process, "cmdline", O_RDONLY | O_CLOEXEC);
	char title[LINE_BYTES];
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, title, sizeof(title) - 1);
	(void)close(fd); /* was only read */
	title[size > 0 ? size : 0] = '\0';
	for (size_t end = strlen(title); end && title[end - 1] == ' '; end--)
		title[end - 1] = '\0'; /* padding */
	return mxw_ssh_title_is_session(title);
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

/* Keeps the sockets of all processes that are sessions of sshd itself. Processes come and go
 * meanwhile, so one that cannot be opened is passed over. false: no memory. */
static bool find_sessions(struct search *s, const char *proc)
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
		if (is_session_process(process) && mxw_ssh_is_sshds(proc, entry->d_name, process))
			good = keep_sockets(s, process);
		(void)close(process);
	}
	(void)closedir(processes);
	return good;
}

static bool is_held(const struct search *s, uint64_t inode)
{
	for (size_t i = 0; i < s->count; i++)
		if (inode && inode == s->inodes[i])
			return true;
	return false;
}

static bool is_session(const struct search *s, const struct mxw_tcp_row *row)
{
	if (row->state != TCP_ESTABLISHED)
		return false;
	if (row->local_port != SSH_PORT &&
	    !(s->listening[row->local_port / 8] & 1U << row->local_port % 8))
		return false;
	return is_held(s, row->inode);
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
		/* Where a session itself listens, it forwards: anybody may connect there. Where
		 * a user listens, the title of a session may be of that user's making. */
		if (!seen && row.state == TCP_LISTEN && row.uid == 0 && !is_held(s, row.inode))
			s->listening[row.local_port / 8] |= (uint8_t)(1U << row.local_port % 8);
		if (seen && is_session(s, &row))
			error = seen(row.remote, context);
	}
	(void)fclose(table); /* was only read */
	return error;
}

bool mxw_ssh_connection_peer(const char *value, uint8_t peer[16])
{
	size_t size = strcspn(value, " "), used = strcspn(value, " %"); /* fe80::1%eth0 */
	char text[MXW_ADDR_TEXT];
	struct mxw_prefix prefix;

	if (value[size] != ' ' || used >= sizeof(text))
		return false;
	memcpy(text, value, used);
	text[used] = '\0';
	if (strchr(text, '/') || mxw_prefix_parse(text, &prefix, NULL, NULL) != MXW_OK)
		return false;
	memset(peer, 0, 10);
	memset(peer + 10, 0xff, 2);
	return inet_pton(AF_INET, text, peer + 12) == 1 || inet_pton(AF_INET6, text, peer) == 1;
}

static int tell_connection(const char *value, mxw_ssh_seen *seen, void *context)
{
	uint8_t peer[16];

	return value && mxw_ssh_connection_peer(value, peer) ? seen(peer, context) : MXW_OK;
}

static int tell_environ(const char *proc, const char *pid, mxw_ssh_seen *seen, void *context)
{
	static const char head[] = "SSH_CONNECTION=";
	FILE *file = mxw_ssh_process_file(proc, pid, "environ");
	size_t room = 0;
	char *variable = NULL;
	int error = MXW_OK;

	if (!file)
		return MXW_OK;
	while (!error && getdelim(&variable, &room, '\0', file) > 0)
		if (strncmp(variable, head, sizeof(head) - 1) == 0)
			error = tell_connection(variable + sizeof(head) - 1, seen, context);
	free(variable);
	(void)fclose(file); /* was only read */
	return error;
}

/* sudo drops the variable, but the shell that it was started from keeps it. */
static int tell_own_session(const char *proc, mxw_ssh_seen *seen, void *context)
{
	int error = tell_connection(getenv("SSH_CONNECTION"), seen, context);
	char pid[32] = "self";
	unsigned long parent;

	for (int i = 0; !error && i < ANCESTORS_MAX; i++) {
		parent = mxw_ssh_process_parent(proc, pid);
		if (parent <= 1)
			break;
		(void)snprintf(pid, sizeof(pid), "%lu", parent);
		error = tell_environ(proc, pid, seen, context);
	}
	return error;
}

int mxw_ssh_peers(const char *proc, mxw_ssh_seen *seen, void *context, struct mxw_err *err)
{
	struct search *s = calloc(1, sizeof(*s));
	char tables[2][LINE_BYTES];
	int error = MXW_OK;

	if (!s || !find_sessions(s, proc)) {
		error = mxw_fail(err, MXW_E_FAIL, "out of memory while looking for SSH sessions");
		goto out;
	}
	(void)snprintf(tables[0], LINE_BYTES, "%s/net/tcp", proc);
	(void)snprintf(tables[1], LINE_BYTES, "%s/net/tcp6", proc);
	for (size_t i = 0; i < 2; i++)
		(void)walk_table(s, tables[i], NULL, NULL); /* marks ports, cannot fail */
	for (size_t i = 0; !error && i < 2; i++)
		error = walk_table(s, tables[i], seen, context);
	if (!error)
		error = tell_own_session(proc, seen, context);
out:
	if (s)
		free(s->inodes);
	free(s);
	return error;
}
