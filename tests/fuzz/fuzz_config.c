// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configurations: a text is taken as a whole or refused with a mistake; what is taken, written out
 * and read again, is the same.
 */
#include <string.h>

#include "config/config.h"
#include "fuzz.h"

static char *dump(const struct mxw_settings *settings, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	FUZZ_WANT(out != NULL);
	mxw_config_dump(settings, MXW_DUMP_ALL, true, out);
	FUZZ_WANT(fclose(out) == 0);
	return text;
}

static void on_warning(void *context, const char *sentence)
{
	(void)context;
	FUZZ_WANT(*sentence != 0);
}

/* A configuration that is taken can be dumped and read again, and the second dump is the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mxw_settings settings, again;
	static struct mxw_dnsbl_plan plan;
	static struct mxw_mistakes mistakes;
	size_t length, length_again;
	char *text, *text_again;

	if (size > MXW_CONFIG_BYTES)
		return 0;
	mxw_config_defaults(&settings);
	if (mxw_config_parse((const char *)data, size, "fuzz.conf", &settings, &mistakes)) {
		FUZZ_WANT(mistakes.count > 0);
		return 0;
	}
	mxw_config_warnings(&settings, on_warning, NULL);
	mxw_config_plan(&settings, &plan);
	text = dump(&settings, &length);
	mxw_config_defaults(&again);
	FUZZ_WANT(mxw_config_parse(text, length, "dump.conf", &again, &mistakes) == 0);
	text_again = dump(&again, &length_again);
	FUZZ_WANT(length == length_again && !memcmp(text, text_again, length));
	free(text);
	free(text_again);
	return 0;
}
