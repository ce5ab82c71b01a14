// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gzip and the cap on size. Called in the worker, also with what is fetched.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/num.h"
#include "feeds/intake.h"

#define WINDOW (64 << 10) /* of unpacked text */
#define MAGIC 2 /* bytes by which gzip is known */

struct mxw_intake {
	struct mxw_reader *reader;
	uint64_t bytes, max;
	/* The first two bytes decide; until then they are kept. */
	unsigned char first[MAGIC];
	size_t first_size;
	bool decided, packed;
	bool member; /* inside a gzip member, which must come to its end */
	z_stream zip;
	char window[WINDOW];
};

int mxw_intake_open(struct mxw_reader *reader, uint64_t max_bytes, struct mxw_intake **out,
		    struct mxw_err *err)
{
	struct mxw_intake *intake = calloc(1, sizeof(*intake));

	*out = NULL;
	if (!intake)
		return mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	if (inflateInit2(&intake->zip, 16 + MAX_WBITS) != Z_OK) {
		free(intake);
		return mxw_fail(err, MXW_E_FAIL, "Out of memory.");
	}
	intake->reader = reader;
	intake->max = max_bytes;
	*out = intake;
	return 0;
}

/* Text for the reader, counted. */
static int text(struct mxw_intake *intake, const char *data, size_t size, struct mxw_err *err)
{
	char number[MXW_DURATION_TEXT];

	if (size > intake->max - intake->bytes)
		return mxw_fail(err, MXW_E_FAIL,
				"It is larger than %s bytes%s, the most that is read.",
				mxw_number_format(intake->max, number),
				intake->packed ? " when unpacked" : "");
	intake->bytes += size;
	return size ? mxw_reader_take(intake->reader, data, size, err) : 0;
}

/* One call of inflate(), and what it gave. */
static int unpack_some(struct mxw_intake *intake, struct mxw_err *err)
{
	z_stream *zip = &intake->zip;
	int code;

	zip->next_out = (Bytef *)intake->window;
	zip->avail_out = WINDOW;
	code = inflate(zip, Z_NO_FLUSH);
	if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
		return mxw_fail(err, MXW_E_FAIL, "Its gzip data are damaged: %s.",
				zip->msg ? zip->msg : "no reason given");
	if (code == Z_STREAM_END) {
		intake->member = false;
		(void)inflateReset(zip); /* fails for no open stream only */
	}
	return text(intake, intake->window, WINDOW - zip->avail_out, err);
}

static int unpack(struct mxw_intake *intake, const void *data, size_t size, struct mxw_err *err)
{
	z_stream *zip = &intake->zip;
	int code = 0;

	zip->next_in = (z_const Bytef *)data;
	zip->avail_in = (uInt)size;
	/* A full window may leave more inside inflate(), after all input was taken. */
	do {
		if (zip->avail_in > 0)
			intake->member = true;
		code = unpack_some(intake, err);
	} while (!code && (zip->avail_in > 0 || zip->avail_out == 0));
	return code;
}

static int pass(struct mxw_intake *intake, const void *data, size_t size, struct mxw_err *err)
{
	return intake->packed ? unpack(intake, data, size, err) : text(intake, data, size, err);
}

/* Hands over what was kept for the decision. */
static int decide(struct mxw_intake *intake, struct mxw_err *err)
{
	intake->decided = true;
	intake->packed = intake->first_size == MAGIC && intake->first[0] == 0x1f &&
			 intake->first[1] == 0x8b;
	return pass(intake, intake->first, intake->first_size, err);
}

int mxw_intake_take(struct mxw_intake *intake, const void *data, size_t size, struct mxw_err *err)
{
	const char *at = data;
	int code;

	while (!intake->decided && size > 0) {
		intake->first[intake->first_size++] = (unsigned char)*at++;
		size--;
		if (intake->first_size < MAGIC)
			continue;
		code = decide(intake, err);
		if (code)
			return code;
	}
	return size ? pass(intake, at, size, err) : 0;
}

int mxw_intake_end(struct mxw_intake *intake, struct mxw_err *err)
{
	if (intake->member)
		return mxw_fail(err, MXW_E_FAIL,
				"Its gzip data end in the middle; it was not copied to its end.");
	return intake->decided ? 0 : decide(intake, err);
}

uint64_t mxw_intake_bytes(const struct mxw_intake *intake)
{
	return intake->bytes;
}
