// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in batches, one for each that a line can say and for each family, so that a record needs
 * no field for it. Called in the worker.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "feeds/send.h"

#define SAYS (MXW_SAYS_EXCLUDE + 1)
#define PROGRESS_EVERY (MXW_SECOND / 2)

struct mxw_send {
	int fd;
	uint64_t refused;
	uint32_t until; /* the end of the ranges that come, wall clock s; 0 = none */
	uint64_t told_ns; /* CLOCK_MONOTONIC, when progress was sent last */
	uint32_t count4[SAYS], count6[SAYS];
	struct mxw_record4 batch4[SAYS][MXW_RECORD_BATCH];
	struct mxw_record6 batch6[SAYS][MXW_RECORD_BATCH];
};

static bool write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t done = write(fd, data, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		data += done;
		size -= (size_t)done;
	}
	return true;
}

static bool message(const struct mxw_send *send, struct mxw_record_head head, const void *data,
		    size_t size)
{
	head.magic = MXW_RECORD_MAGIC;
	return write_all(send->fd, (const char *)&head, sizeof(head)) &&
	       write_all(send->fd, data, size);
}

static bool single(const struct mxw_send *send, enum mxw_record_kind kind, const void *data,
		   size_t size)
{
	return message(send, (struct mxw_record_head){ .kind = (uint16_t)kind, .count = 1 }, data,
		       size);
}

static bool flush4(struct mxw_send *send, enum mxw_says says)
{
	struct mxw_record_head head = { .kind = MXW_RECORD_RANGES4,
					.says = (uint16_t)says,
					.count = send->count4[says] };

	send->count4[says] = 0;
	return !head.count ||
	       message(send, head, send->batch4[says], head.count * sizeof(send->batch4[0][0]));
}

static bool flush6(struct mxw_send *send, enum mxw_says says)
{
	struct mxw_record_head head = { .kind = MXW_RECORD_RANGES6,
					.says = (uint16_t)says,
					.count = send->count6[says] };

	send->count6[says] = 0;
	return !head.count ||
	       message(send, head, send->batch6[says], head.count * sizeof(send->batch6[0][0]));
}

static uint32_t short_line(uint64_t line)
{
	return line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
}

static int on_range4(void *context, enum mxw_says says, struct mxw_range4 range, uint64_t line)
{
	struct mxw_send *send = context;

	send->batch4[says][send->count4[says]++] =
		(struct mxw_record4){ range.first, range.last, short_line(line), send->until };
	return send->count4[says] < MXW_RECORD_BATCH || flush4(send, says) ? 0 : MXW_E_FAIL;
}

static int on_range6(void *context, enum mxw_says says, struct mxw_range6 range, uint64_t line)
{
	struct mxw_send *send = context;

	send->batch6[says][send->count6[says]++] =
		(struct mxw_record6){ range.first, range.last, short_line(line), send->until };
	return send->count6[says] < MXW_RECORD_BATCH || flush6(send, says) ? 0 : MXW_E_FAIL;
}

static void on_until(void *context, uint32_t end)
{
	((struct mxw_send *)context)->until = end;
}

/* Copies what fits; the rest of out is zeros, so that no memory of ours leaks. */
static void fill(char *out, size_t size, const char *text)
{
	size_t length = strnlen(text, size - 1);

	memset(out, 0, size);
	memcpy(out, text, length);
}

static int on_refuse(void *context, uint64_t line, const char *text, const char *why)
{
	struct mxw_send *send = context;
	struct mxw_record_refusal refusal = { .line = line };

	if (send->refused++ >= MXW_FEED_REFUSALS)
		return 0;
	fill(refusal.text, sizeof(refusal.text), text);
	fill(refusal.why, sizeof(refusal.why), why);
	return single(send, MXW_RECORD_REFUSAL, &refusal, sizeof(refusal)) ? 0 : MXW_E_FAIL;
}

struct mxw_send *mxw_send_new(int fd, struct mxw_format_sink *sink)
{
	struct mxw_send *send = calloc(1, sizeof(*send));

	if (!send)
		return NULL;
	send->fd = fd;
	*sink = (struct mxw_format_sink){
		.context = send,
		.range4 = on_range4,
		.range6 = on_range6,
		.refuse = on_refuse,
		.until = on_until,
	};
	return send;
}

bool mxw_send_progress(struct mxw_send *send, uint64_t bytes, uint64_t lines)
{
	struct mxw_record_progress progress = { bytes, lines };
	uint64_t now = mxw_clock_mono();

	if (now - send->told_ns < PROGRESS_EVERY)
		return true;
	send->told_ns = now;
	return single(send, MXW_RECORD_PROGRESS, &progress, sizeof(progress));
}

bool mxw_send_done(struct mxw_send *send, struct mxw_record_done *done)
{
	for (unsigned int says = 0; says < SAYS; says++)
		if (!flush4(send, says) || !flush6(send, says))
			return false;
	done->refused = send->refused;
	return single(send, MXW_RECORD_DONE, done, sizeof(*done));
}

bool mxw_send_error(struct mxw_send *send, const struct mxw_err *why)
{
	struct mxw_record_error error;

	fill(error.text, sizeof(error.text), why->text);
	return single(send, MXW_RECORD_ERROR, &error, sizeof(error));
}
