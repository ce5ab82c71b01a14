// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of addresses and of quotas as values.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/num.h"
#include "config/value_list.h"
#include "policy/dnsbl_name.h"

#define SEPARATORS ", \t\r\n"
#define WORD 256 /* the longest that can be good, with NUL */
#define DNS_PORT 53

/* The words of a text, one after the other. */
struct words {
	const char *text, *at; /* all of it; what is left */
	char word[WORD]; /* the current one, cut to size */
	size_t offset; /* its place */
	mxw_value_mistake_fn *mistake;
	void *context;
	size_t mistakes;
};

static bool next(struct words *words)
{
	size_t length;

	words->at += strspn(words->at, SEPARATORS);
	length = strcspn(words->at, SEPARATORS);
	words->offset = (size_t)(words->at - words->text);
	(void)snprintf(words->word, sizeof(words->word), "%.*s",
		       (int)(length < WORD ? length : WORD), words->at);
	words->at += length;
	return length > 0;
}

__attribute__((format(printf, 2, 3))) static void wrong(struct words *words, const char *format,
							...)
{
	char sentence[400];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args); /* cut is fine */
	va_end(args);
	words->mistakes++;
	words->mistake(words->context, words->offset, sentence);
}

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text + ('a' - 'A'));
}

/* One "domain=number". A name that stands there twice is a mistake: which of the numbers is
 * meant is not ours to guess. */
static void add_quota(const struct mxw_setting *setting, struct words *words,
		      struct mxw_quotas *quotas)
{
	char *equals = strchr(words->word, '=');
	uint64_t number = 0;
	const char *bad;

	if (!equals || !mxw_number_parse(equals + 1, (uint64_t)setting->low,
					 (uint64_t)setting->high, &number)) {
		wrong(words,
		      "\"%s\" is not domain=number with a number from %" PRId64 " to %" PRId64,
		      words->word, setting->low, setting->high);
		return;
	}
	*equals = '\0';
	lower(words->word);
	bad = mxw_dnsbl_domain_check(words->word, strlen(words->word));
	if (bad) {
		wrong(words, "bad list name \"%s\": it %s", words->word, bad);
		return;
	}
	for (size_t i = 0; i < quotas->count; i++)
		if (strcmp(quotas->zone[i], words->word) == 0)
			bad = "stands there twice";
	if (bad || quotas->count == MXW_DNSBL_ZONES) {
		wrong(words, "\"%s\" %s", words->word, bad ? bad : "is one list too many");
		return;
	}
	memcpy(quotas->zone[quotas->count], words->word, strlen(words->word) + 1);
	quotas->number[quotas->count++] = number;
}

size_t mxw_quotas_parse(const struct mxw_setting *setting, const char *text,
			struct mxw_quotas *quotas, mxw_value_mistake_fn *mistake, void *context)
{
	struct words words = { .text = text, .at = text, .mistake = mistake, .context = context };

	while (next(&words))
		add_quota(setting, &words, quotas);
	return words.mistakes;
}

/* One address without a length: 16 bytes, IPv4 mapped. */
static bool address(const char *text, uint8_t addr[16])
{
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, addr + 12) == 1 || inet_pton(AF_INET6, text, addr) == 1;
}

/* ADDR, ADDR:PORT, [ADDR] or [ADDR]:PORT; an IPv6 address with a port needs brackets. Port 0:
 * none was given. */
static bool server(char *text, struct mxw_server *server)
{
	char *host = text, *port = NULL;
	uint64_t number = 0;

	if (*text == '[') {
		char *end = strchr(text, ']');

		if (!end || (end[1] && end[1] != ':'))
			return false;
		*end = '\0';
		host = text + 1;
		port = end[1] ? end + 2 : NULL;
	} else if (strchr(text, ':') == strrchr(text, ':') && strchr(text, ':')) {
		port = strchr(text, ':');
		*port++ = '\0';
	}
	if (port && !mxw_number_parse(port, 1, UINT16_MAX, &number))
		return false;
	server->port = (uint16_t)number;
	return address(host, server->addr);
}

bool mxw_listen_parse(const char *text, struct mxw_server *listen)
{
	char copy[WORD];

	if (!*text)
		return true; /* it came in zeroed */
	if (strlen(text) >= sizeof(copy))
		return false;
	memcpy(copy, text, strlen(text) + 1);
	return server(copy, listen) && listen->port && mxw_addr_is_loopback(listen->addr);
}

static void add_server(struct words *words, struct mxw_servers *servers)
{
	struct mxw_server *place = &servers->server[servers->count];
	char text[WORD];

	if (servers->count == MXW_SERVERS) {
		wrong(words, "\"%s\" is one address too many", words->word);
		return;
	}
	memcpy(text, words->word, sizeof(text));
	memset(place, 0, sizeof(*place));
	if (!server(text, place))
		wrong(words, "\"%s\" is none of ADDR, ADDR:PORT and [ADDR]:PORT", words->word);
	else
		servers->count++;
	if (!place->port)
		place->port = DNS_PORT;
}

size_t mxw_servers_parse(const char *text, struct mxw_servers *servers,
			 mxw_value_mistake_fn *mistake, void *context)
{
	struct words words = { .text = text, .at = text, .mistake = mistake, .context = context };

	while (next(&words))
		add_server(&words, servers);
	return words.mistakes;
}

size_t mxw_addresses_parse(const char *text, struct mxw_addresses *addresses,
			   mxw_value_mistake_fn *mistake, void *context)
{
	struct words words = { .text = text, .at = text, .mistake = mistake, .context = context };

	while (next(&words)) {
		if (addresses->count == MXW_ADDRESSES)
			wrong(&words, "\"%s\" is one address too many: %d are the most", words.word,
			      MXW_ADDRESSES);
		else if (!address(words.word, addresses->addr[addresses->count]))
			wrong(&words, "\"%s\" is not an address", words.word);
		else
			addresses->count++;
	}
	return words.mistakes;
}

void mxw_quotas_print(const struct mxw_quotas *quotas, bool secrets, FILE *out)
{
	for (size_t i = 0; i < quotas->count; i++) {
		char shown[MXW_DNSBL_ZONE_TEXT];

		(void)fprintf(out, "\n\t%s=%" PRIu64,
			      secrets ? quotas->zone[i] : mxw_dnsbl_mask(quotas->zone[i], shown),
			      quotas->number[i]);
	}
}

static void print_server(const struct mxw_server *server, FILE *out)
{
	char text[MXW_ADDR_TEXT];
	bool ipv6 = strchr(mxw_addr_format(server->addr, text), ':');

	(void)fprintf(out, "%s%s%s:%u", ipv6 ? "[" : "", text, ipv6 ? "]" : "", server->port);
}

void mxw_listen_print(const struct mxw_server *server, FILE *out)
{
	if (server->port)
		print_server(server, out);
}

void mxw_servers_print(const struct mxw_servers *servers, FILE *out)
{
	for (size_t i = 0; i < servers->count; i++) {
		(void)fputs("\n\t", out);
		print_server(&servers->server[i], out);
	}
}

void mxw_addresses_print(const struct mxw_addresses *addresses, FILE *out)
{
	for (size_t i = 0; i < addresses->count; i++) {
		char text[MXW_ADDR_TEXT];

		(void)fprintf(out, "\n\t%s", mxw_addr_format(addresses->addr[i], text));
	}
}
