#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mxwall's reader and programs that are not ours, side by side on random files.

    judges.py [JUDGE]...     all without one. FILES, 10000 without: how many files, or addresses
                             asked, each judge gets. SEED: begins there; it is shown where one fails.

Runs in a network namespace of its own, which it fills with sets and servers.
"""
import csv
import io
import ipaddress
import json
import os
import random
import subprocess
import sys

import servers
from reader import Reader, keys, settle, show, subtract

FILES = int(os.environ.get("FILES", "10000"))
SEED = int(os.environ.get("SEED", random.getrandbits(32)))
COMMENTS = ["", "", "", " # was 11.9.9.9", "; 11.9.9.9", "\t# 11.9.0.0/16 and more", " ;"]
SMALL = 12  # lines of a file, at most
LARGE = 6000  # lines of a file that is longer than the 64 KiB by which a format is guessed
# Format, what is before its entries, an entry, what is between two, and what is behind the last.
LARGE_FILES = [
    ("plain", "# a list\n", "{}", "\n", "\n"),
    ("columns", "", "{}\t10", "\n", ""),
    ("csv", "port,ip\n", "25,{}", "\n", "\n"),
    ("p2p", "", "a name:{0}-{0}", "\n", ""),
    ("hosts-deny", "", "ALL: {}", "\n", ""),
    ("postfix", "", "{} REJECT", "\n", ""),
    ("ipset", "create s hash:ip\n", "add s {}", "\n", "\n"),
    ("fail2ban", "", "{}", " ", "\n"),
    ("spamdb", "", "TRAPPED|{}|4102444800", "\n", ""),
    ("rbldnsd", "$TTL 300\n", "{}", "\n", "\n"),
    ("drop", "", '{{"cidr":"{}"}}', "\n", "\n"),
    ("crowdsec-json", "[", '{{"scope":"Ip","value":"{}"}}', ", ", "]"),
    ("cloud-json", '{"prefixes": [', '{{"ip_prefix":"{}"}}', ",\n", "]}"),
    ("nft", "table ip t {\nset s {\ntype ipv4_addr\nelements = { ", "{}", ",\n", " }\n}\n}\n"),
]


class Difference(Exception):
    pass


def address():
    """IPv4, close together, so that entries meet."""
    return str(ipaddress.IPv4Address(0x0B010000 + random.getrandbits(12)))


def prefix4(strict=True):
    length = random.choice([32, 32, 31, 30, 28, 24, 24, 22, 20, 16])
    net = ipaddress.ip_network(f"{address()}/{length}", strict=False)
    return str(net) if strict or length == 32 else f"{address()}/{length}"


def prefix6():
    length = random.choice([128, 64, 64, 56, 48, 48, 40, 32])
    value = 0x2A000BAD << 96 | random.getrandbits(24) << 64 | random.getrandbits(16)
    return str(ipaddress.ip_network((value, length), strict=False))


def span():
    one, other = sorted([ipaddress.ip_address(address()), ipaddress.ip_address(address())])
    return f"{one}-{other}"


def compare(answer, block, allow=(), refused=None, text=""):
    """What mxwall read, and what it should have."""
    where = f"SEED={SEED}, the file:\n{text}"
    if answer.error:
        raise Difference(f"refused with \"{answer.error}\"; {where}")
    if refused is not None and len(answer.refused) != refused:
        raise Difference(f"{answer.refused} refused, not {refused} lines; {where}")
    for kind, want in (("block", settle(block)), ("allow", settle(allow))):
        have = getattr(answer, kind)
        if have != want:
            raise Difference(f"{kind} {show(have)[:9]}, not {show(want)[:9]}; {where}")


def ends():
    return random.choice(["\n", "\n", "\r\n"])


# --- python's own ideas of addresses, JSON and CSV

def judge_plain(reader):
    """ipaddress."""
    for _ in range(FILES):
        end, lines, block = ends(), [], []
        for _ in range(random.randrange(1, SMALL)):
            entry = random.choice([address, prefix6, span, lambda: prefix4(False)])()
            lines.append(random.choice(["", " ", "\t"]) + entry + random.choice(COMMENTS))
            block.append(keys(entry))
            lines += random.choices([[], [""], ["# 11.8.8.8"], ["; made 11.7.7.7"]], [9, 1, 1, 1])[0]
        text = random.choice(["", "", "\ufeff"]) + end.join(lines) + random.choice(["", end])
        compare(reader.read(text, "plain"), block, refused=0, text=text)


def judge_large(reader):
    """ipaddress, with files of which only the beginning is looked at for their format."""
    for name, begin, entry, between, end in LARGE_FILES * max(1, FILES // 5000):
        some = [str(ipaddress.IPv4Address(0x0B000000 + random.getrandbits(24))) for _ in range(LARGE)]
        text = begin + between.join(entry.format(one) for one in some) + end
        answer = reader.read(text)
        compare(answer, [keys(one) for one in some], refused=0, text=text[:400])
        if answer.format != name:
            raise Difference(f"the format is {answer.format}, not {name}; SEED={SEED}")


def drop_object(entry):
    return json.dumps({"cidr": entry, "sblid": "SBL1", "rir": "x"},
                      separators=random.choice([(",", ":"), (", ", ": ")]))


def judge_drop(reader):
    """json."""
    for _ in range(FILES):
        entries = [random.choice([prefix4, prefix6])() for _ in range(random.randrange(1, SMALL))]
        lines = [drop_object(entry) for entry in entries]
        lines.append(json.dumps({"type": "metadata", "records": len(lines), "timestamp": 1}))
        text = "\n".join(lines) + "\n"
        compare(reader.read(text), [keys(e) for e in entries], refused=0, text=text)


def decision(entry):
    alive = random.random() < 0.8
    return alive, {"id": 1, "origin": "cscli", "scope": random.choice(["Ip", "ip", "Range"]),
                   "value": entry, "type": "ban", "scenario": "was 11.9.9.9, \"x\"",
                   "duration": "3h59m12.5s" if alive else "-4m10s"}


def decisions(kind):
    """Some decisions, and those of them that hold."""
    made = [decision(random.choice(kind)()) for _ in range(random.randrange(1, SMALL))]
    return [one for _, one in made], [keys(one["value"]) for alive, one in made if alive]


def judge_crowdsec_json(reader):
    """json."""
    for _ in range(FILES):
        made, block = decisions([address, prefix4, prefix6])
        shape = random.randrange(3)
        value = made if shape == 0 else {"new": made, "deleted": None} if shape == 1 else [
            {"id": 7, "source": {"ip": "11.9.9.9"}, "decisions": made}]
        text = json.dumps(value, indent=random.choice([None, 1]))
        compare(reader.read(text), block, refused=0, text=text)


def judge_crowdsec_csv(reader):
    """csv."""
    for _ in range(FILES):
        made, block = decisions([address, prefix4, prefix6])
        columns = list(made[0])
        random.shuffle(columns)
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)
        compare(reader.read(out.getvalue(), "crowdsec-csv"), block, refused=0, text=out.getvalue())


def judge_fail2ban(reader):
    """Python's own lists and dictionaries, which fail2ban-client prints, and its lines."""
    for _ in range(FILES):
        entries = [random.choice([address, prefix6])() for _ in range(random.randrange(1, SMALL))]
        shape = random.randrange(4)
        if shape == 0:
            text = repr([{"postfix": entries}, {"sshd": []}])
        elif shape == 1:
            text = random.choice([" ", "\n"]).join(entries)
        elif shape == 2:
            text = "".join(f"{entry} \t2026-11-29 20:00:00 + 999999999 = 2058-08-07 21:46:39\n"
                           for entry in entries)
        else:
            text = ("Status for the jail: postfix\n|- Filter\n|  |- Currently failed:\t11\n"
                    "|  `- Journal matches:\t_SYSTEMD_UNIT=postfix.service\n`- Actions\n"
                    f"   |- Currently banned:\t{len(entries)}\n"
                    f"   `- Banned IP list:\t{' '.join(entries)}\n")
        compare(reader.read(text, "fail2ban"), [keys(e) for e in entries], refused=0, text=text)


def judge_spamdb(reader):
    """The columns of spamdb(8)."""
    for _ in range(FILES):
        lines, block, allow = [], [], []
        for _ in range(random.randrange(1, SMALL)):
            entry, kind = address(), random.randrange(4)
            lines.append([f"WHITE|{entry}|||1157570100|1157571900|4102444800|2|1",
                          f"TRAPPED|{entry}|4102444800",
                          f"GREY|{entry}|mx.example|<a@b.example>|<c@d.example>|1|2|3|4|0",
                          "SPAMTRAP|<trap@example.org>"][kind])
            (allow if kind == 0 else block if kind == 1 else []).append(keys(entry))
        text = "\n".join(lines) + "\n"
        compare(reader.read(text, "spamdb"), subtract(settle(block), settle(allow)), allow, 0, text)


# --- the kernel's sets

def judge_ipset(reader):
    """The kernel: what it tells of its sets, and whether it matches."""
    left = FILES
    while left > 0:
        sets, exceptions, probes = servers.random_ipsets(address, prefix4)
        left -= servers.fill_ipsets(sets)
        saved, listed = servers.ipset("save"), servers.ipset("list")
        matches = {probe: servers.ipset_matches(sets, probe) for probe in probes[:12]}  # a process each
        servers.ipset("destroy")
        for text in (saved, listed):
            answer = reader.read(text, "ipset")
            if not exceptions:
                compare(answer, servers.ipset_ranges(sets), refused=0, text=text)
            for probe, found in matches.items():
                listed_here = bool(subtract([keys(probe)], answer.block)) is False
                if listed_here != found:
                    raise Difference(f"{probe}: {listed_here}, not {found}; SEED={SEED}\n{text}")


def judge_nft(reader):
    """nft, in its own words and in JSON."""
    left = FILES
    while left > 0:
        entries4 = servers.disjoint([random.choice([address, prefix4, span])() for _ in range(400)])
        entries6 = servers.disjoint([prefix6() for _ in range(100)])
        left -= len(entries4) + len(entries6)
        servers.fill_nft(entries4, entries6)
        want = [keys(entry) for entry in entries4 + entries6]
        for arguments in (["-j", "list", "ruleset"], ["list", "ruleset"], ["list", "table", "inet", "t"]):
            text = servers.run("nft", *arguments)
            compare(reader.read(text), want, text=text)
        for arguments in ([], ["-j"]):
            text = servers.run("nft", *arguments, "list", "set", "inet", "t", "four")
            compare(reader.read(text), [keys(entry) for entry in entries4], refused=0, text=text)


# --- servers

def held_against(reader, text, name, answers):
    """answers: address to whether it is listed."""
    answer = reader.read(text, name)
    if answer.error:
        raise Difference(f"refused with \"{answer.error}\"; SEED={SEED}\n{text}")
    block = answer.block
    for probe, listed in answers.items():
        key, low, high = keys(probe)[0], 0, len(block)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if block[middle][1] < key else (low, middle)
        if listed != (low < len(block) and block[low][0] <= key):
            raise Difference(f"{probe}: the judge says {listed}; SEED={SEED}\n{text}")


def judge_rbldnsd(reader):
    """rbldnsd."""
    for kind in ("ip4set", "ip4trie", "ip6trie"):
        text, answers = servers.ask_rbldnsd(kind, random.getrandbits(30), FILES)
        held_against(reader, text, "rbldnsd", answers)


def judge_postfix(reader):
    """postmap."""
    left = FILES
    while left > 0:
        text, answers = servers.ask_postmap(prefix4, address)
        left -= len(answers)
        held_against(reader, text, "postfix", answers)


def main(names):
    judges = {name[6:]: call for name, call in globals().items() if name.startswith("judge_")}
    failed = 0
    for name in names or judges:
        missing = servers.missing(name)
        if missing:
            print(f"skip - judge {name} # {missing}", flush=True)
            continue
        random.seed(SEED)
        reader, error = Reader(), None
        try:
            judges[name](reader)
        except (Difference, AssertionError) as why:
            error = str(why)
        if reader.close() and not error:
            error = "build/foreign/tell failed"
        print(f"{'not ok' if error else 'ok'} - judge {name}: {judges[name].__doc__}", flush=True)
        if error:
            failed += 1
            print("#   " + error[:4000].replace("\n", "\n#   "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
