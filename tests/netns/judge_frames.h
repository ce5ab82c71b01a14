/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SYNs to port 25 in whatever frames Linux might still take them from: tags, IP options,
 * extension headers, fragments in any order. Made from a seed and a number, so that each can be
 * made again. Knows nothing of the filter.
 */
#ifndef MXW_TESTS_JUDGE_FRAMES_H
#define MXW_TESTS_JUDGE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JUDGE_FRAMES 8 /* of one SYN at most */
#define JUDGE_BYTES 1600

struct judge_frame {
	size_t size;
	uint8_t byte[JUDGE_BYTES];
};

struct judge_syn {
	struct judge_frame frame[JUDGE_FRAMES];
	size_t count;
};

/*
 * SYN number index of a seed, from 11.9.0.0/16 or 2001:db8:dead::/48. Its destination says
 * which it is: 10.0.0.0/8 plus the number, or 2001:db8:fffe:: plus it. index: below 2^24.
 */
void judge_make(uint64_t seed, uint32_t index, const uint8_t to[6], const uint8_t from[6],
		struct judge_syn *syn);

/* The number of the SYN that the frame is an answer to (SYN and ACK from port 25); -1 if it is
 * none. */
long judge_answered(const uint8_t *frame, size_t size);

#endif
