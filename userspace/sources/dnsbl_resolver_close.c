// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a resolver ends: all its handles first, then its memory.
 */
#include <ares.h>
#include <stdlib.h>

#include "sources/dnsbl_resolver_inside.h"

void mxw_resolver_handle_closed(void *context)
{
	struct mxw_resolver *resolver = context;

	if (--resolver->handles || !resolver->closing)
		return;
	if (resolver->closed)
		resolver->closed(resolver->closed_context);
	mxw_questions_free(&resolver->questions);
	free(resolver);
	ares_library_cleanup();
}

static void own_handle_closed(uv_handle_t *handle)
{
	mxw_resolver_handle_closed(handle->data);
}

void mxw_resolver_shut_down(struct mxw_resolver *resolver)
{
	for (unsigned int i = 0; i < resolver->lane_count; i++)
		mxw_lane_close(&resolver->lane[i]);
	uv_close((uv_handle_t *)&resolver->prepare, own_handle_closed);
	uv_close((uv_handle_t *)&resolver->idle, own_handle_closed);
	uv_close((uv_handle_t *)&resolver->timer, own_handle_closed);
}
