/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list's control sample: what it says of addresses that no stranger has chosen.
 *
 * Addresses that nobody can have, random ones of ranges that are reserved for ever: a list that
 * begins to list those of two ranges lists more than it knows of. And addresses at random of
 * all that there are: a list that has every one of them lists everybody. Some of each are asked
 * about in every round of probes, and more in an examination, which settles whether a suspicion is
 * right. The names are random, so no resolver has the answers in its cache. Senders, real or
 * forged, have no part in it.
 *
 * Some lists have reserved ranges on purpose, and some have half of the world. So a range counts
 * once the list has been seen not to list it, and of addresses at random the usual share is
 * remembered. For lists of names, the same with names. Pure.
 */
#ifndef MXW_LIST_CONTROL_H
#define MXW_LIST_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

enum mxw_control_group {
	MXW_CONTROL_NOBODY, /* that nobody can have */
	MXW_CONTROL_RANDOM, /* any IPv4 address, or any name */
	MXW_CONTROL_RANDOM6, /* any IPv6 address */
	MXW_CONTROL_GROUPS,
};

#define MXW_CONTROL_RANGES 5 /* of MXW_CONTROL_NOBODY; the last is of IPv6 */
#define MXW_CONTROL_NAME 32 /* a name that is asked about, with NUL */

struct mxw_control_question {
	uint8_t group; /* enum mxw_control_group */
	uint8_t range; /* of MXW_CONTROL_NOBODY */
};

/* What is known of the addresses at random of one family. */
struct mxw_control_random {
	uint32_t last; /* one bit per answer, newest lowest; 1 = listed */
	uint32_t count; /* answers so far */
	double usual; /* the share that is listed, 0..1 */
	uint32_t answered, listed; /* in the examination that goes on, or the last one */
};

struct mxw_list_control {
	bool names; /* it is a list of names */
	bool examined; /* an examination goes on */
	uint8_t to_ask[MXW_CONTROL_GROUPS]; /* questions that are due */
	uint8_t out; /* questions of the examination without an answer yet */
	uint8_t ranges; /* that are asked about */
	uint8_t range; /* the next one */
	uint8_t clean; /* bit per range: the list was seen not to list it */
	uint8_t listed; /* bit per range: its last answer was a listing */
	uint8_t answered; /* bit per range: answered in the examination that goes on */
	struct mxw_control_random random[2]; /* IPv4 or names, IPv6 */
};

enum mxw_control_says {
	MXW_CONTROL_FINE = 0,
	MXW_CONTROL_ODD, /* it lists the last addresses taken at random: to be examined */
	MXW_CONTROL_LISTS_NOBODY, /* it lists addresses that nobody can have */
	MXW_CONTROL_LISTS_RANDOM, /* it lists all addresses at random */
	MXW_CONTROL_UNKNOWN, /* too few answers came */
};

/* Makes so many questions due, at least 2: a third about ranges, the rest about addresses at
 * random, and those once more for IPv6. In an examination it does nothing. */
void mxw_list_control_round(struct mxw_list_control *control, unsigned int count, bool ipv6);

/* Begins an examination; all its questions are due. */
void mxw_list_control_examine(struct mxw_list_control *control, bool ipv6);

/* A question to ask now. False: none is due. */
bool mxw_list_control_next(const struct mxw_list_control *control,
			   struct mxw_control_question *question);

/* It has been asked, so it is not due any more. */
void mxw_list_control_asked(struct mxw_list_control *control,
			    const struct mxw_control_question *question);

/* Its answer: a listing or not. */
enum mxw_control_says mxw_list_control_answer(struct mxw_list_control *control,
					      const struct mxw_control_question *question,
					      bool listed);

/* Something beside the sample is asked for the examination: it waits for that answer too. */
void mxw_list_control_wait(struct mxw_list_control *control);

/* An answer has come that says nothing here: an error, or one beside the sample. */
void mxw_list_control_came(struct mxw_list_control *control);

/* Whether an examination goes on, and all that it asks has been answered. */
bool mxw_list_control_complete(const struct mxw_list_control *control);

/* Ends the examination: what it comes to. */
enum mxw_control_says mxw_list_control_judge(struct mxw_list_control *control);

/* Whether the usual share of addresses at random is known. */
bool mxw_list_control_learnt(const struct mxw_list_control *control);

/* An address of the question, network order, IPv4 as ::ffff:a.b.c.d. False: nobody is to be
 * asked about this one; with other random numbers it is another. */
bool mxw_list_control_address(const struct mxw_control_question *question, const uint32_t random[4],
			      uint8_t addr[16]);

/* The same for a list of names. */
void mxw_list_control_name(const struct mxw_control_question *question, uint32_t random,
			   char name[MXW_CONTROL_NAME]);

#endif
