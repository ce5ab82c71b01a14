// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stream turned to a temporary file and back. Called by the tests of xdpctl.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/capture.h"

void capture_begin(struct capture *capture, int stream)
{
	(void)fflush(NULL);
	capture->stream = stream;
	capture->file = tmpfile();
	capture->saved = dup(stream);
	if (!capture->file || capture->saved < 0 || dup2(fileno(capture->file), stream) < 0)
		fail_msg("cannot capture stream %d", stream);
}

const char *capture_end(struct capture *capture, char *out, size_t size)
{
	size_t length;

	(void)fflush(NULL);
	(void)dup2(capture->saved, capture->stream);
	(void)close(capture->saved);
	rewind(capture->file);
	length = fread(out, 1, size - 1, capture->file);
	out[length] = '\0';
	(void)fclose(capture->file);
	return out;
}
