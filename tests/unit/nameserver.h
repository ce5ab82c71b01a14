/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small name server on a libuv loop, on a port of 127.0.0.1, that does what the first
 * label of the question says:
 *
 *   yes       127.0.0.2, TTL 300            no      NXDOMAIN
 *   mute      no answer                     fail    SERVFAIL
 *   tc        truncated; 127.0.0.3 over TCP cut     truncated; TCP is closed at once
 *   twice     "yes" two times               empty   an empty datagram, then "yes"
 *   stranger  wrong id, another name, then "yes"
 *   loop      a name that points to itself  late    "yes" on nameserver_release()
 *   mad       64 000 random bytes over TCP
 */
#ifndef MXW_NAMESERVER_H
#define MXW_NAMESERVER_H

#include <stdint.h>
#include <uv.h>

struct nameserver;

/* Aborts on failure. */
struct nameserver *nameserver_open(uv_loop_t *loop);
uint16_t nameserver_port(const struct nameserver *server);

/* Questions seen over UDP. */
unsigned int nameserver_asked(const struct nameserver *server);

/* Answers all "late" questions. */
void nameserver_release(struct nameserver *server);

/* The loop has to run until its handles are closed; then free()s itself. */
void nameserver_close(struct nameserver *server);

#endif
