/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share. Each has one function, which libFuzzer calls with bytes that it
 * makes up from those in corpus/; a sanitizer's report or a want that does not hold ends the run,
 * and leaves the bytes in a file.
 */
#ifndef MXW_TESTS_FUZZ_H
#define MXW_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, with what was wanted, where that does not hold. */
static inline void fuzz_want(int holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	(void)fprintf(stderr, "%s:%d: wanted: %s\n", file, line, what);
	abort();
}
#define FUZZ_WANT(condition) fuzz_want((condition), #condition, __FILE__, __LINE__)

#endif
