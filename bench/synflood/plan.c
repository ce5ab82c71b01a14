// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a number to a flow and back. Called for every burst that is sent and for
 * every answer that is heard.
 */
#include "bench/synflood/plan.h"

#define FIRST_PORT 1024U
#define SOURCE_PORTS (65536U - FIRST_PORT)
#define PORT_STEP 25717U /* no common divisor with SOURCE_PORTS: all are used in turn */

#define ID_FACTOR 0xc2b2ae35U /* mixes the bits that the IPv4 header's id is made of */
#define RANDOM_PORT 0x706f7274ULL /* so that the random numbers of a flow differ */
#define BLOCK_BITS 6

__extension__ typedef unsigned __int128 wide;

/*
 * Mixes numbers within blocks of 64, each block in its own way: shares stay
 * exact over blocks, and what is listed follows no pattern that a processor
 * under test could learn.
 */
static inline uint64_t shuffle(const struct sf_plan *plan, uint64_t number)
{
	const uint64_t within = (1U << BLOCK_BITS) - 1;
	uint64_t h = sf_mix64(plan->seed ^ number >> BLOCK_BITS), x = number & within;

	for (int round = 0; round < 4; round++, h >>= 14) {
		x = (x * (h | 1) + (h >> 7)) & within;
		x ^= x >> 3;
	}
	return (number & ~within) | x;
}

/* How many of the first `number` have a share. */
static inline uint64_t shared(uint64_t number, uint64_t share)
{
	return (uint64_t)((wide)number * share >> 32);
}

/* Whether *number is one of a share; it becomes its number among those, or among the others. */
static inline unsigned int divide(uint64_t *number, uint64_t share)
{
	uint64_t before;
	unsigned int in;

	if (!share)
		return 0;
	before = shared(*number, share);
	in = shared(*number + 1, share) > before;
	*number = in ? before : *number - before;
	return in;
}

static inline unsigned int pick_port(const struct sf_plan *plan, uint32_t random)
{
	unsigned int port = 0;

	while (port + 1 < plan->port_count && random > plan->port_until[port])
		port++;
	return port;
}

/* What depends on the number alone. */
static inline void fill_numbers(const struct sf_plan *plan, uint64_t number, struct sf_flow *flow)
{
	flow->isn = sf_isn((uint32_t)number, (uint32_t)plan->run);
	flow->sport =
		(uint16_t)(FIRST_PORT + (number * PORT_STEP + (plan->run >> 32)) % SOURCE_PORTS);
	flow->id = (uint16_t)(flow->isn * ID_FACTOR >> 16);
}

/* Port and destination, each as often as it is to be. Returns the port's index. */
static inline unsigned int fill_target(const struct sf_plan *plan, uint64_t number,
				       struct sf_flow *flow)
{
	uint64_t random = sf_mix64((number ^ plan->seed) + RANDOM_PORT);
	unsigned int port = pick_port(plan, (uint32_t)random);

	flow->dport = plan->ports[port];
	flow->dest = (uint8_t)((random >> 32 & 0xffff) * plan->dest_count[flow->ipv6] >> 16);
	return port;
}

static void make_flow(const struct sf_plan *restrict plan, uint64_t number,
		      struct sf_flow *restrict flow)
{
	uint64_t index = shuffle(plan, number);
	unsigned int listed = divide(&index, plan->listed_share);
	unsigned int ipv6 = divide(&index, plan->ipv6_share[listed]);

	sf_population_pick(&plan->sources[listed][ipv6], index, &flow->high, &flow->low);
	if (!listed)
		listed = sf_listed_has(&plan->listed, ipv6, flow->high, flow->low);
	fill_numbers(plan, number, flow);
	flow->ipv6 = (uint8_t)ipv6;
	flow->key = (uint8_t)sf_key(listed, ipv6, fill_target(plan, number, flow));
}

/* Whether all flows have one class, family, destination and port. */
static bool is_plain(const struct sf_plan *plan)
{
	return !plan->listed.count && plan->port_count == 1 &&
	       ((plan->ipv6_share[0] == 0 && plan->dest_count[SF_IPV4] == 1) ||
		(plan->ipv6_share[0] == SF_SHARE_ALL && plan->dest_count[SF_IPV6] == 1));
}

/* The same in half of the time where nothing is to be chosen. */
static void make_plain_flows(const struct sf_plan *restrict plan, uint64_t first, uint64_t stride,
			     unsigned int count, struct sf_flow *restrict flows)
{
	const unsigned int ipv6 = plan->ipv6_share[0] > 0;
	const struct sf_population *population = &plan->sources[0][ipv6];
	const uint8_t key = (uint8_t)sf_key(0, ipv6, 0);

	for (unsigned int i = 0; i < count; i++) {
		struct sf_flow *flow = &flows[i];

		sf_population_pick(population, first + i * stride, &flow->high, &flow->low);
		fill_numbers(plan, first + i * stride, flow);
		flow->dport = plan->ports[0];
		flow->ipv6 = (uint8_t)ipv6;
		flow->key = key;
		flow->dest = 0;
	}
}

void sf_plan_flows(const struct sf_plan *restrict plan, uint64_t first, uint64_t stride,
		   unsigned int count, struct sf_flow *restrict flows)
{
	if (is_plain(plan)) {
		make_plain_flows(plan, first, stride, count, flows);
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		make_flow(plan, first + i * stride, &flows[i]);
}

bool sf_plan_find(const struct sf_plan *plan, const struct sf_echo *echo, uint64_t near,
		  uint64_t *number, struct sf_flow *flow)
{
	uint32_t low = sf_isn_number(echo->isn, (uint32_t)plan->run);
	int64_t away = (int32_t)(low - (uint32_t)near);
	const struct sf_address *dest;

	if (away < 0 && near < (uint64_t)-away)
		return false; /* before the first flow */
	*number = near + (uint64_t)away;
	sf_plan_flows(plan, *number, 1, 1, flow);
	dest = &plan->dests[flow->ipv6][flow->dest].address;
	return flow->ipv6 == (echo->client.family == SF_IPV6) && flow->high == echo->client.high &&
	       flow->low == echo->client.low && sf_address_equal(dest, &echo->server) &&
	       flow->sport == echo->client_port && flow->dport == echo->server_port;
}

void sf_plan_free(struct sf_plan *plan)
{
	for (int class = 0; class < SF_CLASSES; class ++)
		for (int family = 0; family < SF_FAMILIES; family++)
			sf_population_free(&plan->sources[class][family]);
	sf_listed_free(&plan->listed);
}
