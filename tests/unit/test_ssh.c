// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SSH sessions in the socket tables of a made-up /proc (userspace/host/ssh.h).
 */
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/addr.h"
#include "host/ssh.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Words are printed as numbers of this machine. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define A_192_0_2_1 "010200C0"
#define A_192_0_2_7 "070200C0"
#define A_MAPPED "0000000000000000FFFF0000" A_192_0_2_7
#define A_2001_DB8_7 "B80D0120000000000000000007000000"
#define A_198_51_100_9 "096433C6"
#else
#define A_192_0_2_1 "C0000201"
#define A_192_0_2_7 "C0000207"
#define A_MAPPED "00000000000000000000FFFF" A_192_0_2_7
#define A_2001_DB8_7 "20010DB8000000000000000000000007"
#define A_198_51_100_9 "C6336409"
#endif
#define ANY4 "00000000"
#define ANY6 "00000000000000000000000000000000"
#define REST " 00000000:00000000 02:0000A5B2 00000000     0        0 "
#define REST_OF_1000 " 00000000:00000000 02:0000A5B2 00000000  1000        0 "
#define TAIL " 2 0000000000000000 20 4 30 10 -1\n"

static void rows_of_the_tables_are_parsed(void **state)
{
	static const struct {
		const char *line;
		bool want;
		const char *remote;
		unsigned int port, tcp_state;
		uint64_t inode;
	} rows[] = {
		{ "   0: " A_192_0_2_1 ":0016 " A_192_0_2_7 ":D431 01" REST "41080" TAIL, true,
		  "192.0.2.7", 22, TCP_ESTABLISHED, 41080 },
		{ "  12: " ANY4 ":0016 " ANY4 ":0000 0A" REST "7" TAIL, true, "0.0.0.0", 22,
		  TCP_LISTEN, 7 },
		{ "1000: " ANY6 ":FFFF " A_MAPPED ":0001 01" REST "18446744073709551615" TAIL, true,
		  "192.0.2.7", 65535, TCP_ESTABLISHED, UINT64_MAX },
		{ "   1: " ANY6 ":08ae " A_2001_DB8_7 ":c722 06" REST "0" TAIL, true, "2001:db8::7",
		  2222, TCP_TIME_WAIT, 0 },
		{ "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
		  "uid  timeout inode\n",
		  false, "", 0, 0, 0 },
		{ "", false, "", 0, 0, 0 },
		{ "   0:", false, "", 0, 0, 0 },
		{ "   0: ", false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1, false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1 ":001", false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1 ":0016 " A_192_0_2_7 ":D431", false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1 ":0016 " A_192_0_2_7 ":D431 0", false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1 "00:0016 " A_192_0_2_7 ":D431 01", false, "", 0, 0, 0 },
		{ "   0: X00000C0:0016 " A_192_0_2_7 ":D431 01", false, "", 0, 0, 0 },
		{ "   0: " A_192_0_2_1 ":0016 " A_192_0_2_7 ":D431 01", true, "192.0.2.7", 22,
		  TCP_ESTABLISHED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char remote[MXW_ADDR_TEXT];
		struct mxw_tcp_row row;

		if (mxw_tcp_row_parse(rows[i].line, &row) != rows[i].want)
			fail_msg("\"%s\" is judged wrongly", rows[i].line);
		if (!rows[i].want)
			continue;
		assert_string_equal(mxw_addr_format(row.remote, remote), rows[i].remote);
		assert_int_equal(row.local_port, rows[i].port);
		assert_int_equal(row.state, rows[i].tcp_state);
		assert_true(row.inode == rows[i].inode);
	}
}

static void only_titles_after_authentication_are_sessions(void **state)
{
	static const struct {
		const char *title;
		bool want;
	} rows[] = {
		{ "sshd: alice@pts/0", true },
		{ "sshd: alice@pts/0,pts/3", true },
		{ "sshd: alice@notty", true },
		{ "sshd: alice@internal-sftp", true },
		{ "sshd: alice@example.org@pts/1", true },
		{ "sshd-session: alice@pts/0", true },
		{ "/usr/sbin/sshd: alice@notty", true },
		{ "/usr/lib/openssh/sshd-session: alice@notty", true },
		{ "sshd: [accepted]", false },
		{ "sshd: unknown [priv]", false },
		{ "sshd: unknown [net]", false },
		{ "sshd: alice [preauth]", false },
		{ "sshd: alice [priv]", false },
		{ "sshd: alice [net]", false },
		{ "sshd: alice@example.org [priv]", false },
		{ "sshd: alice@example.org [net]", false },
		{ "sshd: alice@example.org", false },
		{ "sshd: alice@notty [preauth]", false },
		{ "sshd: alice", false },
		{ "sshd: @notty", false },
		{ "sshd-session: alice [priv]", false },
		{ "sshd-session: [accepted]", false },
		{ "sshd-auth: alice@notty", false },
		{ "sshd-auth: alice [net]", false },
		{ "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", false },
		{ "sshd: /usr/sbin/sshd -oBanner=a@notty [listener] 1 of 10-100 startups", false },
		{ "/usr/sbin/sshd", false },
		{ "/usr/sbin/sshd -D -R -oBanner=a@notty", false },
		{ "ssh alice@notty", false },
		{ "notsshd: alice@notty", false },
		{ "sshd/x: alice@notty", false },
		{ "x: /sshd: alice@notty", false },
		{ "dropbear", false },
		{ "dropbear: alice@pts/0", false },
		{ "sshd:", false },
		{ "@", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (mxw_ssh_title_is_session(rows[i].title) != rows[i].want)
			fail_msg("\"%s\" is judged wrongly", rows[i].title);
}

static void ssh_connection_names_one_peer(void **state)
{
	static const struct {
		const char *value, *want; /* NULL: garbage */
	} rows[] = {
		{ "192.0.2.7 54321 192.0.2.1 22", "192.0.2.7" },
		{ "2001:db8::7 54321 2001:db8::1 22", "2001:db8::7" },
		{ "::ffff:192.0.2.7 54321 ::ffff:192.0.2.1 22", "192.0.2.7" },
		{ "fe80::7%eth0 54321 fe80::1%eth0 22", "fe80::7" },
		{ "192.0.2.7", NULL },
		{ "192.0.2.0/24 54321 192.0.2.1 22", NULL },
		{ "2001:db8::/32 1 ::1 22", NULL },
		{ "::/0 1 ::1 22", NULL },
		{ "192.0.2.256 1 192.0.2.1 22", NULL },
		{ "UNKNOWN 65535 UNKNOWN 65535", NULL },
		{ "mail.example.org 1 192.0.2.1 22", NULL },
		{ " 192.0.2.7 1 192.0.2.1 22", NULL },
		{ "%eth0 1 192.0.2.1 22", NULL },
		{ "0000000000000000000000000000000000000000000000000000000000000000000000001 1",
		  NULL },
		{ " ", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[MXW_ADDR_TEXT];
		uint8_t peer[16];

		if (mxw_ssh_connection_peer(rows[i].value, peer) != !!rows[i].want)
			fail_msg("\"%s\" is judged wrongly", rows[i].value);
		if (rows[i].want)
			assert_string_equal(mxw_addr_format(peer, text), rows[i].want);
	}
}

/* 16 listens, 17 and 20 are sessions, 18 is not an SSH server, 19 serves a bot that has not
 * authenticated. Sockets of 17: 101 its session, 102 a connection that it forwards from a port
 * nobody listens on, 103 a port that it forwards, 104 a stranger there. 21 is a program of a
 * user's that calls itself a session; it accepts strangers, 401, at a port where the user
 * listens, 400. 22 to 24 are users' that got a connection at the port of the server from
 * somebody, as of a service that root starts: 22 is another program of root's, 23 one that
 * everybody may write, and the parent of 24 is not root. This process is 42, its parents are 31, 30 and 1. */
static const char *const directories[] = { "net",   "16", "16/fd", "17",  "17/fd", "18",
					   "18/fd", "19", "19/fd", "20",  "20/fd", "21",
					   "21/fd", "22", "22/fd", "23",  "23/fd", "24",
					   "24/fd", "30", "31",	   "self" };

/* A '|' stands for NUL. */
static const struct {
	const char *path, *text;
} files[] = {
	{ "16/cmdline", "sshd: /usr/sbin/sshd -D [listener] 1 of 10-100 startups|" },
	{ "17/cmdline", "sshd-session: alice@pts/0||||" },
	{ "18/cmdline", "/usr/lib/postfix/sbin/master|-w|a@notty|" },
	{ "19/cmdline", "sshd: unknown [priv]|" },
	{ "20/cmdline", "sshd: bob@notty     " },
	{ "21/cmdline", "sshd: eve@notty|" },
	{ "22/cmdline", "sshd: eve@notty|" },
	{ "23/cmdline", "sshd: eve@notty|" },
	{ "24/cmdline", "sshd: eve@notty|" },
	{ "16/status", "Name:\tsshd\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n" },
	{ "17/status", "Uid:\t1000\t1000\t1000\t1000\n" },
	{ "20/status", "Uid:\t1000\t1000\t1000\t1000\n" },
	{ "21/status", "Uid:\t1000\t0\t0\t0\n" },
	{ "17/stat", "17 (sshd-session) S 16 1 1 0" },
	{ "20/stat", "20 (sshd) S 16 1 1 0" },
	{ "21/stat", "21 (sshd) S 16 1 1 0" },
	{ "22/stat", "22 (sshd) S 16 1 1 0" },
	{ "23/stat", "23 (sshd) S 16 1 1 0" },
	{ "24/stat", "24 (sshd) S 21 1 1 0" },
	{ "sshd", "" },
	{ "sshd-of-all", "" },
	{ "python", "" },
	{ "self/stat", "42 (xdpctl) S 31 42 31 0" },
	{ "31/stat", "31 (a) S 9 (b) S 30 31 30 0" },
	{ "31/environ", "HOME=/|SSH_CONNECTION=203.0.113.0/24 1 192.0.2.1 22|X=1|" },
	{ "30/stat", "30 (bash) S 1 30 30 0" },
	{ "30/environ", "XSSH_CONNECTION=203.0.113.1 1 192.0.2.1 22|"
			"SSH_CONNECTION=203.0.113.9 54321 192.0.2.1 22|" },
	{ "net/tcp",
	  "  sl  local_address rem_address   st tx_queue\n"
	  "   0: " ANY4 ":0016 " ANY4 ":0000 0A" REST "1" TAIL "   1: " A_192_0_2_1
	  ":0016 " A_192_0_2_7 ":D431 01" REST "2" TAIL "   2: " A_192_0_2_1 ":0016 " A_198_51_100_9
	  ":D431 06" REST "0" TAIL "   3: " A_192_0_2_1 ":9C40 " A_198_51_100_9 ":0019 01" REST
	  "102" TAIL "   4: " A_192_0_2_1 ":0019 " A_198_51_100_9 ":D431 01" REST "200" TAIL
	  "   5: " ANY4 ":0019 " ANY4 ":0000 0A" REST "201" TAIL "   6: " A_192_0_2_1
	  ":0016 " A_198_51_100_9 ":D432 01" REST "3" TAIL "   7: " ANY4 ":1F90 " ANY4
	  ":0000 0A" REST "103" TAIL "   8: " A_192_0_2_1 ":1F90 " A_198_51_100_9 ":D433 01" REST
	  "104" TAIL "   9: " A_192_0_2_1 ":0016 " A_198_51_100_9 ":D434 01" REST "0" TAIL
	  "  10: " ANY4 ":1F91 " ANY4 ":0000 0A" REST_OF_1000 "400" TAIL "  11: " A_192_0_2_1
	  ":1F91 " A_198_51_100_9 ":D435 01" REST_OF_1000 "401" TAIL "  12: " A_192_0_2_1
	  ":0016 " A_198_51_100_9 ":D436 01" REST "501" TAIL "  13: " A_192_0_2_1
	  ":0016 " A_198_51_100_9 ":D437 01" REST "502" TAIL "  14: " A_192_0_2_1
	  ":0016 " A_198_51_100_9 ":D438 01" REST "503" TAIL },
	{ "net/tcp6",
	  "  sl  local_address                         remote_address   st\n"
	  "   0: " ANY6 ":08AE " ANY6 ":0000 0A" REST "100" TAIL "   1: " ANY6 ":08AE " A_2001_DB8_7
	  ":C722 01" REST "101" TAIL "   2: " ANY6 ":08AE " A_MAPPED ":C723 01" REST "300" TAIL },
};

static const struct {
	const char *path, *target;
} links[] = {
	{ "16/fd/3", "socket:[100]" },
	{ "17/fd/0", "/dev/null" },
	{ "17/fd/4", "socket:[101]" },
	{ "17/fd/5", "socket:[102]" },
	{ "17/fd/6", "anon_inode:[eventpoll]" },
	{ "17/fd/7", "socket:[103]" },
	{ "17/fd/8", "socket:[104]" },
	{ "18/fd/3", "socket:[200]" },
	{ "19/fd/3", "socket:[3]" },
	{ "20/fd/3", "socket:[2]" },
	{ "21/fd/4", "socket:[401]" },
	{ "22/fd/4", "socket:[501]" },
	{ "23/fd/4", "socket:[502]" },
	{ "24/fd/4", "socket:[503]" },
	{ "16/exe", "../sshd" },
	{ "17/exe", "../sshd" },
	{ "20/exe", "../sshd" },
	{ "21/exe", "../sshd" },
	{ "22/exe", "../python" },
	{ "23/exe", "../sshd-of-all" },
	{ "24/exe", "../sshd" },
};

/* A /proc of files and links, since no test may depend on who is logged in. */
static void build_proc(const char *root)
{
	char path[256];

	for (size_t i = 0; i < COUNT(directories); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, directories[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	for (size_t i = 0; i < COUNT(files); i++) {
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/%s", root, files[i].path);
		file = fopen(path, "w");
		assert_non_null(file);
		for (const char *c = files[i].text; *c; c++)
			assert_true(fputc(*c == '|' ? '\0' : *c, file) >= 0);
		assert_int_equal(fclose(file), 0);
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, links[i].path);
		assert_int_equal(symlink(links[i].target, path), 0);
	}
}

static void open_to_all(const char *root)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/sshd-of-all", root);
	assert_int_equal(chmod(path, 0777), 0);
}

static void remove_proc(const char *root)
{
	char path[256];

	for (size_t i = 0; i < COUNT(links); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, links[i].path);
		assert_int_equal(unlink(path), 0);
	}
	for (size_t i = 0; i < COUNT(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, files[i].path);
		assert_int_equal(unlink(path), 0);
	}
	for (size_t i = COUNT(directories); i > 0; i--) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, directories[i - 1]);
		assert_int_equal(rmdir(path), 0);
	}
	assert_int_equal(rmdir(root), 0);
}

static int note_peer(const uint8_t peer[16], void *context)
{
	char addr[MXW_ADDR_TEXT], *out = context;
	size_t used = strlen(out);

	(void)snprintf(out + used, 256 - used, "%s ", mxw_addr_format(peer, addr));
	return 0;
}

static int refuse_peer(const uint8_t peer[16], void *context)
{
	(void)note_peer(peer, context);
	return MXW_E_FAIL;
}

/* The mapped row is on the port of the server, but not held by a session. */
static void sessions_are_told_and_nothing_else(void **state)
{
	char root[] = "/tmp/mxw-test-proc-XXXXXX", got[256] = "";

	(void)state;
	if (geteuid() != 0)
		skip(); /* sshd is root's */
	assert_non_null(mkdtemp(root));
	build_proc(root);
	open_to_all(root);
	assert_int_equal(unsetenv("SSH_CONNECTION"), 0);
	assert_int_equal(mxw_ssh_peers(root, note_peer, got, NULL), 0);
	assert_string_equal(got, "192.0.2.7 2001:db8::7 203.0.113.9 ");
	got[0] = '\0';
	assert_int_equal(mxw_ssh_peers(root, refuse_peer, got, NULL), MXW_E_FAIL);
	assert_string_equal(got, "192.0.2.7 ");
	remove_proc(root);
}

static void a_missing_proc_tells_only_the_environment(void **state)
{
	char got[256] = "";

	(void)state;
	assert_int_equal(setenv("SSH_CONNECTION", "203.0.113.5 1 192.0.2.1 22", 1), 0);
	assert_int_equal(mxw_ssh_peers("/nonexistent", note_peer, got, NULL), 0);
	assert_string_equal(got, "203.0.113.5 ");
	assert_int_equal(mxw_ssh_peers("/nonexistent", refuse_peer, got, NULL), MXW_E_FAIL);
	got[0] = '\0';
	assert_int_equal(setenv("SSH_CONNECTION", "garbage", 1), 0);
	assert_int_equal(mxw_ssh_peers("/nonexistent", note_peer, got, NULL), 0);
	assert_int_equal(unsetenv("SSH_CONNECTION"), 0);
	assert_int_equal(mxw_ssh_peers("/nonexistent", note_peer, got, NULL), 0);
	assert_string_equal(got, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_the_tables_are_parsed),
		cmocka_unit_test(only_titles_after_authentication_are_sessions),
		cmocka_unit_test(ssh_connection_names_one_peer),
		cmocka_unit_test(sessions_are_told_and_nothing_else),
		cmocka_unit_test(a_missing_proc_tells_only_the_environment),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
