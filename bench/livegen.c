// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * livegen: SYNs to a mail server, each from another source, millions of them a
 * second from one core, through the kernel's live frames into one end of a veth.
 * For machines without a spare network card; run as root, also by bench/peers.
 *
 * Sends into the device that it is given and nowhere else, and stops by itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "bench/lib/machine.h"
#include "bench/lib/process.h"
#include "bench/live/report.h"

#define LEAST_SECONDS 0.01
#define MOST_SECONDS 86400.0

static const char usage[] =
	"Usage: livegen --dev DEVICE (--seconds N | --count N) [OPTION]...\n"
	"       livegen --list [--corpus SHAPE] [--entries N]\n"
	"       livegen --machine\n"
	"Sends TCP SYNs to 192.0.2.25 port 25, each from another source, into DEVICE, best\n"
	"one end of a veth whose other end is in the same network namespace. Needs root.\n"
	"\n"
	"  --dev DEVICE     where to send\n"
	"  --seconds N      stop after N seconds, such as 10 or 0.5\n"
	"  --count N        stop after N packets\n"
	"  --corpus SHAPE   uniform (the default), clustered: 33 listed addresses in a /24,\n"
	"                   or skewed: 90 % of the packets from 10 000 sources\n"
	"  --entries N      how many addresses are listed; the default is 1 000 000\n"
	"  --listed FILE    these are the listed addresses, one on each line\n"
	"  --share P        percent of the packets that come from listed addresses; the\n"
	"                   default is 100\n"
	"  --port N         send to this port instead of 25\n"
	"  --ack            send ACKs instead of SYNs\n"
	"  --dest ADDRESS   send to this IPv4 address\n"
	"  --lossless       send no faster than the other end receives\n"
	"  --cpu N          send from CPU N; the default is the first one\n"
	"  --proc DIR       where the machine's processes are seen; the default is /proc\n"
	"  --json           the result as JSON, and no line each second\n"
	"  --list           only print the listed addresses of a corpus\n"
	"  --machine        only print facts about this machine as JSON\n"
	"  --help           this text\n"
	"\n"
	"Example: livegen --list --entries 100000 > list.txt\n"
	"         xdpctl block --file list.txt\n"
	"         livegen --dev veth0 --entries 100000 --share 50 --seconds 5\n";

static const struct option options[] = {
	{ "dev", required_argument, NULL, 'd' },     { "seconds", required_argument, NULL, 's' },
	{ "count", required_argument, NULL, 'n' },   { "corpus", required_argument, NULL, 'c' },
	{ "entries", required_argument, NULL, 'e' }, { "listed", required_argument, NULL, 'f' },
	{ "share", required_argument, NULL, 'p' },   { "port", required_argument, NULL, 't' },
	{ "ack", no_argument, NULL, 'a' },	     { "dest", required_argument, NULL, 'i' },
	{ "lossless", no_argument, NULL, 'l' },	     { "cpu", required_argument, NULL, 'u' },
	{ "proc", required_argument, NULL, 'r' },    { "json", no_argument, NULL, 'j' },
	{ "list", no_argument, NULL, 'L' },	     { "machine", no_argument, NULL, 'M' },
	{ "help", no_argument, NULL, 'h' },	     {},
};

/* All that the command line says. */
struct settings {
	struct live_wish wish;
	struct live_limits limits;
	const char *device, *proc;
	bool json;
	int act; /* 'L', 'M', 'h', or 0: send */
};

/* A number that an option takes. */
static uint64_t number(const char *option, uint64_t least, uint64_t most, int *error,
		       struct mxw_err *err)
{
	uint64_t value = 0;

	if (!mxw_number_parse(optarg, least, most, &value))
		*error = mxw_fail(err, MXW_E_USAGE,
				  "%s \"%.40s\" is not a whole number from %llu to %llu", option,
				  optarg, (unsigned long long)least, (unsigned long long)most);
	return value;
}

static int take_seconds(struct live_limits *limits, struct mxw_err *err)
{
	char *end;

	errno = 0;
	limits->seconds = strtod(optarg, &end);
	if (!errno && end != optarg && !*end && limits->seconds >= LEAST_SECONDS &&
	    limits->seconds <= MOST_SECONDS)
		return 0;
	return mxw_fail(err, MXW_E_USAGE, "--seconds \"%.40s\" is not a number from %g to %g",
			optarg, LEAST_SECONDS, MOST_SECONDS);
}

static int take_corpus(struct live_wish *wish, struct mxw_err *err)
{
	if (bench_shape_parse(optarg, &wish->shape))
		return 0;
	return mxw_fail(err, MXW_E_USAGE,
			"--corpus \"%.40s\" is none of uniform, clustered and skewed", optarg);
}

static int take_dest(struct live_wish *wish, struct mxw_err *err)
{
	struct in_addr address;

	if (inet_pton(AF_INET, optarg, &address) != 1)
		return mxw_fail(err, MXW_E_USAGE, "--dest \"%.80s\" is not an IPv4 address",
				optarg);
	wish->dest = ntohl(address.s_addr);
	return 0;
}

/* The options about what to send. False: not one of them. */
static bool take_wish(int option, struct live_wish *wish, int *error, struct mxw_err *err)
{
	switch (option) {
	case 'c':
		*error = take_corpus(wish, err);
		return true;
	case 'e':
		wish->entries = (uint32_t)number("--entries", 1, BENCH_SHAPE_MOST, error, err);
		return true;
	case 'f':
		wish->listed_file = optarg;
		return true;
	case 'p':
		wish->share = (uint32_t)number("--share", 0, 100, error, err);
		return true;
	case 't':
		wish->port = (uint16_t)number("--port", 1, 65535, error, err);
		return true;
	case 'a':
		wish->frame = BENCH_ACK;
		return true;
	case 'i':
		*error = take_dest(wish, err);
		return true;
	default:
		return false;
	}
}

/* word: the option as given. */
static int take_option(int option, const char *word, struct settings *s, struct mxw_err *err)
{
	int error = 0;

	if (take_wish(option, &s->wish, &error, err))
		return error;
	switch (option) {
	case 'd':
		s->device = optarg;
		break;
	case 's':
		error = take_seconds(&s->limits, err);
		break;
	case 'n':
		s->limits.count = number("--count", 1, INT64_MAX, &error, err);
		break;
	case 'l':
		s->limits.lossless = true;
		break;
	case 'u':
		s->limits.cpu = (int)number("--cpu", 0, INT_MAX, &error, err);
		break;
	case 'r':
		s->proc = optarg;
		break;
	case 'j':
		s->json = s->limits.quiet = true;
		break;
	case 'L':
	case 'M':
	case 'h':
		s->act = option;
		break;
	default:
		error = mxw_fail(
			err, MXW_E_USAGE,
			"\"%.80s\" is not an option or lacks its value; see livegen --help", word);
	}
	return error;
}

static int parse_options(int argc, char **argv, struct settings *s, struct mxw_err *err)
{
	int option, error = 0;

	opterr = 0; /* the sentence is ours */
	while (!error && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		error = take_option(option, argv[optind - 1], s, err);
	if (error || s->act)
		return error;
	if (optind < argc)
		return mxw_fail(err, MXW_E_USAGE, "\"%.80s\" is not an option; see livegen --help",
				argv[optind]);
	if (!s->device)
		return mxw_fail(err, MXW_E_USAGE, "say where to send, with --dev DEVICE");
	if (s->limits.seconds <= 0 && !s->limits.count)
		return mxw_fail(err, MXW_E_USAGE,
				"say when to stop, with --seconds N or --count N");
	return 0;
}

static int print_list(const struct live_wish *wish, struct mxw_err *err)
{
	char text[INET_ADDRSTRLEN];
	uint32_t *addresses, count;
	int error = live_listed(wish, &addresses, &count, err);

	for (uint32_t i = 0; !error && i < count; i++) {
		struct in_addr address = { .s_addr = htonl(addresses[i]) };

		(void)inet_ntop(AF_INET, &address, text, sizeof(text)); /* has room */
		if (puts(text) < 0)
			error = mxw_fail(err, MXW_E_FAIL, "cannot write the list: %s",
					 strerror(errno));
	}
	if (!error && fflush(stdout))
		error = mxw_fail(err, MXW_E_FAIL, "cannot write the list: %s", strerror(errno));
	free(addresses);
	return error;
}

static int print_machine(struct mxw_err *err)
{
	struct bench_machine machine;
	json_t *json;
	int error;

	bench_machine_read(&machine);
	json = bench_machine_json(&machine);
	error = json ? json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : -1;
	json_decref(json);
	if (error || printf("\n") < 0 || fflush(stdout))
		return mxw_fail(err, MXW_E_FAIL, "cannot write the facts to standard output");
	return 0;
}

/* What was sent has to be somewhere. */
static int account(const struct live_report *report, struct mxw_err *err)
{
	const struct live_result *result = report->result;

	int error = live_device_took(report->device, &result->counts, result->sent, err);

	if (error)
		return error;
	if (live_unexplained(report) < 0)
		return mxw_fail(err, MXW_E_FAIL,
				"%lld packets more arrived than were sent: something else sends "
				"through %s, perhaps IPv6 neighbour discovery",
				-(long long)live_unexplained(report), report->device->name);
	if (live_unexplained(report))
		return mxw_fail(err, MXW_E_FAIL,
				"%lld packets were lost without a trace; did something else send "
				"through %s, or did a device go down for a moment?",
				(long long)live_unexplained(report), report->device->name);
	return 0;
}

/* All is set up; sends and reports. result is the report's. */
static int run(const struct settings *s, struct live_engine *engine, struct live_report *report,
	       struct live_result *result, struct mxw_err *err)
{
	struct mxw_err second;
	int written = 0, error;

	bench_hold_signals(); /* ^C ends the sending, and what was measured is written */
	error = live_engine_run(engine, report->device, report->traffic, &s->limits, result, err);
	if (!error)
		error = account(report, err);
	if (!error && result->interrupted)
		error = mxw_fail(err, MXW_E_FAIL,
				 "interrupted; the figures are of what was sent until then");
	report->failure = error ? err->text : "";
	if (s->json)
		written = live_report_json(report, error ? &second : err);
	else
		live_report_text(report);
	return error ? error : written;
}

/* Makes the frames, and sends them from the kernel in the device's own context, so that no
 * process is the limit. */
static int send_traffic(struct settings *s, struct mxw_err *err)
{
	struct live_engine engine = {};
	struct live_traffic traffic = {};
	struct live_device device;
	struct live_result result = {};
	struct live_report report = { .wish = &s->wish,
				      .device = &device,
				      .traffic = &traffic,
				      .limits = &s->limits,
				      .result = &result };
	char dir[PATH_MAX];
	int error = bench_own_folder(dir, sizeof(dir), err);

	if (!error && bench_machine_pin(s->limits.cpu) < 0)
		error = mxw_fail(err, MXW_E_USAGE,
				 "--cpu %d: there is no such CPU, or it is not allowed to this "
				 "process",
				 s->limits.cpu);
	if (error)
		return error;
	error = live_device_open(&device, s->device, s->proc, err);
	if (!error && s->limits.lossless && !device.receiver[0])
		error = mxw_fail(err, MXW_E_USAGE,
				 "--lossless needs the other end of %s in this network namespace, "
				 "to see what it has received",
				 s->device);
	if (!error)
		error = live_traffic_make(&traffic, &s->wish, err);
	if (!error && device.receiver[0])
		memcpy(traffic.frame.eth.h_dest, device.receiver_mac, ETH_ALEN);
	if (!error)
		error = live_engine_open(&engine, dir, &device, &traffic, err);
	if (!error)
		error = run(s, &engine, &report, &result, err);
	live_engine_close(&engine);
	live_traffic_free(&traffic);
	live_device_close(&device);
	return error;
}

/* Sends, or prints the list of addresses or the machine, for scripts that fill other filters
 * with the same list. */
int main(int argc, char **argv)
{
	struct settings settings = {
		.wish = { .entries = 1000000, .share = 100, .port = 25, .dest = 0xc0000219 },
		.proc = "/proc",
	};
	struct mxw_err err = {};
	int error;

	bench_silence_libbpf();
	error = parse_options(argc, argv, &settings, &err);
	if (!error && settings.act == 'h')
		printf("%s", usage);
	else if (!error && settings.act == 'L')
		error = print_list(&settings.wish, &err);
	else if (!error && settings.act == 'M')
		error = print_machine(&err);
	else if (!error)
		error = send_traffic(&settings, &err);
	if (error)
		fprintf(stderr, "livegen: %s\n", err.text);
	return error ? mxw_exit_code(error) : 0;
}
