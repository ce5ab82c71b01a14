// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a feed is by the words of the command line: its source, its mode, and what it brings if it
 * is a ready-made one. Called by feed add, import, diff, mode and show.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed.h"

uint8_t feed_action(unsigned int choice)
{
	static const uint8_t actions[] = { MXW_FEED_ENFORCE, MXW_FEED_SHADOW, MXW_FEED_LIMIT,
					   MXW_FEED_ENFORCE };

	return actions[choice < sizeof(actions) ? choice : 0];
}

unsigned int feed_choice_of(const char *mode)
{
	for (unsigned int i = 0; feed_modes[i]; i++)
		if (strcmp(mode, feed_modes[i]) == 0)
			return i + 1;
	return 0;
}

void feed_take_vendor(const struct mxw_vendor_feed *vendor, struct mxw_feed *feed)
{
	feed->format = (uint8_t)vendor->format;
	feed->strip = vendor->strip_reserved;
	feed->action = feed_action(feed_choice_of(vendor->mode));
}

/* The source that a ready-made feed has of its own. */
static int take_vendor_url(struct cli *cli, const struct mxw_vendor_feed *vendor,
			   struct mxw_feed *feed)
{
	if (!vendor->url)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"xdpctl cannot fetch %s, since its publisher has no https URL for "
				"it: %s",
				vendor->name, vendor->by_hand);
	feed->kind = MXW_FEED_URL;
	feed_take_vendor(vendor, feed);
	(void)snprintf(feed->where, sizeof(feed->where), "%s", vendor->url);
	return MXW_OK;
}

static int take_path(struct cli *cli, const char *text, struct mxw_feed *feed)
{
	char path[PATH_MAX];
	struct stat st;

	if (!realpath(text, path) || stat(path, &st))
		return mxw_fail(&cli->err, MXW_E_FAIL,
				"\"%.200s\" is not a file or directory that can be read, an https "
				"URL, or a ready-made feed",
				text);
	if (strlen(path) >= sizeof(feed->where))
		return mxw_fail(&cli->err, MXW_E_FAIL, "the path \"%.80s...\" is too long", path);
	feed->kind = S_ISDIR(st.st_mode) ? MXW_FEED_DIR : MXW_FEED_FILE;
	(void)snprintf(feed->where, sizeof(feed->where), "%s", path);
	return MXW_OK;
}

static int take_url(struct cli *cli, const char *text, struct mxw_feed *feed)
{
	char shown[MXW_URL_TEXT];

	if (strncmp(text, "https://", 8) != 0)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"\"%.200s\" is refused: lists come by https only, since whoever "
				"can change one on its way decides who is blocked",
				mxw_url_mask(text, shown));
	if (strlen(text) >= sizeof(feed->where))
		return mxw_fail(&cli->err, MXW_E_USAGE, "the URL \"%.80s...\" is too long",
				mxw_url_mask(text, shown));
	feed->kind = MXW_FEED_URL;
	(void)snprintf(feed->where, sizeof(feed->where), "%s", text);
	return MXW_OK;
}

int feed_source(struct cli *cli, const char *text, struct mxw_feed *feed)
{
	const struct mxw_vendor_feed *vendor = mxw_vendor_feed(text);

	if (vendor)
		return take_vendor_url(cli, vendor, feed);
	if (strcmp(text, "-") != 0)
		return strstr(text, "://") ? take_url(cli, text, feed) : take_path(cli, text, feed);
	feed->kind = MXW_FEED_STDIN;
	feed->where[0] = '\0';
	return MXW_OK;
}

int feed_take_mode(struct cli *cli, struct mxw_feed *feed)
{
	const struct cli_args *args = &cli->args;

	if (args->allow && args->mode)
		return mxw_fail(&cli->err, MXW_E_USAGE,
				"--allow and --mode exclude each other: an allow list passes what "
				"it lists");
	if (args->allow)
		feed->action = MXW_FEED_ALLOW;
	else if (args->mode || !feed->action)
		feed->action = feed_action(args->mode);
	return mxw_feeds_check_mode(feed, feed->action, &cli->err);
}
