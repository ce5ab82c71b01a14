#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A name server of DNS lists that lies: liar.py PORT MODES [LOG]

MODES is a file of lines "ZONE MODE", read anew whenever it changes; a zone that is not
there is "good". Modes:
  good       as RFC 5782 wants; lists 198.51.100.0/24 and 2001:db8:bad::/48 as 127.0.0.2
  code=A.B.C.D  that code for all but the test entries
  all        lists everything          real       ... but what RFC 5782 says it must not
  none       lists nothing             outside    203.0.113.5 for everything
  servfail, refused, mute              slow       answers after 60 s
  tc         truncated, and closes TCP big        truncated, and 64 KiB of TXT over TCP
  loop       a name that points to itself         junk   random bytes behind the header
  wrongid, wrongname, twice, late      the true answer comes after, twice or 3 s late
  ptr=NAME,..  PTR records with those names        a=A.B.C.D  that address for every name
  many=N     N PTR records, n1.many.example ..    ptrloop    a PTR whose name leads to itself
A zone may also be a whole name. Of modes that fit, the first in the file counts.
LOG gets a line "TIME NAME ID" for each question over UDP; TIME is when the kernel got it, so
that a server which has to wait for its turn does not make a burst of it."""
import asyncio
import os
import random
import socket
import struct
import sys

TTL = 2
SO_TIMESTAMPNS = 35
TESTS = ("2.0.0.", "1.0.0.127.", "1.0.0.0.0.0.f.7.")


class Modes:
    """What each zone does now."""

    def __init__(self, path):
        self.path, self.stamp, self.modes = path, None, {}

    def of(self, name):
        stamp = os.stat(self.path).st_mtime_ns
        if stamp != self.stamp:
            self.stamp = stamp
            with open(self.path, encoding="ascii") as file:
                self.modes = dict(line.split() for line in file if line.strip())
        for zone, mode in self.modes.items():
            if ("." + name).endswith("." + zone):
                return mode
        return "good"


def question_name(query):
    """The name, in text and lower case, and the offset behind the question."""
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin1").lower())
        at += query[at] + 1
    return ".".join(labels), at + 5


def is_listed(mode, name):
    must = name.startswith(("2.0.0.127.", "2.0.0.0.0.0.f.7.f.f.f.f."))
    must_not = name.startswith(("1.0.0.127.", "1.0.0.0.0.0.f.7.f.f.f.f."))
    if mode in ("all", "outside"):
        return True
    if mode == "none":
        return False
    if mode == "real":
        return not must_not
    return must or (not must_not and (".100.51.198." in name or ".d.a.b.0.8.b.d.0.1.0.0.2." in name))


def header(query, rcode=0, answers=0, authority=0, flags=0):
    return query[:2] + struct.pack(">HHHHH", 0x8580 | flags | rcode, 1, answers, authority, 0)


def address(code):
    return b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, TTL, 4) + bytes(map(int, code.split(".")))


def wire_name(text):
    return b"".join(bytes([len(x)]) + x.encode() for x in text.split(".")) + b"\0"


def pointers(query, end, names):
    """PTR records, or that there are none."""
    body = query[12:end]
    if query[end - 4:end - 2] != b"\0\x0c":
        return header(query, 3, 0, 1) + body + soa()
    records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 12, 1, TTL, len(x)) + x for x in names)
    return header(query, 0, len(names)) + body + records


def soa():
    return b"\x00" + struct.pack(">HHIH", 6, 1, TTL, 22) + b"\x00\x00" + struct.pack(">5I", 1, 1, 1, 1, TTL)


def truth(query, mode, name, end):
    body = query[12:end]
    if mode.startswith("ptr="):
        return pointers(query, end, [wire_name(x) for x in mode[4:].split(",")])
    if mode.startswith("many="):
        return pointers(query, end, [wire_name(f"n{x + 1}.many.example") for x in range(int(mode[5:]))])
    if mode == "ptrloop":
        return pointers(query, end, [b"\xc0" + bytes([end + 12])])
    if mode.startswith("a="):
        return header(query, 0, 1) + body + address(mode[2:])
    coded = mode.startswith("code=") and not name.startswith(TESTS)
    if not is_listed(mode, name) and not coded:
        return header(query, 3, 0, 1) + body + soa()
    code = "203.0.113.5" if mode == "outside" else "127.0.0.2"
    if coded:
        code = mode[5:]
    return header(query, 0, 1) + body + address(code)


def big(query, end):
    record = b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, TTL, 256) + b"\xff" + b"x" * 255
    return (header(query, 0, 238) + query[12:end] + record * 238)[:65535]


class Liar:
    def __init__(self, modes, log, port):
        self.modes, self.log = modes, log
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", port))

    def send(self, message, to):
        try:
            self.socket.sendto(message, to)
        except OSError:
            pass  # whoever asked has gone

    def readable(self):
        try:
            while True:
                data, control, _, addr = self.socket.recvmsg(65535, 64)
                self.received(data, control, addr)
        except OSError:
            pass  # no more, or whoever asked has gone

    def received(self, data, control, addr):
        name, end = question_name(data)
        mode = self.modes.of(name)
        if self.log:
            seconds, nanoseconds = struct.unpack("qq", control[0][2])
            self.log.write(f"{seconds}.{nanoseconds // 1000:06d} {name} {data[:2].hex()}\n")
        for delay, message in self.replies(mode, data, name, end):
            if delay:
                asyncio.get_running_loop().call_later(delay, self.send, message, addr)
            else:
                self.send(message, addr)

    def replies(self, mode, query, name, end):
        body, true = query[12:end], truth(query, mode, name, end)
        if mode == "mute":
            return []
        if mode in ("slow", "late"):
            return [(60 if mode == "slow" else 3, true)]
        if mode in ("servfail", "refused"):
            return [(0, header(query, 2 if mode == "servfail" else 5) + body)]
        if mode in ("tc", "big"):
            return [(0, header(query, 0, 0, 0, 0x200) + body)]
        if mode == "loop":
            return [(0, header(query, 0, 1) + body + b"\xc0" + bytes([end]) + address("127.0.0.2")[2:])]
        if mode == "junk":
            return [(0, header(query, 0, 3, 2) + body + random.randbytes(random.randrange(400)))]
        lie = header(query, 0, 1) + body + address("127.0.0.9")
        if mode == "wrongid":
            return [(0, bytes([lie[0] ^ 1, lie[1] ^ 7]) + lie[2:]), (0, b""), (0, true)]
        if mode == "wrongname":
            return [(0, lie[:13] + b"z" + lie[14:]), (0, true)]
        return [(0, true)] * (2 if mode == "twice" else 1)


async def serve_stream(modes, reader, writer):
    try:
        size = struct.unpack(">H", await reader.readexactly(2))[0]
        query = await reader.readexactly(size)
        name, end = question_name(query)
        mode = modes.of(name)
        if mode == "big":
            reply = big(query, end)
            writer.write(struct.pack(">H", len(reply)) + reply)
            await writer.drain()
        elif mode != "tc":
            reply = truth(query, mode, name, end)
            writer.write(struct.pack(">H", len(reply)) + reply)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def main(port, path, log):
    modes = Modes(path)
    loop = asyncio.get_running_loop()
    liar = Liar(modes, log, port)
    loop.add_reader(liar.socket, liar.readable)
    server = await asyncio.start_server(lambda r, w: serve_stream(modes, r, w), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


random.seed(1)
asyncio.run(main(int(sys.argv[1]), sys.argv[2],
                 open(sys.argv[3], "w", buffering=1, encoding="ascii") if len(sys.argv) > 3 else None))
