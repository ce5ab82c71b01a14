// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rate, the retransmissions, and which flows were answered
 * (bench/synflood/pace.h, ledger.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "bench/synflood/pace.h"

static void parts_add_up(void **state)
{
	(void)state;
	for (uint64_t total = 0; total < 50; total++) {
		for (uint32_t senders = 1; senders < 8; senders++) {
			uint64_t sum = 0;

			for (uint32_t i = 0; i < senders; i++)
				sum += sf_part(total, i, senders);
			assert_int_equal(sum, total);
		}
	}
}

/* Sends all that is allowed, every step ns. Returns how many in a second. */
static uint64_t run_second(struct sf_pace *pace, uint64_t step)
{
	uint64_t begin = pace->sent;

	for (uint64_t now = 0; now <= MXW_SECOND; now += step)
		pace->sent += sf_pace_allows(pace, now, 64);
	return pace->sent - begin;
}

static void the_rate_is_exact(void **state)
{
	static const uint64_t rates[] = { 1, 3, 999, 20000, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		uint64_t sum = 0;

		for (uint32_t sender = 0; sender < 3; sender++) {
			struct sf_pace pace = { .rate = rates[i], .sender = sender, .senders = 3 };

			sum += run_second(&pace, 20000);
			assert_int_equal(pace.missed, 0);
		}
		assert_int_equal(sum, rates[i]);
	}
}

static void a_high_rate_does_not_overflow(void **state)
{
	struct sf_pace pace = { .rate = 1000000000, .senders = 1 };
	uint64_t day = 86400 * MXW_SECOND;

	(void)state;
	pace.sent = 86400 * 1000000000ULL - 10;
	assert_int_equal(sf_pace_allows(&pace, day, 64), 10);
}

static void a_stall_is_not_made_up_for(void **state)
{
	struct sf_pace pace = { .rate = 10000, .senders = 1 };
	uint64_t sent = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint64_t now = sf_pace_allows(&pace, 2 * MXW_SECOND, 64);

		pace.sent += now;
		sent += now;
	}
	assert_int_equal(sent, 10000 / 20 + 64); /* 50 ms and a burst */
	assert_int_equal(sent + pace.missed, 20000);
}

static void no_rate_is_no_limit(void **state)
{
	struct sf_pace pace = { .senders = 1 };

	(void)state;
	assert_int_equal(sf_pace_allows(&pace, 0, 64), 64);
}

static struct sf_ledger ledger_of(uint64_t size)
{
	struct sf_ledger ledger;
	struct mxw_err err;

	assert_int_equal(sf_ledger_make(&ledger, size, &err), 0);
	return ledger;
}

static void an_answer_counts_once(void **state)
{
	struct sf_ledger ledger = ledger_of(1);

	(void)state;
	assert_int_equal(ledger.size, SF_LEDGER_LEAST);
	assert_int_equal(sf_ledger_mark(&ledger, 0), SF_MARK_UNSENT);
	sf_ledger_open(&ledger, 100);
	for (uint64_t flow = 0; flow < 100; flow++) {
		assert_false(sf_ledger_is_marked(&ledger, flow));
		assert_int_equal(sf_ledger_mark(&ledger, flow), SF_MARK_FIRST);
		assert_int_equal(sf_ledger_mark(&ledger, flow), SF_MARK_AGAIN);
		assert_true(sf_ledger_is_marked(&ledger, flow));
	}
	assert_int_equal(sf_ledger_mark(&ledger, 100), SF_MARK_UNSENT);
	sf_ledger_free(&ledger);
}

/* However flows are opened, each is unanswered at first, in every round of the ring. */
static void old_flows_are_forgotten(void **state)
{
	struct sf_ledger ledger = ledger_of(SF_LEDGER_LEAST);
	uint64_t next = 0, count = 1;

	(void)state;
	while (next < 5 * SF_LEDGER_LEAST) {
		sf_ledger_open(&ledger, count);
		for (uint64_t flow = next; flow < next + count; flow++)
			assert_int_equal(sf_ledger_mark(&ledger, flow), SF_MARK_FIRST);
		next += count;
		count = count % 67 + 1;
		if (next > SF_LEDGER_LEAST) {
			assert_int_equal(sf_ledger_mark(&ledger, next - SF_LEDGER_LEAST),
					 SF_MARK_LATE);
			assert_false(sf_ledger_is_marked(&ledger, next - SF_LEDGER_LEAST));
			assert_int_equal(sf_ledger_mark(&ledger, next - SF_LEDGER_LEAST + 64),
					 SF_MARK_AGAIN);
		}
	}
	sf_ledger_free(&ledger);
}

static struct sf_retry retry_of(void)
{
	static const uint32_t delays[] = { 1000, 3000, 7000 };
	struct sf_retry retry;
	struct mxw_err err;

	assert_int_equal(sf_retry_make(&retry, delays, 3, &err), 0);
	return retry;
}

/* A flow every 10 ms for a second; every fourth is answered at 2 s. Each
 * retransmission comes in its millisecond, and all of them. */
static void unanswered_flows_are_sent_again(void **state)
{
	struct sf_retry retry = retry_of();
	struct sf_ledger ledger = ledger_of(1);
	unsigned int tries[100] = { 0 };
	uint64_t flows[64], next = 0;

	(void)state;
	for (uint64_t ms = 0; ms < 10000; ms++) {
		sf_retry_note(&retry, ms, next);
		for (unsigned int got = 1; got;) {
			got = sf_retry_take(&retry, &ledger, flows, 64);
			for (unsigned int i = 0; i < got; i++) {
				static const uint64_t delays[] = { 1000, 3000, 7000 };

				/* sent in the course of that millisecond, so due in the next */
				assert_int_equal(ms, flows[i] * 10 + delays[tries[flows[i]]] + 1);
				tries[flows[i]]++;
			}
		}
		if (ms < 1000 && ms % 10 == 0) {
			sf_ledger_open(&ledger, 1);
			next++;
		}
		for (uint64_t flow = 0; ms == 2000 && flow < 100; flow += 4)
			(void)sf_ledger_mark(&ledger, flow);
	}
	for (unsigned int flow = 0; flow < 100; flow++)
		assert_int_equal(tries[flow], flow % 4 ? 3 : 1);
	assert_true(sf_retry_is_done(&retry, next));
	sf_ledger_free(&ledger);
	sf_retry_free(&retry);
}

static void a_stalled_loop_sends_late_but_all(void **state)
{
	struct sf_retry retry = retry_of();
	struct sf_ledger ledger = ledger_of(1);
	uint64_t flows[64];
	unsigned int taken = 0;

	(void)state;
	sf_retry_note(&retry, 5, 0);
	sf_ledger_open(&ledger, 50);
	assert_false(sf_retry_is_done(&retry, 50));
	sf_retry_note(&retry, 900000, 50); /* a quarter of an hour */
	for (int i = 0; i < 100; i++)
		taken += sf_retry_take(&retry, &ledger, flows, 7);
	assert_int_equal(taken, 150);
	assert_true(sf_retry_is_done(&retry, 50));
	sf_ledger_free(&ledger);
	sf_retry_free(&retry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up),
		cmocka_unit_test(the_rate_is_exact),
		cmocka_unit_test(a_high_rate_does_not_overflow),
		cmocka_unit_test(a_stall_is_not_made_up_for),
		cmocka_unit_test(no_rate_is_no_limit),
		cmocka_unit_test(an_answer_counts_once),
		cmocka_unit_test(old_flows_are_forgotten),
		cmocka_unit_test(unanswered_flows_are_sent_again),
		cmocka_unit_test(a_stalled_loop_sends_late_but_all),
	};

	return cmocka_run_group_tests_name("synflood_pace", tests, NULL, NULL);
}
