/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests that put functions of their own in front of those of a library.
 */
#ifndef MXW_TESTS_FAULTS_H
#define MXW_TESTS_FAULTS_H

#include <dlfcn.h>

#include <bpf/bpf.h>

/* The library's function of that name. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* From now on batches fail with code, an errno, after done of their entries; -1 = as with the
 * kernel that looks at nothing. With a code of 0 none does. */
void faults_in_batches(int code, int done);

/* bpf_map_update_batch() with these faults, to be called by what stands in front of it. */
int faults_update_batch(int fd, const void *keys, const void *values, __u32 *count,
			const struct bpf_map_batch_opts *opts);

#endif
