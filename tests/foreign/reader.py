# SPDX-License-Identifier: GPL-2.0-or-later
"""mxwall's reader of lists, asked through build/foreign/tell; and sets of addresses."""
import ipaddress
import subprocess

PROGRAM = "build/foreign/tell"
MADE = 1800000000  # when texts were written, as tell.c has it


def keys(text):
    """First and last key of an address, a prefix or a range A-B: IPv4 as it is, IPv6 by its /64."""
    first, dash, last = text.partition("-")
    if dash:
        return keys(first)[0], keys(last)[1]
    net = ipaddress.ip_network(text.strip(), strict=False)
    shift = 0 if net.version == 4 else 64
    return int(net[0]) >> shift, int(net[-1]) >> shift


def settle(ranges):
    """Ascending, disjoint and not adjacent. IPv4 and IPv6 keys never touch."""
    out = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1 and first != 1 << 32:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


def subtract(ranges, others):
    """ranges without others, both settled."""
    out = []
    for first, last in ranges:
        for low, high in others:
            if high < first or low > last:
                continue
            if low > first:
                out.append((first, low - 1))
            first = high + 1
            if first > last:
                break
        if first <= last:
            out.append((first, last))
    return out


def show(ranges):
    """As people write them."""
    def one(key):
        return str(ipaddress.ip_address(key if key < 1 << 32 else key << 64))
    return [one(a) if a == b else f"{one(a)}-{one(b)}" for a, b in ranges]


class Answer:
    def __init__(self):
        self.format, self.error, self.over = None, None, None
        self.block, self.allow, self.refused, self.ends = [], [], [], []


class Reader:
    """One process for many texts."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, text, name="auto"):
        data = text if isinstance(text, bytes) else text.encode()
        self.process.stdin.write(f"{name} {len(data)}\n".encode() + data)
        self.process.stdin.flush()
        answer = Answer()
        while (line := self.process.stdout.readline().decode("utf-8", "replace").rstrip("\n")) != ".":
            kind, _, rest = line.partition(" ")
            assert kind, "build/foreign/tell has ended"
            if kind in ("block", "allow", "ends"):
                getattr(answer, kind).append(tuple(int(word) for word in rest.split()))
            elif kind == "refused":
                answer.refused.append(rest)
            else:
                setattr(answer, kind, rest)
        return answer

    def close(self):
        self.process.stdin.close()
        return self.process.wait()
