/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of hosts.deny. For userspace/lists/formats/ alone. Pure.
 */
#ifndef MXW_FORMAT_HOSTS_H
#define MXW_FORMAT_HOSTS_H

#include "lists/formats/text.h"

/* Takes "ALL:" or "sshd, vsftpd :" off the line; false, and the line as it was, if it does not
 * begin with names of services. */
bool mxw_hosts_services(struct mxw_text *line);

#endif
