#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Zones for rbldnsd, and questions to it.

zones.py make KIND SEED FILE     a zone: ip4set, ip4trie, ip6trie, with all that
                                 rbldnsd reads, and some that it skips
zones.py probes FILE COUNT SEED  addresses at the edges of its entries and around
zones.py ask PORT ZONE           for each address of stdin "1 ADDRESS" or "0 ADDRESS"
"""
import ipaddress
import random
import re
import socket
import struct
import sys

BASE4 = int(ipaddress.ip_address("10.16.0.0"))
BASE6 = 0x20010DB8 << 96
VALUES = ["", " ", " ; comment", "# comment", " :2:", " :127.0.0.3:text", " plain text",
          " :4", "\t:5:$ is listed", " :0:skipped", " :x:skipped", " :7 skipped"]


def dotted(value, octets=4):
    return ".".join(str(value >> (24 - 8 * i) & 255) for i in range(octets))


def block4(length):
    """A random prefix of that length, all close together."""
    return (BASE4 + random.getrandbits(20)) >> (32 - length) << (32 - length)


def entry4(ranges):
    """One of the ways to write an IPv4 entry."""
    length = random.choice([32] * 8 + [24, 24, 16] + list(range(14, 32)))
    net = block4(length)
    way = random.randrange(8 if ranges else 4)
    if way == 0 and length in (16, 24):
        return dotted(net, length // 8)
    if way == 1 and length < 32:
        return f"{dotted(net, max(2, (length + 7) // 8))}/{length}"
    if way == 2:  # host bits: skipped
        return f"{dotted(net | 1)}/{length}"
    if way == 4:
        return f"{dotted(net)}-{dotted(net + random.randrange(5000))}"
    if way == 5:
        last = random.randrange(256)
        return f"{dotted(block4(32))}-{last}"
    if way == 6:
        return f"{dotted(block4(24), 3)}-{random.randrange(256)}"
    return dotted(net) + (f"/{length}" if length < 32 else "")


def entry6(_):
    length = random.choice([64] * 4 + [48, 32] + list(range(36, 64)))
    net = (BASE6 | random.getrandbits(12) << 64 | random.getrandbits(8) << 84) >> (128 - length)
    text = str(ipaddress.ip_network((net << (128 - length), length)))
    if length == 64 and random.randrange(2):  # four words stand for a /64
        return ":".join(f"{net >> shift & 0xffff:x}" for shift in (48, 32, 16, 0))
    return text


def make(kind, file):
    """No prefix twice in a trie: rbldnsd takes the first then, and mxwall the exclusion."""
    entry = entry6 if kind == "ip6trie" else entry4
    seen = set()
    with open(file, "w") as out:
        out.write("# a zone\n$SOA 3000 ns.example admin.example 0 2h 2h 1w 1h\n")
        out.write("$NS 1w ns.example\n$TTL 300\n")
        if kind == "ip4trie":
            out.write("$DATASET ip4trie:t @\n")
        out.write(":127.0.0.2:listed, see $\n")
        if kind == "ip4set":
            out.write("#$MAXRANGE4 /15\n")
        for _ in range(3000):
            text = entry(kind == "ip4set")
            if kind != "ip4set":
                if text in seen or (key := canonical(text)) in seen:
                    continue
                seen.update((text, key))
            exclusion = "!" if random.randrange(5) == 0 else ""
            out.write(exclusion + text + random.choice(VALUES) + "\n")
            if random.randrange(200) == 0:
                out.write("\n:127.0.0.9:another default\n; remark\nnot an address\n10.300\n")


def canonical(text):
    """The same for each way to write a prefix."""
    address, _, length = text.partition("/")
    if ":" in address:
        if "::" not in address:
            address, length = address + "::", length or "64"
        return ipaddress.ip_network((address, int(length or 128)), strict=False)
    octets = address.split(".")
    length = int(length or 8 * len(octets))
    return ipaddress.ip_network((".".join(octets + ["0"] * (4 - len(octets))), length), strict=False)


def edges(file):
    """First and last addresses of what looks like an entry."""
    for line in open(file):
        found = re.match(r"!?([0-9a-f.:]+(/\d+)?)(-([0-9.]+))?", line)
        try:
            net = canonical(found.group(1)) if found else None
        except ValueError:
            continue
        if net:
            yield net.version, int(net[0])
            yield net.version, int(net[-1])
            if net.version == 4 and found.group(4) and found.group(4).count(".") == 3:
                yield 4, int(ipaddress.ip_address(found.group(4)))
            elif net.version == 4 and found.group(4) and found.group(4).isdigit():
                yield 4, int(net[0]) & ~255 | int(found.group(4)) & 255


def probes(file, count):
    known = list(edges(file))
    for _ in range(count):
        version, value = random.choice(known)
        bits = 32 if version == 4 else 128
        step = random.choice([0, 0, 1, -1, 1 << random.randrange(bits // 2 + 4)])
        if version == 6 and abs(step) == 1:
            step <<= 64
        value = (value + step) % (1 << bits)
        print(ipaddress.IPv4Address(value) if version == 4 else ipaddress.IPv6Address(value))


def question(number, address, zone):
    name = ipaddress.ip_address(address).reverse_pointer.rsplit(".", 2)[0] + "." + zone
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return struct.pack(">HHHHHH", number, 0, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def ask(port, zone):
    """Some questions at a time; what gets no answer is asked again."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", port))
    sock.settimeout(1)
    addresses = sys.stdin.read().split()
    for start in range(0, len(addresses), 100):
        batch = addresses[start:start + 100]
        answers, tries = {}, 0
        while len(answers) < len(batch):
            tries += 1
            assert tries < 20, f"no answer for {batch[0]} and those after it"
            waiting = [i for i in range(len(batch)) if i not in answers]
            for i in waiting:
                sock.send(question(i, batch[i], zone))
            try:
                for _ in waiting:
                    reply = sock.recv(2048)
                    number, flags, _, count = struct.unpack(">HHHH", reply[:8])
                    assert flags & 15 in (0, 3), f"{batch[number]}: answer code {flags & 15}"
                    answers[number] = 1 if flags & 15 == 0 and count else 0
            except socket.timeout:
                pass
        print("\n".join(f"{answers[i]} {address}" for i, address in enumerate(batch)))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        random.seed(int(sys.argv[3]))
        make(sys.argv[2], sys.argv[4])
    elif sys.argv[1] == "probes":
        random.seed(int(sys.argv[4]))
        probes(sys.argv[2], int(sys.argv[3]))
    else:
        ask(int(sys.argv[2]), sys.argv[3])
