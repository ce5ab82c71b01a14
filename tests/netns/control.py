#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of the controller's socket: control.py SOCKET HOW [ARGUMENT]

as UID GID GROUP say LINE   the same as somebody else, in that further group
say LINE   sends the line, prints the reply
long       a line that does not end
silent N   N connections that say nothing
slow N     ... that say a byte each now and then
deaf N     ... that ask for much and do not read
gone N     ... that ask and go
noise N    ... that send random bytes
"""
import os
import random
import socket
import sys
import time

HOLD = 4  # seconds that connections are held


def connect(path):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(10)
    client.connect(path)
    return client


def exchange(path, data):
    client = connect(path)
    try:
        client.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
    reply = b""
    try:
        while piece := client.recv(65536):
            reply += piece
    except ConnectionResetError:
        pass
    print(reply.decode(), end="")


def many(path, count, act):
    held = []
    for _ in range(count):
        try:
            client = connect(path)
            held += [client] if act(client) else []
        except OSError:
            pass
    end = time.monotonic() + HOLD
    while time.monotonic() < end:
        time.sleep(0.2)
        for client in held:
            try:
                act(client)
            except OSError:
                pass


def ask(client, line, keep):
    client.sendall(line)
    if not keep:
        client.close()
    return keep


ACTS = {
    "silent": lambda c: True,
    "slow": lambda c: c.send(b"{") == 1,
    "deaf": lambda c: ask(c, b'{"ask":"lists"}\n', True),
    "gone": lambda c: ask(c, b'{"ask":"test"}\n', False),
    "noise": lambda c: ask(c, random.randbytes(3000), True),
}


def main():
    path, how = sys.argv[1:3]
    if how == "as":
        user, group, further = map(int, sys.argv[3:6])
        os.setgroups([further])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        del sys.argv[2:6]
        how = sys.argv[2]
    if how == "say":
        exchange(path, sys.argv[3].encode() + b"\n")
    elif how == "long":
        exchange(path, b"[" * 100000)
    else:
        many(path, int(sys.argv[3]), ACTS[how])


try:
    main()
except PermissionError as error:
    sys.exit(str(error))
