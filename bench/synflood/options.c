// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses and prints by the option table.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "bench/synflood/option_table.h"

static const char head[] = "Usage: synflood [EAL OPTION]... -- --dest ADDR OPTION...\n"
			   "Sends SMTP SYNs through DPDK and counts which sources get an answer.\n";

static const char tail[] =
	"\n"
	"Exit: 0 done, 1 failed or interrupted, 2 wrong usage. What was measured is written in\n"
	"every case.\n"
	"\n"
	"Examples\n"
	"  A network card bound to DPDK, four queues, 2 million SYNs a second for a minute:\n"
	"    synflood -l 0-4 -a 0000:01:00.0 -- --cores 4 --dest 10.9.0.25 --test-net 10.9.0.0/24 "
	"\\\n"
	"      --own 10.9.0.200 --rate 2M --seconds 60 --listed blocked.txt --listed-share 0.3\n"
	"  The same for any network interface, without huge pages:\n"
	"    synflood -l 0,1 --no-huge --no-pci --vdev=net_af_packet0,iface=eth1 -- \\\n"
	"      --dest 10.9.0.25 --test-net 10.9.0.0/24 --own 10.9.0.200 --rate 20k\n"
	"  On the target, so that answers come back:\n"
	"    ip route add 198.18.0.0/15 via 10.9.0.200\n"
	"  What the generator itself can do, without a network:\n"
	"    synflood -l 0,1 --no-huge --no-pci --vdev=net_null0,no-rx=1 -- --dest 192.0.2.25 \\\n"
	"      --test-net 192.0.2.0/24 --dest-mac 02:00:00:00:00:01 --unlimited --source-net all\n"
	"See docs/load-testing.md.\n";

static const struct sf_option *find(const char *name, size_t length)
{
	size_t count;
	const struct sf_option *table = sf_option_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i].name && strlen(table[i].name) == length &&
		    strncmp(table[i].name, name, length) == 0)
			return &table[i];
	return NULL;
}

/* "20000", "20k", "2M". Works on a copy without the last letter. */
static bool parse_number(const struct sf_option *option, const char *text, uint64_t *value)
{
	size_t length = strlen(text);
	uint64_t factor = 1;
	char digits[32];

	if (!length || length >= sizeof(digits))
		return false;
	memcpy(digits, text, length + 1);
	if (digits[length - 1] == 'k')
		factor = 1000;
	else if (digits[length - 1] == 'M')
		factor = 1000000;
	if (factor > 1)
		digits[length - 1] = '\0';
	if (!mxw_number_parse(digits, 0, (uint64_t)option->high / factor, value))
		return false;
	*value *= factor;
	return *value >= (uint64_t)option->low;
}

static bool parse_decimal(const struct sf_option *option, const char *text, double *value)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || *end || !isfinite(number) || number < option->low ||
	    number > option->high)
		return false;
	*value = number;
	return true;
}

static bool parse_choice(const struct sf_option *option, const char *text, unsigned int *value)
{
	for (unsigned int i = 0; option->choices[i]; i++) {
		if (strcmp(option->choices[i], text) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

static int bad_value(const struct sf_option *option, const char *value, struct mxw_err *err)
{
	char choices[128] = "";

	for (size_t i = 0; option->kind == SF_OPTION_CHOICE && option->choices[i]; i++) {
		size_t used = strlen(choices);

		(void)snprintf(choices + used, sizeof(choices) - used, "%s%s", i ? ", " : "",
			       option->choices[i]);
	}
	if (*choices)
		return mxw_fail(err, MXW_E_USAGE, "--%s \"%.80s\" is unknown: choose one of %s",
				option->name, value, choices);
	return mxw_fail(err, MXW_E_USAGE, "--%s \"%.80s\" is not a number from %.15g to %.15g",
			option->name, value, option->low, option->high);
}

/* Puts an option's value where the table says, if it is a good one. */
static int store(struct sf_options *options, const struct sf_option *option, const char *value,
		 struct mxw_err *err)
{
	void *field = (char *)options + option->offset;
	bool good = true;

	switch (option->kind) {
	case SF_OPTION_FLAG:
		*(bool *)field = true;
		break;
	case SF_OPTION_TEXT:
	case SF_OPTION_OPTIONAL:
		*(const char **)field = value;
		break;
	case SF_OPTION_NUMBER:
		good = parse_number(option, value, field);
		break;
	case SF_OPTION_DECIMAL:
		good = parse_decimal(option, value, field);
		break;
	case SF_OPTION_CHOICE:
		good = parse_choice(option, value, field);
		break;
	}
	return good ? MXW_OK : bad_value(option, value, err);
}

/* One word; value: the word behind it, or NULL. *used tells whether it was the value. */
static int parse_word(struct sf_options *options, const char *word, const char *value, bool *used,
		      struct mxw_err *err)
{
	size_t length = strncmp(word, "--", 2) ? 0 : strcspn(word + 2, "=");
	const struct sf_option *option = length ? find(word + 2, length) : NULL;
	const char *own = option && word[2 + length] ? word + 3 + length : NULL;

	if (!option || (own && option->kind == SF_OPTION_FLAG))
		return mxw_fail(
			err, MXW_E_USAGE,
			"\"%.80s\" is not an option of synflood: see synflood --help; options "
			"of EAL go before \"--\"",
			word);
	*used = !own && option->kind != SF_OPTION_FLAG && option->kind != SF_OPTION_OPTIONAL;
	if (*used && !value)
		return mxw_fail(err, MXW_E_USAGE, "--%s needs a value: %s", option->name,
				option->value);
	return store(options, option, *used ? value : own ? own : "", err);
}

static void store_presets(struct sf_options *options)
{
	size_t count;
	const struct sf_option *table = sf_option_table(&count);

	*options = (struct sf_options){ .ipv6_share = -1 };
	for (size_t i = 0; i < count; i++)
		if (table[i].preset)
			(void)store(options, &table[i], table[i].preset, NULL); /* they are valid */
}

int sf_options_parse(struct sf_options *options, int argc, char **argv, struct mxw_err *err)
{
	int error = MXW_OK;

	store_presets(options);
	for (int i = 0; i < argc && !error; i++) {
		bool used = false;

		error = parse_word(options, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, err);
		i += used;
	}
	return error;
}

/* Text of several lines is indented under its first. */
static void help_option(FILE *out, const struct sf_option *option)
{
	static const char *const form[] = {
		[SF_OPTION_FLAG] = "--%s%s",	    [SF_OPTION_TEXT] = "--%s %s",
		[SF_OPTION_OPTIONAL] = "--%s[=%s]", [SF_OPTION_NUMBER] = "--%s %s",
		[SF_OPTION_DECIMAL] = "--%s %s",    [SF_OPTION_CHOICE] = "--%s %s"
	};
	const char *line = option->help;
	char left[64];

	(void)snprintf(left, sizeof(left), form[option->kind], option->name,
		       option->value ? option->value : "");
	(void)fprintf(out, "  %-28s ", left);
	if (strlen(left) > 28)
		(void)fprintf(out, "\n%31s", "");
	for (;;) {
		int length = (int)strcspn(line, "\n");

		(void)fprintf(out, "%.*s", length, line);
		line += length;
		if (!*line++)
			break;
		(void)fprintf(out, "\n%31s", "");
	}
	if (option->preset)
		(void)fprintf(out, " [%s]", option->preset);
	(void)fputc('\n', out);
}

void sf_options_help(FILE *out)
{
	size_t count;
	const struct sf_option *table = sf_option_table(&count);

	(void)fputs(head, out);
	for (size_t i = 0; i < count; i++) {
		if (table[i].heading)
			(void)fprintf(out, "\n%s\n", table[i].heading);
		else
			help_option(out, &table[i]);
	}
	(void)fputs(tail, out);
}
