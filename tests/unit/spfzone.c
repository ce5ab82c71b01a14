// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Zones as text.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "spfzone.h"

#define ROWS_MOST 65536

struct rows {
	uint8_t bytes[ROWS_MOST];
	size_t size;
	bool fails;
};

static const char *type_name(enum mxw_spf_type type)
{
	switch (type) {
	case MXW_SPF_A:
		return "A";
	case MXW_SPF_AAAA:
		return "AAAA";
	case MXW_SPF_MX:
		return "MX";
	case MXW_SPF_PTR:
		return "PTR";
	default:
		return "TXT";
	}
}

bool spfzone_address(const char *text, uint8_t addr[16])
{
	memset(addr, 0, 16);
	if (inet_pton(AF_INET6, text, addr) == 1)
		return true;
	addr[10] = addr[11] = 0xff;
	return inet_pton(AF_INET, text, addr + 12) == 1;
}

static void add_row(struct rows *rows, const void *bytes, size_t size)
{
	if (size > 0xffff || rows->size + 2 + size > sizeof(rows->bytes))
		return;
	rows->bytes[rows->size++] = (uint8_t)(size >> 8);
	rows->bytes[rows->size++] = (uint8_t)size;
	memcpy(rows->bytes + rows->size, bytes, size);
	rows->size += size;
}

static void add_server(struct rows *rows, const char *data)
{
	char *name;
	unsigned long preference = strtoul(data, &name, 10);
	uint8_t row[2 + MXW_SPF_NAME] = { (uint8_t)(preference >> 8), (uint8_t)preference };
	size_t length;

	name += *name == ' ';
	if (strcmp(name, ".") == 0)
		name++;
	length = strlen(name);
	if (length >= MXW_SPF_NAME)
		return;
	memcpy(row + 2, name, length);
	add_row(rows, row, 2 + length);
}

static void add_data(struct rows *rows, enum mxw_spf_type type, const char *data)
{
	uint8_t addr[16];

	switch (type) {
	case MXW_SPF_A:
	case MXW_SPF_AAAA:
		if (spfzone_address(data, addr))
			add_row(rows, addr + (type == MXW_SPF_A ? 12 : 0),
				type == MXW_SPF_A ? 4 : 16);
		break;
	case MXW_SPF_MX:
		add_server(rows, data);
		break;
	default:
		add_row(rows, data, strlen(data));
	}
}

/* Takes the word before the next blank off the line. */
static char *word(char **line)
{
	char *begin = *line;

	*line += strcspn(*line, " ");
	if (**line)
		*(*line)++ = '\0';
	return begin;
}

static void read_line(char *line, const char *name, enum mxw_spf_type type, struct rows *rows)
{
	const char *type_text;

	if (strcasecmp(word(&line), name) != 0)
		return;
	type_text = word(&line);
	if (strcmp(type_text, "FAIL") == 0)
		rows->fails |= !*line || strcmp(line, type_name(type)) == 0;
	else if (strcmp(type_text, type_name(type)) == 0)
		add_data(rows, type, line);
}

static void read_zone(const char *zone, const char *name, enum mxw_spf_type type, struct rows *rows)
{
	char *copy = strdup(zone), *rest = copy;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
		read_line(line, name, type, rows);
	free(copy);
}

static bool answer(const char *const *zones, const struct mxw_spf_verdict *verdict,
		   struct rows *rows, struct mxw_spf_facts *facts)
{
	rows->size = 0;
	rows->fails = false;
	if (mxw_spf_facts_find(facts, verdict->need, verdict->need_type))
		return false;
	for (; *zones; zones++)
		read_zone(*zones, verdict->need, verdict->need_type, rows);
	return mxw_spf_facts_add(facts, verdict->need, verdict->need_type,
				 rows->fails ? MXW_SPF_UNANSWERED : MXW_SPF_ANSWERED, rows->bytes,
				 rows->fails ? 0 : rows->size) == MXW_OK;
}

int spfzone_check(const char *const *zones, const struct mxw_spf_query *query,
		  struct mxw_spf_verdict *verdict)
{
	struct mxw_spf_facts facts = { .count = 0 };
	struct rows *rows = malloc(sizeof(*rows));
	int asked = 0;

	if (!rows)
		abort();
	for (;;) {
		mxw_spf_evaluate(query, &facts, verdict);
		if (verdict->result != MXW_SPF_NEED)
			break;
		if (!answer(zones, verdict, rows, &facts)) {
			asked = -1;
			break;
		}
		asked++;
	}
	mxw_spf_facts_free(&facts);
	free(rows);
	return asked;
}

struct mxw_spf_query spfzone_query(const char *client)
{
	struct mxw_spf_query query = { .sender = "strong-bad@email.example.com",
				       .helo = "mx.example.org",
				       .receiver = "mail.receiver.example",
				       .now = 1800000000 };

	if (!spfzone_address(client, query.addr))
		abort();
	return query;
}
