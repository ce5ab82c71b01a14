// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings about made-up interfaces, and what stops an attach
 * (userspace/host/check.h): a healthy one with one change at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "host/fragment.h"
#include "tests/unit/findings.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct mxw_nic good_nic(void)
{
	return (struct mxw_nic){
		.name = "eth0",
		.ifindex = 2,
		.ethernet = true,
		.up = true,
		.operstate = 6,
		.mtu = 1500,
		.ethtool = { .driver = "bnxt_en",
			     .lro = MXW_OFFLOAD_OFF,
			     .gro_hw = MXW_OFFLOAD_OFF,
			     .rxvlan = MXW_OFFLOAD_OFF },
	};
}

static struct mxw_nic nic_of(const char *driver, unsigned int mtu)
{
	struct mxw_nic nic = good_nic();

	(void)snprintf(nic.ethtool.driver, sizeof(nic.ethtool.driver), "%s", driver);
	nic.mtu = mtu;
	return nic;
}

static struct mxw_nic nic_of_kind(enum mxw_nic_kind kind, const char *type)
{
	struct mxw_nic nic = good_nic();

	nic.kind = kind;
	(void)snprintf(nic.type, sizeof(nic.type), "%s", type);
	nic.ethtool.driver[0] = '\0';
	return nic;
}

/* The obstacles of an interface, by what is special about it. want NULL: there is none. */
static void expect_obstacle(const struct mxw_nic *nic, unsigned int kernel, bool native,
			    const char *want)
{
	struct mxw_err err = { 0 };
	int error = mxw_check_obstacle(nic, kernel, native, &err);

	assert_int_equal(error, want ? MXW_E_DETACHED : 0);
	if (want)
		assert_string_equal(err.text, want);
}

static void a_vlan_is_refused_natively_and_its_parent_named(void **state)
{
	struct mxw_nic nic = nic_of_kind(MXW_NIC_VLAN, "vlan");

	(void)state;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"\"eth0\" is a VLAN device, which has no native XDP: attach to the "
			"interface below it, whose tagged packets the filter reads as well, or use "
			"--xdp skb");
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
	nic.parent = 1; /* lo in every namespace */
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"\"eth0\" is a VLAN device, which has no native XDP: attach to lo, whose "
			"tagged packets the filter reads as well, or use --xdp skb");
}

static void kinds_without_native_mode_are_known(void **state)
{
	static const struct {
		enum mxw_nic_kind kind;
		const char *type;
		bool native;
	} rows[] = {
		{ MXW_NIC_PHYSICAL, "", true },	     { MXW_NIC_VETH, "veth", true },
		{ MXW_NIC_TUN, "tun", true },	     { MXW_NIC_BOND, "bond", true },
		{ MXW_NIC_OTHER, "macvlan", true },  { MXW_NIC_VLAN, "vlan", false },
		{ MXW_NIC_BRIDGE, "bridge", false }, { MXW_NIC_TUNNEL, "vxlan", false },
		{ MXW_NIC_LOOPBACK, "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mxw_nic nic = nic_of_kind(rows[i].kind, rows[i].type);
		struct mxw_check check = { 0 };

		assert_int_equal(mxw_check_has_native(&nic, MXW_KERNEL(6, 1)), rows[i].native);
		expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
		mxw_check_nic(&nic, MXW_KERNEL(6, 1), &check);
		assert_int_equal(mxw_check_worst(&check),
				 rows[i].native ? MXW_LEVEL_NOTE : MXW_LEVEL_WARN);
	}
}

static void an_interface_without_ethernet_is_refused(void **state)
{
	struct mxw_nic nic = nic_of_kind(MXW_NIC_OTHER, "wwan");

	(void)state;
	nic.ethernet = false;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false,
			"packets of \"eth0\" (wwan) have no Ethernet header, and the filter "
			"reads no others: attach to the interface on which they arrive from "
			"outside");
}

static void nobody_is_sent_from_a_tunnel_to_the_outer_interface(void **state)
{
	static const char *const types[] = { "gre",  "ip6gre",	  "ipip", "sit", "ip6tnl",
					     "vti6", "wireguard", "xfrm", "tun" };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct mxw_nic nic = nic_of_kind(mxw_nic_kind_of(types[i]), types[i]);
		char want[400];

		nic.ethernet = false;
		(void)snprintf(
			want, sizeof(want),
			"\"eth0\" is a tunnel (%s) whose packets have no Ethernet header, and the "
			"filter reads no others; on the outer interface SYNs inside of the "
			"tunnel's "
			"packets pass unseen: filter where the mail enters the tunnel, or use a "
			"tunnel with Ethernet (gretap, vxlan, tap) and --xdp skb",
			types[i]);
		expect_obstacle(&nic, MXW_KERNEL(6, 1), false, want);
		expect_obstacle(&nic, MXW_KERNEL(6, 1), true, want);
	}
}

static void lro_is_refused_natively(void **state)
{
	struct mxw_nic nic = good_nic();

	(void)state;
	nic.ethtool.lro = MXW_OFFLOAD_ON;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"LRO of \"eth0\" merges packets before XDP sees them: ethtool -K eth0 lro "
			"off");
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
	assert_true(mxw_check_has_native(&nic, MXW_KERNEL(6, 1)));
	nic = nic_of("virtio_net", 1500);
	nic.ethtool.gro_hw = MXW_OFFLOAD_ON;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true, NULL);
	nic.ethtool.gro_hw = MXW_OFFLOAD_FIXED;
	assert_false(mxw_check_has_native(&nic, MXW_KERNEL(6, 1)));
	assert_int_equal(mxw_check_obstacle(&nic, MXW_KERNEL(6, 1), true, NULL), MXW_E_DETACHED);
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
}

static void a_large_mtu_is_refused_natively(void **state)
{
	struct mxw_nic nic = nic_of("ena", 9001);

	(void)state;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"the MTU of \"eth0\" is 9001, and its driver ena takes at most 3498 with "
			"XDP: ip link set eth0 mtu 3498, or use --xdp skb");
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
	nic = nic_of("virtio_net", 9000);
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"the MTU of \"eth0\" is 9000, and its driver virtio_net takes at most 3506 "
			"with XDP: ip link set eth0 mtu 3506, or use --xdp skb, or Linux 6.3 or "
			"later");
	expect_obstacle(&nic, MXW_KERNEL(6, 6), true, NULL);
	nic = nic_of("veth", 9000); /* the peer's MTU counts, not this one */
	nic.kind = MXW_NIC_VETH;
	expect_obstacle(&nic, MXW_KERNEL(5, 15), true, NULL);
	nic = nic_of("unheard_of", 9000);
	expect_obstacle(&nic, MXW_KERNEL(5, 15), true, NULL);
}

static void missing_queues_are_refused_natively(void **state)
{
	struct mxw_nic nic = nic_of("ena", 1500);

	(void)state;
	nic.ethtool.channels =
		(struct mxw_channels){ .known = true, .combined = 8, .max_combined = 8 };
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true,
			"\"eth0\" uses 8 of its 8 queues, and its driver ena needs as many again "
			"for XDP: ethtool -L eth0 combined 4");
	expect_obstacle(&nic, MXW_KERNEL(6, 1), false, NULL);
	nic.ethtool.channels.combined = 5;
	assert_int_equal(mxw_check_obstacle(&nic, MXW_KERNEL(6, 1), true, NULL), MXW_E_DETACHED);
	nic.ethtool.channels.combined = 4;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true, NULL);
	nic.ethtool.channels.known = false;
	nic.ethtool.channels.combined = 8;
	expect_obstacle(&nic, MXW_KERNEL(6, 1), true, NULL);
}

static void an_old_driver_is_refused_natively(void **state)
{
	struct mxw_nic nic = nic_of("vmxnet3", 1500);

	(void)state;
	expect_obstacle(
		&nic, MXW_KERNEL(6, 1), true,
		"the driver vmxnet3 of \"eth0\" has native XDP from Linux 6.6 on: use --xdp "
		"skb, or a newer kernel");
	assert_false(mxw_check_has_native(&nic, MXW_KERNEL(6, 1)));
	assert_true(mxw_check_has_native(&nic, MXW_KERNEL(6, 6)));
}

static void expect_nic(const struct mxw_nic *nic, enum mxw_level level, const char *text)
{
	struct mxw_check check = { 0 };
	const struct mxw_finding *finding;

	mxw_check_nic(nic, MXW_KERNEL(6, 1), &check);
	finding = only_finding(&check);
	assert_int_equal(finding->level, level);
	if (!strstr(finding->text, text))
		fail_msg("\"%s\" does not say \"%s\"", finding->text, text);
}

static void a_healthy_interface_has_no_findings(void **state)
{
	struct mxw_nic nic = good_nic();
	struct mxw_check check = { 0 };

	(void)state;
	mxw_check_nic(&nic, MXW_KERNEL(6, 1), &check);
	assert_int_equal(check.count, 2);
	assert_int_equal(mxw_check_worst(&check), MXW_LEVEL_OK);
}

static void states_and_notes_of_an_interface(void **state)
{
	struct mxw_nic nic = good_nic();

	(void)state;
	nic.up = false;
	expect_nic(&nic, MXW_LEVEL_WARN, "\"eth0\" is down: ip link set eth0 up");
	nic = good_nic();
	nic.operstate = 3;
	expect_nic(&nic, MXW_LEVEL_WARN, "\"eth0\" has no link (lower layer down)");
	nic = good_nic();
	nic.master = 1; /* lo in every namespace */
	expect_nic(&nic, MXW_LEVEL_NOTE, "\"eth0\" is part of \"lo\"");
	nic = good_nic();
	nic.ethtool.rxvlan = MXW_OFFLOAD_ON;
	expect_nic(&nic, MXW_LEVEL_NOTE, "ethtool -K eth0 rxvlan off");
	nic = nic_of("unheard_of", 1500);
	expect_nic(&nic, MXW_LEVEL_NOTE, "(unheard_of)");
	nic = nic_of("bnxt_en", 9000);
	expect_nic(&nic, MXW_LEVEL_NOTE, "9000 attaches because mxwall takes packets in fragments");
	nic = nic_of("bonding", 1500);
	nic.kind = MXW_NIC_BOND;
	expect_nic(&nic, MXW_LEVEL_NOTE, "only where the drivers of all its interfaces do");
}

static void an_interface_that_is_not_there_is_named(void **state)
{
	static struct mxw_check check;
	struct mxw_nic nic;
	struct mxw_err err;

	(void)state;
	assert_int_equal(mxw_nic_read("nosuch0", &nic, &err), MXW_E_USAGE);
	assert_int_equal(nic.ifindex, 0);
	assert_non_null(strstr(err.text, "there is no interface \"nosuch0\" here: give one of "));
	assert_non_null(strstr(err.text, "lo"));
	assert_int_equal(mxw_check_attachable("nosuch0", &nic, false, &err), MXW_E_USAGE);
	assert_non_null(strstr(err.text, "there is no interface \"nosuch0\" here: give one of "));
	assert_int_equal(mxw_check_run("nosuch0", &check), 0);
	assert_int_equal(mxw_check_worst(&check), MXW_LEVEL_FAIL);
}

static void the_loopback_of_this_machine_is_read(void **state)
{
	struct mxw_nic nic;
	struct mxw_err err;

	(void)state;
	assert_int_equal(mxw_nic_read("lo", &nic, &err), 0);
	assert_int_equal(nic.ifindex, 1);
	assert_string_equal(nic.name, "lo");
	assert_int_equal(nic.kind, MXW_NIC_LOOPBACK);
	assert_true(nic.ethernet);
	assert_true(nic.mtu > 0);
	assert_false(mxw_check_native(&nic));
	assert_int_equal(mxw_check_attachable("lo", &nic, true, &err), MXW_E_DETACHED);
	assert_int_equal(mxw_check_attachable("lo", &nic, false, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vlan_is_refused_natively_and_its_parent_named),
		cmocka_unit_test(kinds_without_native_mode_are_known),
		cmocka_unit_test(an_interface_without_ethernet_is_refused),
		cmocka_unit_test(nobody_is_sent_from_a_tunnel_to_the_outer_interface),
		cmocka_unit_test(lro_is_refused_natively),
		cmocka_unit_test(a_large_mtu_is_refused_natively),
		cmocka_unit_test(missing_queues_are_refused_natively),
		cmocka_unit_test(an_old_driver_is_refused_natively),
		cmocka_unit_test(a_healthy_interface_has_no_findings),
		cmocka_unit_test(states_and_notes_of_an_interface),
		cmocka_unit_test(an_interface_that_is_not_there_is_named),
		cmocka_unit_test(the_loopback_of_this_machine_is_read),
	};

	return cmocka_run_group_tests_name("obstacle", tests, NULL, NULL);
}
