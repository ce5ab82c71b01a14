/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a DNS message answers to one question: RFC 1035, RFC 2308. The bytes come from the
 * network and may be anything. Pure.
 */
#ifndef MXW_DNS_MESSAGE_H
#define MXW_DNS_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define MXW_DNS_RECORDS 17 /* A records kept; one more than policy/dnsbl_answer.h takes */
#define MXW_DNS_ADDRESSES 16 /* AAAA records kept */
#define MXW_DNS_TEXT 256

/* What is asked for, by the protocol's numbers. */
enum mxw_dns_type {
	MXW_DNS_A = 1,
	MXW_DNS_PTR = 12,
	MXW_DNS_MX = 15, /* only as rows */
	MXW_DNS_TXT = 16,
	MXW_DNS_AAAA = 28,
};

enum mxw_dns_outcome {
	MXW_DNS_ANSWERED = 0, /* a message: rcode, ttl and records are valid */
	MXW_DNS_GARBLED, /* a message that does not parse, or not to this question */
	MXW_DNS_TIMEOUT, /* no answer by the deadline */
	MXW_DNS_UNREACHABLE, /* no server took the question, or truncated without TCP */
	MXW_DNS_FAILED, /* no memory or descriptor: the fault is here, not with the list */
	MXW_DNS_DROPPED, /* the queue was full or too slow: it was never asked */
};

struct mxw_dns_answer {
	enum mxw_dns_outcome outcome;
	unsigned int rcode; /* RFC 1035: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED */
	int64_t ttl; /* s; least of the records used, or of the SOA (RFC 2308); -1 = none */
	uint64_t took; /* ns from sending to the answer */
	/* Of the type asked for. A stops at MXW_DNS_RECORDS: that many or more; of PTR and AAAA
	 * it may be more than are kept. */
	size_t count;
	/* The message itself, during the call, for the waiter that asked for it whole; otherwise NULL. */
	const uint8_t *message;
	size_t message_size;
	uint32_t records[MXW_DNS_RECORDS]; /* A, host order */
	union {
		/* Of the first TXT record; or the names of the PTR records with a newline
		 * between two, as many as fit whole. Printable ASCII, or "". */
		char text[MXW_DNS_TEXT];
		uint8_t addresses[MXW_DNS_ADDRESSES][16]; /* AAAA, network order */
	};
};

/*
 * Reads the message of size bytes as the answer to name (text, without a dot at the end)
 * and type. Only records of the name, or of what its CNAMEs lead to, count. Fills all of
 * *answer but took; outcome is ANSWERED or GARBLED.
 */
void mxw_dns_message_read(const uint8_t *message, size_t size, const char *name,
			  enum mxw_dns_type type, struct mxw_dns_answer *answer);

/*
 * All records of an answer, each behind its length in two bytes, network order: of A and AAAA the
 * address; of PTR the name; of MX the preference, two bytes in network order, and the name; of TXT
 * its strings, joined, byte for byte. Names are text without a dot at the end, the root is "".
 */
struct mxw_dns_rows {
	uint8_t *bytes; /* the caller's */
	size_t room, size;
};

/* As mxw_dns_message_read(), with the records in rows, and count alone in *answer; GARBLED too if
 * there is no room for all. */
void mxw_dns_message_rows(const uint8_t *message, size_t size, const char *name,
			  enum mxw_dns_type type, struct mxw_dns_answer *answer,
			  struct mxw_dns_rows *rows);

#endif
