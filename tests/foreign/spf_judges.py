#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mxwall's SPF, pyspf and Mail::SPF side by side on random zones, without a DNS.

    spf_judges.py     RECORDS, 2000 without: how many zones. SEED, 1 without: begins there. It is shown
                      where one differs.

Each of the three reads the same zone and question. Where one of the others does what RFC 7208 does
not say, KNOWN has the reason, and when it is to be believed: most often by asking the same program
again without what misleads it, and then it has to agree.
"""
import ipaddress
import os
import random
import re
import subprocess
import sys

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's, whichever python3 this is
import spf  # noqa: E402

RECORDS = int(os.environ.get("RECORDS", "2000"))
SEED = int(os.environ.get("SEED", "1"))
NAMES = [f"d{i}.example" for i in range(6)] + ["mail.d0.example", "lost.example"]
CLIENTS = ["192.0.2.1", "192.0.2.2", "192.0.2.129", "2001:db8::1", "2001:db8::ff:1", "::ffff:192.0.2.1"]
HOSTS4, HOSTS6 = ["192.0.2.1", "192.0.2.2", "192.0.2.200", "203.0.113.5"], ["2001:db8::1", "2001:db8:ffff::1"]
MACROS = ["%{d}", "%{d2}", "%{i}.d1.example", "%{ir}.%{v}.d2.example", "%{l}.d0.example", "%{o}", "%{h}", "%{l1r-}.d3.example",
          "%{s}.d1.example", "%{p}.d1.example", "%{d1r}.example", "%{L}.d0.example", "a%%b.d1.example", "%{dr}.d1.example"]
BAD = ["a:", "ip4:192.0.2.256", "ip4:192.0.2.1/33", "ip6:2001:db8:::1", "nonsense", "include:", "all:x", "a:%{x}.example",
       "a:d0.example/33", "a//129", "exists", "exists:d1.example/24", "a:single", "redirect=", "exp=", "a:%{d0}.example",
       "a:%{c}.example", "-", "ptr/24", "a:d0.example.1", "x=%z", "a:%{d", "a:192.0.2.1", "mx:d0.example:25", "-redirect=d1.example",
       "a:/24", "?x=y", "ip4:192.0.2", "ip4", "ip6:192.0.2.1", "a:%(d).example", "all/8", "a/024"]
TEXTS = ["not from %{i}", "%{d} %{o} %{h} says no to %{s}", "see http://%{d}/?s=%{S}&i=%{i}", "%{c} at %{r}", "%{l1r-}%_%%%-",
         "%{x}", "100% wrong", "%{p}", "%{dr}/%{d1}"]


def net(hosts, most):
    host = random.choice(hosts)
    return host if random.random() < 0.5 else f"{host}/{random.choice([0, 8, 24, 25, 31, most, most])}"


def lengths():
    return random.choice(["", "", "", "/24", "/25", "//64", "//112", "/24//64", "/0", "/32//128"])


def domain():
    return random.choice(MACROS) if random.random() < 0.3 else random.choice(NAMES) + random.choice(["", "", "", "."])


def mechanism():
    kind = random.choice(["ip4", "ip4", "ip6", "a", "a", "mx", "ptr", "exists", "include", "include"])
    if kind == "ip4":
        return "ip4:" + net(HOSTS4, 32)
    if kind == "ip6":
        return "ip6:" + net(HOSTS6, 128)
    if kind in ("a", "mx"):
        return kind + random.choice(["", ":" + domain()]) + lengths()
    if kind == "ptr":
        return kind + random.choice(["", ":" + domain()])
    return f"{kind}:{domain()}"


def case(text):
    """In upper and lower case at random, but for macros, whose letters mean something."""
    if random.random() < 0.9:
        return text
    return re.sub(r"(%\{[^}]*\}?)|(.)", lambda m: m[1] or random.choice([m[2].lower(), m[2].upper()]), text)


def record():
    terms = [random.choice(["", "", "", "-", "~", "?", "+"]) + case(mechanism()) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4, 12]))]
    if random.random() < 0.15:
        terms.insert(random.randint(0, len(terms)), random.choice(BAD))
    if random.random() < 0.6:
        terms.append(random.choice(["-all", "-all", "-all", "~all", "?all", "all"]))
    for name, share in (("redirect", 0.2), ("exp", 0.4), ("other", 0.1)):
        if random.random() < share:
            where = random.choice(["t0.example", "t1.example", "t1.%{d2}"]) if name == "exp" else domain()
            terms.insert(random.randint(0, len(terms)), f"{name}={where}")
    return case("v=spf1") + "".join(random.choice([" ", " ", "  "]) + t for t in terms)


def reverse(address):
    return ipaddress.ip_address(address.removeprefix("::ffff:")).reverse_pointer


def zone():
    lines = []
    for name in NAMES[:-1]:
        if random.random() < 0.97:
            lines.append(f"{name} TXT {record()}")
        if random.random() < 0.03:
            lines.append(f"{name} TXT {record()}")
        lines += [f"{name} TXT a text"] * (random.random() < 0.15)
        for _ in range(random.choice([0, 1, 1, 2])):
            lines.append(f"{name} A {random.choice(HOSTS4)}")
        for _ in range(random.choice([0, 0, 1])):
            lines.append(f"{name} AAAA {random.choice(HOSTS6)}")
        for _ in range(random.choice([0, 0, 1, 2, 2, 3] + [11] * (random.random() < 0.1))):
            lines.append(f"{name} MX {random.randint(0, 30)} {random.choice(NAMES)}")
        if random.random() < 0.04:
            lines.append(f"{name} FAIL {random.choice(['TXT', 'A', 'AAAA', 'MX'])}")
    for client in CLIENTS[:-1]:
        lines += [f"{reverse(client)} PTR {random.choice(NAMES)}" for _ in range(random.choice([0, 1, 2, 12]))]
        lines += [f"{reverse(client)} FAIL PTR"] * (random.random() < 0.05)
    for name in ("t0.example", "t0.example", "t1.example", "t1.d0.example"):
        lines += [f"{name} TXT {random.choice(TEXTS)}"] * (random.random() < 0.7)
    for name in ("user", "u-ser"):
        lines += [f"{name}.d0.example A 127.0.0.2"] * (random.random() < 0.5)
    random.shuffle(lines)
    return list(dict.fromkeys(lines))


def kind_of(line):
    return line.split(" ", 2)[1]


def by_preference(lines):
    """Mail servers in the order in which RFC 7208 has them asked; Mail::SPF takes the zone's."""
    servers = sorted((line for line in lines if kind_of(line) == "MX"), key=lambda line: int(line.split()[2]))
    return [line for line in lines if kind_of(line) != "MX"] + servers


def question():
    sender = random.choice(["user", "u-ser", "USER", "a.b-c+d"]) + "@" + random.choice(NAMES[:2])
    return [random.choice(CLIENTS), random.choice([sender] * 8 + ["", "user@example", "user@lost.example"]), random.choice(NAMES[:3])]



class Answer:
    def __init__(self, result, explanation, why=""):
        self.result, self.explanation, self.why = result, explanation, why

    def same(self, other):
        """Hexadecimal digits of %{i} are upper case in pyspf, and lower case in RFC 7208's examples."""
        return self.result == other.result and self.explanation.lower() == other.explanation.lower()

    def __str__(self):
        return f"{self.result} \"{self.explanation}\" ({self.why})"


class Program:
    """One that reads and answers as tests/foreign/spf.c."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, lines, asked):
        text = "".join(line + "\n" for line in by_preference(lines)) + "\t".join(["?", *asked]) + "\n"
        self.process.stdin.write(text)
        self.process.stdin.flush()
        return Answer(*self.process.stdout.readline().rstrip("\n").split("\t"))


class MailSpf:
    """Mail::SPF, and once more without its limit of void look-ups."""

    def __init__(self, mxwall):
        self.mxwall = mxwall
        script = "tests/foreign/mail_spf.pl"
        self.strict, self.patient = Program("perl", script), Program("perl", script, "1000")

    def ask(self, lines, asked, voids=2):
        return (self.strict if voids == 2 else self.patient).ask(lines, asked)


class Pyspf:
    """pyspf, whose look-ups are in the zone."""

    def __init__(self):
        spf.DNSLookup = self.look_up

    def look_up(self, name, qtype, strict=True, timeout=20):
        found = []
        for owner, kind, data in (line.split(" ", 2) for line in self.lines):
            if owner.lower() != name.lower():
                continue
            if kind == "FAIL" and data == qtype:
                raise spf.TempError("fails")
            if kind == qtype:
                found.append(((name, kind), self.value(kind, data)))
        return found

    @staticmethod
    def value(kind, data):
        if kind == "MX":
            preference, exchange = data.split()
            return int(preference), exchange
        return (data.encode(),) if kind == "TXT" else data

    def ask(self, lines, asked, voids=2):
        self.lines, spf.MAX_VOID_LOOKUPS = by_preference(lines), voids
        address, sender, helo = asked
        query = spf.query(i=address, s=sender, h=helo, receiver="receiver.example", strict=True)
        query.set_default_explanation("")
        result, _, explanation = query.check()
        return Answer(result, explanation if result == "fail" else "", explanation)


def without_fails(lines, types=("A", "AAAA", "MX", "PTR", "TXT")):
    """What fails is not there instead."""
    failing = {tuple(line.split()[::2]) for line in lines if kind_of(line) == "FAIL" and line.split()[2] in types}
    return [line for line in lines if (line.split()[0], line.split()[1]) not in failing
            and not (kind_of(line) == "FAIL" and line.split()[2] in types)]


def narrower(lines):
    """What every IPv6 client here is in too, but is not all."""
    return [re.sub(r"(?i)(ip6:[0-9a-f:]+)/0(?= |$)", r"\1/3", line) for line in lines]


def without_redirects(lines):
    return [re.sub(r"(?i) redirect=\S*", "", line) for line in lines]


def without_p_in_ptr(lines):
    """Of a client without names neither matches, but this is no look-up more."""
    return [re.sub(r"(?i)ptr:%{p}\S*", "ptr:lost.example", line) for line in lines]


def bad_term(ours, terms):
    return ours.why.removeprefix("the record has a mistake ") in terms


def itself(lines):
    """Whether a record includes its own domain by name."""
    return any(re.search(rf"(?i)include:{re.escape(line.split()[0])}\.?( |$)|include:%{{[dDpPoOhH]", line)
               for line in lines if kind_of(line) == "TXT")


def as_helo(ours, theirs, asked):
    """Whether they differ in the sender of the HELO identity alone."""
    explanation = ours.explanation.replace("postmaster@", "").replace("postmaster%40", "")
    return asked[1] == "" and theirs.same(Answer(ours.result, explanation))


def agrees(judge, ours, asked, *zones):
    """Whether the judge agrees on one of the zones, with or without its limit of void look-ups, which
    both judges count by question and section 4.6.4 by term; or then stumbles over a record that includes itself, as below."""
    answers = (judge.ask(lines, asked, voids) for lines in zones for voids in (2, 1000))
    return any(answer.same(ours) or as_helo(ours, answer, asked) or ("trivial recursion" in answer.why and itself(zones[0])) for answer in answers)


# Reason, and whether it is that: with the judge, mxwall's answer, the judge's, the zone, the question.
KNOWN = {
    "Mail::SPF": [
        # RFC 7208 section 12: a domain-spec is not empty, does not end with "/24", and a letter or a
        # number of parts that a macro cannot have is a mistake wherever it is. Mail::SPF takes "a:/24" as
        # "a/24", any end of a domain, and sees such a macro only when it expands it.
        ("lenient syntax", lambda judge, ours, theirs, lines, asked: bad_term(ours, {
            "a:/24", "exists:d1.example/24", "a:%{d0}.example", "a:%{x}.example", "a:%{c}.example"})),
        # Section 4.6.4: more than 10 names of an mx are a permerror. Mail::SPF follows RFC 4408, which ignored
        # the others.
        ("names of an mx", lambda judge, ours, theirs, lines, asked: ours.why.startswith("an mx has more")),
        # Section 5.5: where the PTR look-up fails, ptr does not match; with Mail::SPF it is a temperror.
        # An IPv6 network of length 0 holds no IPv4 client, but with Mail::SPF it does.
        # Which names of the client %{p} tries, and so how many are void, is left open by section 7.3:
        # mxwall does not look up a name that is not better than one it has.
        ("ptr that fails, ip6 of length 0, voids by question", lambda judge, ours, theirs, lines, asked: agrees(
            judge, ours, asked, lines, narrower(without_fails(lines, ("PTR",))))),
        # Mail::SPF expands the domain of a ptr when it has a name to compare with, and so counts no void look-up
        # for the %{p} in it of a client without names.
        ("ptr of %{p}", lambda judge, ours, theirs, lines, asked: ours.why.startswith("the look-ups of more than 2")
         and judge.mxwall.ask(without_p_in_ptr(lines), asked).same(theirs)),
        # Section 6.1: a redirect counts where no mechanism matches. Mail::SPF counts it where one does, too.
        ("redirect that is not followed", lambda judge, ours, theirs, lines, asked: "interactive terms" in theirs.why
         and agrees(judge, ours, asked, without_redirects(narrower(without_fails(lines, ("PTR",)))))),
        # Section 2.4 says that the sender of the HELO identity is postmaster@. Mail::SPF has the name alone.
        ("sender of the HELO identity", lambda judge, ours, theirs, lines, asked: as_helo(ours, theirs, asked)),
        # Section 6.2: no error in an explanation changes the result. Mail::SPF dies of void look-ups.
        ("errors in explanations", lambda judge, ours, theirs, lines, asked: ours.result == "fail"
         and theirs.result == "died" and "EProcessingLimitExceeded" in theirs.why),
    ],
    "pyspf": [
        # Section 4.6.4 is what ends a record that includes itself. pyspf finds that wrong at once, also
        # behind the mechanism that matches.
        ("include of itself", lambda judge, ours, theirs, lines, asked: "trivial recursion" in theirs.why
         and itself(lines)),
        # pyspf looks up all names of an mx and a ptr before it compares the first, and expands the macros of
        # all terms, counts a redirect, and fetches the explanation, before it evaluates the first: more
        # look-ups are void or fail, and more terms count.
        ("eager look-ups", lambda judge, ours, theirs, lines, asked: (
            theirs.result == "temperror" or re.search("Void lookup limit|Too many DNS lookups|^$", theirs.why))
         and agrees(judge, ours, asked, *(change(zone) for zone in (
             lines, without_fails(lines), without_fails(lines, ("PTR",))) for change in (list, without_redirects)))),
        # Section 7.1: the number of parts is not 0.
        ("%{d0}", lambda judge, ours, theirs, lines, asked: bad_term(ours, {"a:%{d0}.example"})),
    ],
}


def judge_one(name, judge, ours, lines, asked):
    """None, or the reason for which it differs; raises where there is none."""
    theirs = judge.ask(lines, asked)
    if theirs.same(ours):
        return None
    for reason, holds in KNOWN[name]:
        if holds(judge, ours, theirs, lines, asked):
            return reason
    raise SystemExit(f"# SEED={SEED}: {asked}: mxwall {ours}, {name} {theirs}; the zone:\n# " + "\n# ".join(sorted(lines))
                     + f"\nnot ok - foreign: SPF as {name}")


def main():
    random.seed(SEED)
    mxwall = Program("build/foreign/spf")
    judges = {"Mail::SPF": MailSpf(mxwall), "pyspf": Pyspf()}
    results, reasons = {}, {name: {} for name in judges}
    for _ in range(RECORDS):
        lines, asked = zone(), question()
        ours = mxwall.ask(lines, asked)
        results[ours.result] = results.get(ours.result, 0) + 1
        for name, judge in judges.items():
            reason = judge_one(name, judge, ours, lines, asked)
            if reason:
                reasons[name][reason] = reasons[name].get(reason, 0) + 1
    print("# " + ", ".join(f"{n} {r}" for r, n in sorted(results.items())))
    for name in judges:
        known = ", ".join(f"{n} {r}" for r, n in sorted(reasons[name].items())) or "none"
        print(f"ok - foreign: SPF as {name} # {RECORDS} zones; explained differences: {known}")


if __name__ == "__main__":
    main()
