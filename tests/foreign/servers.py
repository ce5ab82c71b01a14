# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs that judge: ipset, nft, rbldnsd, postmap. For judges.py, in a namespace of its own."""
import contextlib
import io
import ipaddress
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from reader import keys, settle, subtract

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../netns"))
import zones  # noqa: E402

RBLDNSD = "build/rbldnsd/usr/sbin/rbldnsd"
POSTFIX = "build/postfix"
PORT = 5353
ACTIONS = ["REJECT", "reject no", "550 5.7.1 no", "450 x", "DROP", "DUNNO", "WARN x", "OK", "permit"]


def run(*command, data=None, good=(0,)):
    done = subprocess.run(command, input=data, capture_output=True, text=True)
    assert done.returncode in good, f"{' '.join(command)[:80]}: {done.stderr[:400]}"
    return done.stdout


def missing(judge):
    """Why a judge cannot speak here, or nothing."""
    if judge == "rbldnsd" and not os.access(RBLDNSD, os.X_OK):
        return "rbldnsd is not in build/; run tools/packages.sh test"
    if judge == "postfix" and not os.access(f"{POSTFIX}/usr/sbin/postmap", os.X_OK):
        return "Postfix is not in build/; run tools/packages.sh test"
    if judge == "ipset" and (not shutil.which("ipset") or
                             subprocess.run(["ipset", "list"], capture_output=True).returncode):
        return "this kernel has no ipset"
    if judge == "nft" and not shutil.which("nft"):
        return "nft is not there"
    return None


def disjoint(entries):
    """Those that do not overlap one before them."""
    out, taken = [], []
    for entry in entries:
        first, last = keys(entry)
        if all(last < low or first > high for low, high in taken):
            taken.append((first, last))
            out.append(entry)
    return out


# --- ipset: a set is (options, [(member, nomatch)])

def random_ipsets(address, prefix4):
    """Sets; whether one has exceptions; and addresses to ask about."""
    sets, exceptions, probes = [], False, []
    for _ in range(random.randrange(1, 6)):
        kind = random.choice(["hash:ip", "hash:ip netmask 24", "hash:net", "hash:net nomatch",
                              "bitmap:ip range 11.1.0.0/20", "hash:ip timeout 0"])
        members, seen = [], set()
        for _ in range(random.randrange(40)):
            entry = prefix4() if kind.startswith("hash:net") else address()
            if entry in seen:
                continue
            seen.add(entry)
            members.append((entry, "nomatch" in kind and random.random() < 0.4))
            probes.append(entry.split("/")[0])
        exceptions = exceptions or any(nomatch for _, nomatch in members)
        sets.append((kind.replace(" nomatch", ""), members))
    random.shuffle(probes)
    return sets, exceptions, probes


def fill_ipsets(sets):
    """How many members that were."""
    lines = []
    for number, (options, members) in enumerate(sets):
        lines.append(f"create s{number} {options}")
        lines += [f"add s{number} {entry}{' nomatch' if nomatch else ''} -exist"
                  for entry, nomatch in members]
    run("ipset", "restore", data="\n".join(lines) + "\n")
    return sum(len(members) for _, members in sets) + 10


def ipset(*words):
    return run("ipset", *words)


def ipset_matches(sets, probe):
    """A packet that is held against each set, as rules do."""
    return any(subprocess.run(["ipset", "-q", "test", f"s{number}", probe],
                              capture_output=True).returncode == 0 for number in range(len(sets)))


def ipset_ranges(sets):
    return [keys(f"{entry}/24" if "netmask" in options else entry)
            for options, members in sets for entry, _ in members]


# --- nft

def fill_nft(entries4, entries6):
    """A table with two sets, and what else stands in rulesets."""
    def elements(entries):
        return ", ".join(entry + random.choice(["", "", ' comment "was 11.9.9.9"', " timeout 1h"])
                         for entry in entries)
    flags = "flags interval, timeout;"
    run("nft", "-f", "-", data=f"""
        flush ruleset
        table inet t {{
            set four {{ type ipv4_addr; {flags} elements = {{ {elements(entries4)} }} }}
            set six {{ type ipv6_addr; {flags} elements = {{ {elements(entries6)} }} }}
            set ports {{ type inet_service; elements = {{ 25, 465 }} }}
            chain c {{ type filter hook input priority 0; ip saddr @four drop; ip saddr 11.9.9.9 accept; }}
        }}""")


# --- rbldnsd

@contextlib.contextmanager
def rbldnsd(folder, zone):
    os.chmod(folder, 0o755)
    log = open(os.path.join(folder, "log"), "w")
    server = subprocess.Popen([os.path.abspath(RBLDNSD), "-n", "-u", "nobody", "-w", folder, "-b",
                               f"127.0.0.1/{PORT}", zone], stdout=log, stderr=log)
    try:
        for _ in range(100):
            if run("ss", "-Hlun", f"sport = :{PORT}"):
                break
            assert server.poll() is None, open(log.name).read()
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()
        log.close()


def captured(call, *arguments, data=""):
    out, before = io.StringIO(), (sys.stdin, sys.stdout)
    sys.stdin, sys.stdout = io.StringIO(data), out
    try:
        call(*arguments)
    finally:
        sys.stdin, sys.stdout = before
    return out.getvalue()


def ask_rbldnsd(kind, seed, count):
    """A zone, and what rbldnsd says of so many addresses at the edges of its entries."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, kind)
        random.seed(seed)
        zones.make(kind, path)
        probes = captured(zones.probes, path, count)
        dataset = "combined" if kind == "ip4trie" else kind
        with rbldnsd(folder, f"x.test:{dataset}:{kind}"):
            said = captured(zones.ask, PORT, "x.test", data=probes)
        answers = dict(reversed(line.split()) for line in said.splitlines())
        return open(path).read(), {probe: found == "1" for probe, found in answers.items()}


# --- Postfix

def random_table(prefix4):
    """Lines of a cidr table, with networks that overlap, and conditions."""
    lines, depth = [], 0
    for _ in range(random.randrange(1, 60)):
        way = random.randrange(30)
        if way == 0:
            lines.append(f"if {random.choice(['', '!', '! !'])}{prefix4()}")
            depth += 1
        elif way < 3 and depth:
            lines.append(random.choice(["endif", "ENDIF"]))
            depth -= 1
        elif way == 3:
            lines.append(f"{prefix4()}\n  # was 11.9.9.9\n\n   {random.choice(ACTIONS)}")
        elif way == 4:
            lines.append(f"!{prefix4()} {random.choice(ACTIONS[5:7])}")
        else:
            lines.append(f"{prefix4()}{random.choice([' ', chr(9)])}{random.choice(ACTIONS)}")
    return "\n".join(lines + ["endif"] * depth) + "\n"


def ask_postmap(prefix4, address):
    """A table, and what it rejects of some addresses."""
    text = random_table(prefix4)
    probes = sorted({address() for _ in range(500)})
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/main.cf", "w") as conf:
            conf.write(f"shlib_directory = {os.path.abspath(POSTFIX)}/usr/lib/postfix\n"
                       "mail_owner = nobody\nsetgid_group = mail\ndefault_privs = daemon\n")
        with open(f"{folder}/table", "w") as table:
            table.write(text)
        os.environ["LD_LIBRARY_PATH"] = f"{POSTFIX}/usr/lib/postfix"
        said = run(f"{POSTFIX}/usr/sbin/postmap", "-c", folder, "-q", "-", f"cidr:{folder}/table",
                   data="\n".join(probes) + "\n", good=(0, 1))
        del os.environ["LD_LIBRARY_PATH"]
    found = dict(line.split("\t", 1) for line in said.splitlines() if "\t" in line)
    blocks = ("reject", "550", "450", "drop")
    return text, {probe: found.get(probe, "").lower().startswith(blocks) for probe in probes}
