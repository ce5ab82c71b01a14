// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mechanisms: RFC 7208 section 5. include is part of the evaluation.
 */
#include <string.h>

#include "spf/walk.h"

/* A mail server of the domain, which is tried in the order of preference. */
struct server {
	unsigned int preference;
	struct mxw_spf_slice name;
};

static void insert(struct server *servers, size_t count, struct server server)
{
	while (count && servers[count - 1].preference > server.preference) {
		servers[count] = servers[count - 1];
		count--;
	}
	servers[count] = server;
}

/* Returns how many there are, MXW_SPF_NAMES + 1 for more than are allowed. */
static size_t read_servers(const struct mxw_spf_fact *fact, struct server servers[MXW_SPF_NAMES])
{
	struct mxw_spf_slice row;
	size_t at = 0, count = 0;

	while (mxw_spf_fact_row(fact, &at, &row)) {
		struct server server;

		if (row.length < 2)
			continue;
		if (count == MXW_SPF_NAMES)
			return MXW_SPF_NAMES + 1;
		server.preference = (unsigned int)(uint8_t)row.text[0] << 8 | (uint8_t)row.text[1];
		server.name.text = row.text + 2;
		server.name.length = row.length - 2;
		insert(servers, count++, server);
	}
	return count;
}

static enum mxw_spf_step match_mx(struct mxw_spf_walk *walk, const struct mxw_spf_term *term,
				  const char *target)
{
	struct server servers[MXW_SPF_NAMES];
	const struct mxw_spf_fact *fact;
	char name[MXW_SPF_NAME];
	size_t count;
	enum mxw_spf_step step = mxw_spf_look_counted(walk, target, MXW_SPF_MX, &fact);

	if (step != MXW_SPF_YES)
		return step;
	count = read_servers(fact, servers);
	if (count > MXW_SPF_NAMES)
		return mxw_spf_wrong(walk, MXW_SPF_PERM, "an mx has more than 10 names");
	step = MXW_SPF_NO;
	for (size_t i = 0; i < count && step == MXW_SPF_NO; i++)
		if (mxw_spf_name_take(servers[i].name, name))
			step = mxw_spf_address_of(walk, name, term->length4, term->length6);
	return step;
}

static enum mxw_spf_step match_ptr(struct mxw_spf_walk *walk, const char *target)
{
	char name[MXW_SPF_NAME];

	return mxw_spf_validated(walk, target, false, name);
}

/* The address behind the name does not matter, and it is IPv4 for all clients. */
static enum mxw_spf_step match_exists(struct mxw_spf_walk *walk, const char *target)
{
	const struct mxw_spf_fact *fact;

	return mxw_spf_look_counted(walk, target, MXW_SPF_A, &fact);
}

static enum mxw_spf_step match_address(const struct mxw_spf_walk *walk,
				       const struct mxw_spf_term *term)
{
	bool same_family = walk->ipv4 == (term->kind == MXW_SPF_IP4);

	return same_family && mxw_spf_same_net(walk, term->addr, term->length4, term->length6)
		       ? MXW_SPF_YES
		       : MXW_SPF_NO;
}

enum mxw_spf_step mxw_spf_match(struct mxw_spf_walk *walk, const struct mxw_spf_term *term,
				const char *target)
{
	switch (term->kind) {
	case MXW_SPF_ALL:
		return MXW_SPF_YES;
	case MXW_SPF_IP4:
	case MXW_SPF_IP6:
		return match_address(walk, term);
	default:
		break;
	}
	if (!*target)
		return MXW_SPF_NO;
	switch (term->kind) {
	case MXW_SPF_MECH_A:
		return mxw_spf_address_of(walk, target, term->length4, term->length6);
	case MXW_SPF_MECH_MX:
		return match_mx(walk, term, target);
	case MXW_SPF_MECH_PTR:
		return match_ptr(walk, target);
	case MXW_SPF_EXISTS:
		return match_exists(walk, target);
	default:
		return MXW_SPF_NO;
	}
}
