// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory and descriptors that run out when a test says so: a library to be preloaded into a
 * program without a sanitizer. $MXW_SCARCE names a file of numbers as struct plan, which both
 * share; the test writes it while the program runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The C library's own, under the names that it keeps for such as this. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

struct plan {
	int64_t countdown; /* calls until one fails; 0 = none will */
	int64_t failing; /* how many fail then, one after the other */
	int64_t files; /* descriptors from now on, as RLIMIT_NOFILE; 0 = as it is */
	int64_t calls, failed; /* allocations so far */
};

static struct plan *plan;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("MXW_SCARCE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (map != MAP_FAILED)
		plan = map;
}

/* At the next allocation, which is never far. */
static void limit_files(void)
{
	struct rlimit limit;

	if (!plan->files || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = (rlim_t)plan->files;
	plan->files = 0;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* the test sees whether it helped */
}

/* Threads may count one too many: no test needs it exact. */
static int fails(void)
{
	if (!plan)
		return 0;
	limit_files();
	plan->calls++;
	if (!plan->countdown)
		return 0;
	if (plan->countdown > 1) {
		plan->countdown--;
		return 0;
	}
	if (--plan->failing <= 0)
		plan->countdown = 0;
	plan->failed++;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
