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

/* A process 17 that is OpenSSH and a process 18 that is not. Sockets of 17: 100 listens on
 * 2222, 101 a session there, 102 a forwarded connection from a port nobody listens on. */
static const char *const directories[] = { "net", "17", "17/fd", "18", "18/fd" };

static const struct {
	const char *path, *text;
} files[] = {
	{ "17/comm", "sshd-session\n" },
	{ "18/comm", "master\n" },
	{ "net/tcp",
	  "  sl  local_address rem_address   st tx_queue\n"
	  "   0: " ANY4 ":0016 " ANY4 ":0000 0A" REST "1" TAIL "   1: " A_192_0_2_1
	  ":0016 " A_192_0_2_7 ":D431 01" REST "2" TAIL "   2: " A_192_0_2_1 ":0016 " A_198_51_100_9
	  ":D431 06" REST "0" TAIL "   3: " A_192_0_2_1 ":9C40 " A_198_51_100_9 ":0019 01" REST
	  "102" TAIL "   4: " A_192_0_2_1 ":0019 " A_198_51_100_9 ":D431 01" REST "200" TAIL
	  "   5: " ANY4 ":0019 " ANY4 ":0000 0A" REST "201" TAIL },
	{ "net/tcp6",
	  "  sl  local_address                         remote_address   st\n"
	  "   0: " ANY6 ":08AE " ANY6 ":0000 0A" REST "100" TAIL "   1: " ANY6 ":08AE " A_2001_DB8_7
	  ":C722 01" REST "101" TAIL "   2: " ANY6 ":08AE " A_MAPPED ":C723 01" REST "300" TAIL },
};

static const struct {
	const char *path, *target;
} links[] = {
	{ "17/fd/0", "/dev/null" },
	{ "17/fd/3", "socket:[100]" },
	{ "17/fd/4", "socket:[101]" },
	{ "17/fd/5", "socket:[102]" },
	{ "17/fd/6", "anon_inode:[eventpoll]" },
	{ "18/fd/3", "socket:[200]" },
};

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
		assert_true(fputs(files[i].text, file) >= 0);
		assert_int_equal(fclose(file), 0);
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, links[i].path);
		assert_int_equal(symlink(links[i].target, path), 0);
	}
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

/* The mapped row is on the port of the server, but not held by it, and not on 22. */
static void sessions_are_told_and_nothing_else(void **state)
{
	char root[] = "/tmp/mxw-test-proc-XXXXXX", got[256] = "";

	(void)state;
	assert_non_null(mkdtemp(root));
	build_proc(root);
	assert_int_equal(mxw_ssh_peers(root, note_peer, got, NULL), 0);
	assert_string_equal(got, "192.0.2.7 2001:db8::7 ");
	got[0] = '\0';
	assert_int_equal(mxw_ssh_peers(root, refuse_peer, got, NULL), MXW_E_FAIL);
	assert_string_equal(got, "192.0.2.7 ");
	remove_proc(root);
}

static void a_missing_proc_tells_nothing(void **state)
{
	char got[256] = "";

	(void)state;
	assert_int_equal(mxw_ssh_peers("/nonexistent", note_peer, got, NULL), 0);
	assert_string_equal(got, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_the_tables_are_parsed),
		cmocka_unit_test(sessions_are_told_and_nothing_else),
		cmocka_unit_test(a_missing_proc_tells_nothing),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
