// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values by type. Called by the reader and by the dump. Those that are lists of addresses
 * or of quotas are in value_list.c.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "config/value.h"
#include "config/value_list.h"
#include "policy/dnsbl_name.h"

static void *field(const struct mxw_setting *setting, struct mxw_settings *settings)
{
	return (char *)settings + setting->offset;
}

static const void *const_field(const struct mxw_setting *setting,
			       const struct mxw_settings *settings)
{
	return (const char *)settings + setting->offset;
}

__attribute__((format(printf, 3, 4))) static size_t wrong(mxw_value_mistake_fn *mistake,
							  void *context, const char *format, ...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	mistake(context, 0, sentence);
	return 1;
}

/* Whole numbers with a sign, from low to high. */
static bool integer(const char *text, int64_t low, int64_t high, int64_t *value)
{
	bool negative = *text == '-';
	uint64_t number;

	if (!mxw_number_parse(text + negative, 0, INT64_MAX, &number))
		return false;
	*value = negative ? -(int64_t)number : (int64_t)number;
	return *value >= low && *value <= high;
}

static bool boolean(const char *text, bool *value)
{
	*value = strcmp(text, "yes") == 0;
	return *value || strcmp(text, "no") == 0;
}

static bool duration(const struct mxw_setting *setting, const char *text, uint64_t *seconds)
{
	return mxw_duration_parse(text, seconds, NULL) == MXW_OK &&
	       *seconds >= (uint64_t)setting->low && *seconds <= (uint64_t)setting->high;
}

static bool choice(const struct mxw_setting *setting, const char *text, unsigned int *value)
{
	for (*value = 0; setting->choices[*value]; ++*value)
		if (strcmp(setting->choices[*value], text) == 0)
			return true;
	return false;
}

/* low: the text may not be empty. */
static bool word(const struct mxw_setting *setting, const char *text, char value[MXW_SETTING_TEXT])
{
	size_t length = strlen(text);

	if ((setting->low && !length) || length >= MXW_SETTING_TEXT || strpbrk(text, " \t\n"))
		return false;
	if (setting->type == MXW_PATH && length && (*text != '/' || strstr(text, "/../")))
		return false;
	memcpy(value, text, length + 1);
	return true;
}

/* The value of a setting that is one word. The table gives its type and its bounds. */
static bool parse_one(const struct mxw_setting *setting, const char *text, void *value)
{
	int64_t number;

	switch (setting->type) {
	case MXW_BOOL:
		return boolean(text, value);
	case MXW_NUMBER:
		if (!integer(text, setting->low, setting->high, &number))
			return false;
		*(uint64_t *)value = (uint64_t)number;
		return true;
	case MXW_INTEGER:
		return integer(text, setting->low, setting->high, value);
	case MXW_DURATION:
		return duration(setting, text, value);
	case MXW_CHOICE:
		return choice(setting, text, value);
	case MXW_LISTEN:
		return mxw_listen_parse(text, value);
	default:
		return word(setting, text, value);
	}
}

size_t mxw_value_parse(const struct mxw_setting *setting, const char *text,
		       struct mxw_settings *settings, mxw_value_mistake_fn *mistake, void *context)
{
	void *value = field(setting, settings);
	char range[160];

	memset(value, 0, mxw_value_size(setting));
	switch (setting->type) {
	case MXW_SITES:
		return mxw_dnsbl_sites_parse(text, value, mistake, context);
	case MXW_QUOTAS:
		return mxw_quotas_parse(setting, text, value, mistake, context);
	case MXW_SERVER_LIST:
		return mxw_servers_parse(text, value, mistake, context);
	case MXW_ADDRESS_LIST:
		return mxw_addresses_parse(text, value, mistake, context);
	default:
		if (parse_one(setting, text, value))
			return 0;
		return wrong(mistake, context, "%s is \"%.80s\"; it has to be %s", setting->key,
			     text, mxw_value_range(setting, range));
	}
}

size_t mxw_value_size(const struct mxw_setting *setting)
{
	static const size_t sizes[] = {
		[MXW_BOOL] = sizeof(bool),
		[MXW_NUMBER] = sizeof(uint64_t),
		[MXW_INTEGER] = sizeof(int64_t),
		[MXW_DURATION] = sizeof(uint64_t),
		[MXW_CHOICE] = sizeof(unsigned int),
		[MXW_TEXT] = MXW_SETTING_TEXT,
		[MXW_PATH] = MXW_SETTING_TEXT,
		[MXW_SITES] = sizeof(struct mxw_dnsbl_sites),
		[MXW_QUOTAS] = sizeof(struct mxw_quotas),
		[MXW_SERVER_LIST] = sizeof(struct mxw_servers),
		[MXW_ADDRESS_LIST] = sizeof(struct mxw_addresses),
		[MXW_LISTEN] = sizeof(struct mxw_server),
	};

	return sizes[setting->type];
}

bool mxw_value_equal(const struct mxw_setting *setting, const struct mxw_settings *a,
		     const struct mxw_settings *b)
{
	return memcmp(const_field(setting, a), const_field(setting, b), mxw_value_size(setting)) ==
	       0;
}

bool mxw_value_is_list(const struct mxw_setting *setting)
{
	return setting->type == MXW_SITES || setting->type == MXW_QUOTAS ||
	       setting->type == MXW_SERVER_LIST || setting->type == MXW_ADDRESS_LIST;
}

static void print_sites(const struct mxw_dnsbl_sites *sites, bool secrets, FILE *out)
{
	for (size_t i = 0; i < sites->line_count; i++) {
		const char *zone = sites->zone[sites->line[i].zone];
		char shown[MXW_DNSBL_ZONE_TEXT], line[MXW_DNSBL_LINE_TEXT];

		(void)fprintf(out, "\n\t%s",
			      mxw_dnsbl_line_format(&sites->line[i],
						    secrets ? zone : mxw_dnsbl_mask(zone, shown),
						    line));
	}
}

/* The largest of the units that the duration is a multiple of. */
static void print_duration(uint64_t seconds, FILE *out)
{
	static const struct {
		uint64_t seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (seconds % units[i].seconds)
		i++;
	(void)fprintf(out, "%" PRIu64 "%c", seconds / units[i].seconds, units[i].letter);
}

void mxw_value_print(const struct mxw_setting *setting, const struct mxw_settings *settings,
		     bool secrets, FILE *out)
{
	const void *value = const_field(setting, settings);

	switch (setting->type) {
	case MXW_BOOL:
		(void)fprintf(out, "%s", *(const bool *)value ? "yes" : "no");
		break;
	case MXW_NUMBER:
		(void)fprintf(out, "%" PRIu64, *(const uint64_t *)value);
		break;
	case MXW_INTEGER:
		(void)fprintf(out, "%" PRId64, *(const int64_t *)value);
		break;
	case MXW_DURATION:
		print_duration(*(const uint64_t *)value, out);
		break;
	case MXW_CHOICE:
		(void)fprintf(out, "%s", setting->choices[*(const unsigned int *)value]);
		break;
	case MXW_SITES:
		print_sites(value, secrets, out);
		break;
	case MXW_QUOTAS:
		mxw_quotas_print(value, secrets, out);
		break;
	case MXW_SERVER_LIST:
		mxw_servers_print(value, out);
		break;
	case MXW_ADDRESS_LIST:
		mxw_addresses_print(value, out);
		break;
	case MXW_LISTEN:
		mxw_listen_print(value, out);
		break;
	default:
		(void)fprintf(out, "%s", (const char *)value);
	}
}

static void add_choices(const struct mxw_setting *setting, char out[160])
{
	size_t at = 0;

	for (size_t i = 0; setting->choices[i]; i++)
		at += (size_t)snprintf(out + at, 160 - at, "%s%s",
				       !i			 ? ""
				       : setting->choices[i + 1] ? ", "
								 : " or ",
				       setting->choices[i]);
}

const char *mxw_value_range(const struct mxw_setting *setting, char out[160])
{
	char low[MXW_DURATION_TEXT], high[MXW_DURATION_TEXT];

	switch (setting->type) {
	case MXW_BOOL:
		return "yes or no";
	case MXW_NUMBER:
	case MXW_INTEGER:
		(void)snprintf(out, 160, "a number from %" PRId64 " to %" PRId64, setting->low,
			       setting->high);
		return out;
	case MXW_DURATION:
		(void)snprintf(out, 160, "a duration from %s to %s",
			       mxw_duration_format((uint64_t)setting->low, low),
			       mxw_duration_format((uint64_t)setting->high, high));
		return out;
	case MXW_CHOICE:
		add_choices(setting, out);
		return out;
	case MXW_TEXT:
		return "one word of at most 255 bytes";
	case MXW_PATH:
		return setting->low ? "an absolute path of at most 255 bytes"
				    : "an absolute path of at most 255 bytes, or nothing";
	case MXW_SITES:
		return "lists as in postscreen_dnsbl_sites";
	case MXW_QUOTAS:
		return "lists with their numbers, domain=number";
	case MXW_SERVER_LIST:
		return "up to 8 addresses, with or without a port";
	case MXW_LISTEN:
		return "ADDR:PORT of the loopback, such as 127.0.0.1:9125, or nothing";
	default:
		return "up to 64 addresses";
	}
}
