// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading libcurl, and what it does not say in one word. Called in the worker.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "feeds/fetch_curl.h"

#define LIBRARY "libcurl.so.4"

struct symbol {
	const char *name;
	size_t offset; /* in struct mxw_curl */
};

static const struct symbol symbols[] = {
#define SYMBOL(name) { "curl_" #name, offsetof(struct mxw_curl, name) },
	MXW_CURL_FUNCTIONS(SYMBOL)
#undef SYMBOL
};

int mxw_curl_load(struct mxw_curl *api, struct mxw_err *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return mxw_fail(err, MXW_E_FAIL,
				"Fetching needs the library %s: install the package libcurl4.",
				LIBRARY);
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void **function = (void **)((char *)api + symbols[i].offset);

		*function = dlsym(library, symbols[i].name);
		if (!*function)
			return mxw_fail(err, MXW_E_FAIL,
					"The library %s is too old, it lacks %s: 7.84 or newer is "
					"needed.",
					LIBRARY, symbols[i].name);
	}
	return MXW_OK; /* stays loaded: the worker ends soon */
}

bool mxw_curl_end_is_told(const struct mxw_curl *api, CURL *curl)
{
	struct curl_header *header = NULL;
	curl_off_t length = -1;
	long version = 0;

	(void)api->easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version); /* stays 0 */
	(void)api->easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length); /* stays -1 */
	if (version > CURL_HTTP_VERSION_1_1 || length >= 0)
		return true;
	return api->easy_header(curl, "Transfer-Encoding", 0, CURLH_HEADER, -1, &header) ==
		       CURLHE_OK &&
	       strcasestr(header->value, "chunked");
}
