// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at EAL's options before EAL does.
 */
#include <glob.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "bench/synflood/eal_words.h"

#define HUGE_PAGES "/sys/kernel/mm/hugepages/hugepages-*/free_hugepages"

int sf_eal_words(int argc, char **argv)
{
	int count = 1;

	while (count < argc && strcmp(argv[count], "--") != 0)
		count++;
	return count < argc ? count : argc;
}

bool sf_eal_has(int count, char **words, const char *option)
{
	size_t length = strlen(option);

	for (int i = 1; i < count; i++)
		if (strncmp(words[i], option, length) == 0 &&
		    (words[i][length] == '\0' || words[i][length] == '='))
			return true;
	return false;
}

bool sf_eal_iface(const char *word, char *name, size_t size)
{
	const char *at = strstr(word, ",iface=");
	size_t length;

	if (!at)
		return false;
	at += strlen(",iface=");
	length = strcspn(at, ",");
	if (length >= size)
		length = size - 1;
	memcpy(name, at, length);
	name[length] = '\0';
	return true;
}

static bool any_huge_page(void)
{
	glob_t found;
	unsigned long pages = 0, some;

	if (glob(HUGE_PAGES, 0, NULL, &found))
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "re");

		if (file && fscanf(file, "%lu", &some) == 1)
			pages += some;
		if (file)
			(void)fclose(file);
	}
	globfree(&found);
	return pages > 0;
}

int sf_eal_check(int count, char **words, struct mxw_err *err)
{
	char name[64];

	for (int i = 1; i < count; i++)
		if (sf_eal_iface(words[i], name, sizeof(name)) && !if_nametoindex(name))
			return mxw_fail(err, MXW_E_USAGE,
					"there is no network interface \"%s\", which \"%s\" names; "
					"`ip link` shows those there are",
					name, words[i]);
	if (!sf_eal_has(count, words, "--no-huge") && !any_huge_page())
		return mxw_fail(
			err, MXW_E_FAIL,
			"there are no free huge pages: reserve some with `dpdk-hugepages.py "
			"--setup 1G`, or do without by --no-huge among the EAL options");
	return MXW_OK;
}
