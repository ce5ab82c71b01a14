// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * synflood: floods a mail server of one's own with SMTP SYNs, by DPDK, and counts
 * whose SYNs are answered. Run by bench scripts and by hand: docs/load-testing.md.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "bench/synflood/dpdk/control.h"
#include "bench/synflood/dpdk/station.h"
#include "bench/synflood/eal_words.h"

/* EAL's words are the first `count` of argv, and our own follow "--". */
static int start_and_flood(struct sf_settings *settings, int count, char **words,
			   struct sf_result *result, struct mxw_err *err)
{
	struct sf_run run = { .settings = settings, .counters = result->workers };
	const struct sf_options *o = &settings->options;
	struct sf_device device = { 0 };
	char said[SF_EAL_SAID];
	int error = sf_pcap_open(&run.pcap, o->pcap, o->pcap_packets, err), second;

	if (!error)
		error = sf_eal_check(count, words, err);
	if (!error)
		error = sf_eal_start(count, words, said, err);
	if (error)
		return error;
	run.device = &device;
	error = sf_device_open(&device, settings, said, err);
	if (!error)
		error = sf_station_resolve(&device, settings, err);
	if (!error)
		error = sf_control_flood(&run, result, err);
	sf_device_facts(&device, &result->device);
	sf_device_close(&device);
	second = sf_pcap_close(&run.pcap, o->pcap, error ? NULL : err);
	(void)rte_eal_cleanup(); /* we end anyway */
	return error ? error : second;
}

/* Table and JSON, whatever was reached. */
static int write_result(const struct sf_result *result, struct mxw_err *err)
{
	const char *json = result->settings->options.json;

	if (*result->started && (!json || strcmp(json, "-") != 0))
		sf_summary_print(result);
	return json ? sf_json_write(result, json, err) : MXW_OK;
}

/* The result is written in any case: it counts the packets that went out before a failure, too. */
static int flood_and_tell(struct sf_settings *settings, int count, char **words,
			  struct mxw_err *err)
{
	struct sf_result result = { .settings = settings };
	struct mxw_err second;
	int error, unwritten;

	result.workers = aligned_alloc(_Alignof(struct sf_counters),
				       settings->options.cores * sizeof(*result.workers));
	if (!result.workers)
		return mxw_fail(err, MXW_E_FAIL, "out of memory");
	memset(result.workers, 0, settings->options.cores * sizeof(*result.workers));
	if (*settings->note)
		(void)fprintf(stderr, "synflood: %s\n", settings->note);
	error = start_and_flood(settings, count, words, &result, err);
	result.complete = !error;
	if (error)
		(void)snprintf(result.failure, sizeof(result.failure), "%s", err->text);
	unwritten = write_result(&result, error ? &second : err);
	if (error && unwritten)
		(void)fprintf(stderr, "synflood: %s\n", second.text);
	free(result.workers);
	return error ? error : unwritten;
}

/* Words before "--" are EAL's. Our own are parsed first, so that a mistake is reported before
 * EAL takes hold of devices. */
int main(int argc, char **argv)
{
	int words = sf_eal_words(argc, argv), error;
	struct sf_options options;
	struct sf_settings settings = { 0 };
	struct mxw_err err = { 0 };

	sf_control_hold_signals();
	error = words < argc ? sf_options_parse(&options, argc - words - 1, argv + words + 1, &err)
			     : sf_options_parse(&options, 0, argv, &err);
	if (sf_eal_has(words, argv, "--help") || (!error && options.help)) {
		sf_options_help(stdout);
		return EXIT_SUCCESS;
	}
	if (!error)
		error = sf_settings_make(&settings, &options, &err);
	if (!error)
		error = flood_and_tell(&settings, words, argv, &err);
	if (error)
		(void)fprintf(stderr, "synflood: %s\n", err.text);
	sf_settings_free(&settings);
	return mxw_exit_code(error);
}
