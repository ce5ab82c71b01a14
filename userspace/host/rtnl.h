/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the kernel over rtnetlink. It answers for the network namespace
 * of the calling process; /sys/class/net would answer for the one in which
 * sysfs was mounted.
 */
#ifndef MXW_RTNL_H
#define MXW_RTNL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>

#include "base/err.h"

/* Called once per answer; a MXW_E_* ends the dialogue with it. */
typedef int mxw_rtnl_row(const struct nlmsghdr *message, void *context);

/*
 * Sends request, whole and with its length in nlmsg_len, and hands every answer
 * to row. With NLM_F_DUMP the kernel may have to be asked again, so that row
 * sees some answers twice. Returns 0, what row returned, or MXW_E_FAIL.
 */
int mxw_rtnl_ask(const struct nlmsghdr *request, mxw_rtnl_row *row, void *context,
		 struct mxw_err *err);

/* The attributes behind the fixed part of a message, which has head bytes. Their number of
 * bytes comes in *size; 0 when the message is cut short. */
const void *mxw_rtnl_attributes(const struct nlmsghdr *message, size_t head, size_t *size);

/* The attribute of that type among size bytes, NULL if there is none of at least need bytes. */
const struct rtattr *mxw_rtnl_find(const void *attributes, size_t size, unsigned short type,
				   size_t need);

#endif
