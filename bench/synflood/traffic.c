// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lists among the traffic options.
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "bench/synflood/settings.h"

/* "25" or "25:0.9"; item is changed. */
static bool parse_port(char *item, uint16_t *port, double *share)
{
	char *colon = strchr(item, ':'), *end;
	uint64_t number;

	*share = 1;
	if (colon) {
		*colon = '\0';
		*share = strtod(colon + 1, &end);
		if (end == colon + 1 || *end || !(*share > 0) || *share > 1e9)
			return false;
	}
	if (!mxw_number_parse(item, 1, 65535, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

/* Reads "PORT[:SHARE],...". The shares are made to sum up to 1 by the caller. */
static int parse_items(struct sf_plan *plan, char *list, double shares[SF_PORTS],
		       struct mxw_err *err)
{
	char *item;

	plan->port_count = 0;
	while ((item = strsep(&list, ","))) {
		unsigned int i = plan->port_count;

		if (i == SF_PORTS)
			return mxw_fail(err, MXW_E_USAGE, "--ports takes at most %d ports",
					SF_PORTS);
		if (!parse_port(item, &plan->ports[i], &shares[i]))
			return mxw_fail(err, MXW_E_USAGE,
					"--ports: \"%.40s\" is not a port from 1 to 65535 with, "
					"perhaps, a share above 0, such as 25:0.9",
					item);
		for (unsigned int k = 0; k < i; k++)
			if (plan->ports[k] == plan->ports[i])
				return mxw_fail(err, MXW_E_USAGE, "--ports names port %s twice",
						item);
		plan->port_count++;
	}
	return MXW_OK;
}

int sf_ports_parse(struct sf_plan *plan, const char *text, struct mxw_err *err)
{
	double shares[SF_PORTS] = { 0 }, sum = 0, reached = 0;
	char *copy = strdup(text);
	int error = copy ? parse_items(plan, copy, shares, err)
			 : mxw_fail(err, MXW_E_FAIL, "out of memory");

	free(copy);
	if (error)
		return error;
	for (unsigned int i = 0; i < plan->port_count; i++)
		sum += shares[i];
	for (unsigned int i = 0; i < plan->port_count; i++) {
		reached += shares[i] / sum;
		plan->port_until[i] = reached < 1 ? (uint32_t)(reached * (double)UINT32_MAX)
						  : UINT32_MAX;
	}
	return MXW_OK;
}

static int bad_tries(const char *text, struct mxw_err *err)
{
	return mxw_fail(
		err, MXW_E_USAGE,
		"--retransmit \"%.40s\" is not a rising list of at most %d times in seconds, "
		"each from 1 to %d, such as 1,3,7,15",
		text, SF_TRIES, SF_TRY_LATEST);
}

int sf_tries_parse(struct sf_settings *settings, const char *text, struct mxw_err *err)
{
	char *copy = strdup(*text ? text : "1,3,7,15"), *rest = copy, *item;
	uint64_t before = 0, seconds;
	int error = copy ? MXW_OK : mxw_fail(err, MXW_E_FAIL, "out of memory");

	while (!error && (item = strsep(&rest, ","))) {
		if (settings->tries == SF_TRIES ||
		    !mxw_number_parse(item, before + 1, SF_TRY_LATEST, &seconds)) {
			error = bad_tries(text, err);
			break;
		}
		settings->delays[settings->tries++] = (uint32_t)seconds * 1000;
		before = seconds;
	}
	free(copy);
	return error;
}
