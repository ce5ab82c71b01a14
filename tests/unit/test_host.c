// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the machine tells: rights, lockdown, kinds of interfaces, drivers and MTUs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "host/driver.h"
#include "host/facts.h"
#include "host/fragment.h"
#include "host/nic.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names the row of a table in which something is not as it should be. */
static void expect(bool good, const char *row, const char *what)
{
	if (!good)
		fail_msg("row \"%s\": %s is wrong", row, what);
}

static uint64_t caps_of(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	uint64_t caps;

	assert_non_null(file);
	caps = mxw_facts_parse_caps(file);
	(void)fclose(file);
	return caps;
}

static void rights_are_the_effective_ones(void **state)
{
	(void)state;
	assert_true(caps_of("Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t000000c000001000\n"
			    "CapBnd:\t000001ffffffffff\n") ==
		    (MXW_CAP_BPF | MXW_CAP_PERFMON | MXW_CAP_NET_ADMIN));
	assert_true(caps_of("CapEff:\t0000000000200000\n") == MXW_CAP_SYS_ADMIN);
	assert_true(caps_of("Name:\tx\nCapPrm:\t000001ffffffffff\n") == 0);
}

static void lockdown_is_the_word_in_brackets(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "[none] integrity confidentiality", "none" },
		{ "none [integrity] confidentiality", "integrity" },
		{ "none integrity [confidentiality]", "confidentiality" },
		{ "", "" },
		{ "none", "" },
		{ "[none", "" },
		{ "[]", "" },
		{ "[a word of more than twenty-three bytes]", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char word[24];

		mxw_facts_parse_lockdown(rows[i].line, word);
		expect(strcmp(word, rows[i].want) == 0, rows[i].line, "the word");
	}
}

static void what_is_above_an_interface(void **state)
{
	static const struct {
		const char *type; /* of interface 7 */
		unsigned int parent; /* of interface 7 */
		unsigned int master; /* of interface 2 */
		bool want; /* 7 is above 2 */
	} rows[] = {
		{ "bridge", 0, 7, true },  { "bond", 0, 7, true },    { "bridge", 0, 8, false },
		{ "bridge", 0, 0, false }, { "vlan", 2, 0, true },    { "vlan", 3, 0, false },
		{ "vlan", 2, 8, true },	   { "macvlan", 2, 0, true }, { "ipvlan", 2, 0, true },
		{ "macsec", 2, 0, true },  { "vxlan", 2, 0, true },   { "veth", 2, 0, false },
		{ "netkit", 2, 0, false }, { "gre", 2, 0, false },    { "ip6tnl", 2, 0, false },
		{ "", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_nic upper = { .ifindex = 7, .parent = rows[i].parent };
		struct mxw_nic lower = { .ifindex = 2, .master = rows[i].master };

		(void)snprintf(upper.type, sizeof(upper.type), "%s", rows[i].type);
		expect(mxw_nic_is_above(&upper, &lower) == rows[i].want, rows[i].type, "above");
	}
}

static void kinds_come_from_the_kernels_word(void **state)
{
	static const struct {
		const char *type;
		enum mxw_nic_kind want;
	} rows[] = {
		{ "", MXW_NIC_PHYSICAL },	 { "veth", MXW_NIC_VETH },
		{ "tun", MXW_NIC_TUN },		 { "vlan", MXW_NIC_VLAN },
		{ "bond", MXW_NIC_BOND },	 { "bridge", MXW_NIC_BRIDGE },
		{ "wireguard", MXW_NIC_TUNNEL }, { "vxlan", MXW_NIC_TUNNEL },
		{ "macvlan", MXW_NIC_OTHER },	 { "dummy", MXW_NIC_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(mxw_nic_kind_of(rows[i].type) == rows[i].want, rows[i].type, "the kind");
	assert_string_equal(mxw_nic_operstate(6), "up");
	assert_string_equal(mxw_nic_operstate(2), "down");
	assert_string_equal(mxw_nic_operstate(99), "unknown");
}

static void mtus_fit_by_driver_and_kernel(void **state)
{
	static const struct {
		const char *driver;
		unsigned int kernel, mtu;
		enum mxw_mtu_fit want;
	} rows[] = {
		{ "virtio_net", MXW_KERNEL(6, 1), 1500, MXW_MTU_FITS },
		{ "virtio_net", MXW_KERNEL(6, 1), 3506, MXW_MTU_FITS },
		{ "virtio_net", MXW_KERNEL(6, 1), 3507, MXW_MTU_TOO_LARGE },
		{ "virtio_net", MXW_KERNEL(6, 3), 9000, MXW_MTU_FRAGS },
		{ "ena", MXW_KERNEL(6, 18), 9001, MXW_MTU_TOO_LARGE },
		{ "ena", MXW_KERNEL(6, 18), 3498, MXW_MTU_FITS },
		{ "mlx5_core", MXW_KERNEL(5, 15), 9000, MXW_MTU_TOO_LARGE },
		{ "mlx5_core", MXW_KERNEL(6, 1), 9000, MXW_MTU_FRAGS },
		{ "i40e", MXW_KERNEL(6, 1), 3046, MXW_MTU_FITS },
		{ "i40e", MXW_KERNEL(6, 1), 3047, MXW_MTU_TOO_LARGE },
		{ "i40e", MXW_KERNEL(6, 6), 9000, MXW_MTU_FRAGS },
		{ "ixgbe", MXW_KERNEL(6, 18), 3051, MXW_MTU_TOO_LARGE },
		{ "ice", MXW_KERNEL(6, 6), 9000, MXW_MTU_FRAGS },
		{ "bnxt_en", MXW_KERNEL(5, 15), 3503, MXW_MTU_TOO_LARGE },
		{ "bnxt_en", MXW_KERNEL(6, 1), 3503, MXW_MTU_FRAGS },
		{ "gve", MXW_KERNEL(6, 18), 2033, MXW_MTU_TOO_LARGE },
		{ "igc", MXW_KERNEL(6, 18), 1501, MXW_MTU_TOO_LARGE },
		{ "veth", MXW_KERNEL(6, 18), 9000, MXW_MTU_FRAGS },
		{ "tun", MXW_KERNEL(6, 18), 65535, MXW_MTU_FITS },
		{ "e1000e", MXW_KERNEL(6, 18), 9000, MXW_MTU_FITS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct mxw_driver *driver = mxw_driver_find(rows[i].driver);

		expect(mxw_driver_mtu(driver, rows[i].kernel, rows[i].mtu) == rows[i].want,
		       rows[i].driver, "whether the MTU fits");
	}
	assert_null(mxw_driver_find("e1000e"));
	assert_null(mxw_driver_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_the_effective_ones),
		cmocka_unit_test(lockdown_is_the_word_in_brackets),
		cmocka_unit_test(what_is_above_an_interface),
		cmocka_unit_test(kinds_come_from_the_kernels_word),
		cmocka_unit_test(mtus_fit_by_driver_and_kernel),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
