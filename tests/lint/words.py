#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what people read in the tree against the tree: functions, files and cases that comments
and documents name exist, and words that make readers stop do not. Prints "ok - NAME" or "not ok -
NAME" lines; `words.py --try` checks a planted example of each."""
import pathlib
import re
import subprocess
import sys

CODE = {".c", ".h", ".def"}
SCRIPTS = {".sh", ".py"}
PROSE = {".md", ".scd"}

# What has a shorter or plainer word for it. "There is no X" and "is no longer" are plain English.
STOPS = [
    (r"(?<!there )\b(?:is|are|was|were|be) no (?!(?:more|longer|later|less|worse|better|other|room|matter|need)\b)[a-z]+",
     'say "is not a ..."'),
    (r"\banew\b", 'say "again"'),
    (r"\btold of\b", 'say "reported"'),
    (r"\bfor want of\b", 'say "because ... is missing"'),
    (r"\bby choice\b", 'say "optionally"'),
    (r"\b(?:by|for|leaves) who\b", "say who that is"),
    (r"\bof late\b", 'say "lately"'),
    (r"\bin the mean\b", 'say "on average"'),
    (r"\bholds? nobody\b", 'say "applies to nobody"'),
    (r"\bat its word\b", 'say "is believed"'),
    (r"\bg(?:ive|ives|ave) way\b", 'say "makes room"'),
    (r"\bmarks? stands?\b", 'say "stays"'),
]


# Files of other programs that comments name as the source of a rule.
FOREIGN = set("""dict_cidr.c dnsblog.c ip_match.c mystrtok.c postscreen_dnsbl.c smtpd_peer.c valid_hostname.c
    smtpd_check.c rbldnsd_zones.c ip4parse.c ip6addr.c nss_database.c stdio.h""".split())


# Functions of other programs that comments name.
FOREIGN_FUNCTIONS = {"curl_free", "maybe_wait_bpf_programs", "valid_hostname"}


def listed():
    names = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], check=True, capture_output=True,
                           text=True).stdout.split("\n")
    return [pathlib.Path(n) for n in names if n and not re.search(r"/(corpus|samples)/", n)]


def comments(path, text):
    """(line, text) of each comment of a file of C or of a script."""
    if path.suffix in CODE:
        for m in re.finditer(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', text, re.S):
            if not m[0].startswith('"'):
                yield text.count("\n", 0, m.start()) + 1, re.sub(r"\n\s*\*", "\n", m[0])
    else:
        for number, line in enumerate(text.split("\n"), 1):
            m = re.match(r"\s*#(?!!)(.*)", line)
            if m:
                yield number, m[1]


def strings(text):
    """(line, text) of each string of a file of C, of pieces that are written one after the other."""
    for m in re.finditer(r'"(?:\\.|[^"\\\n])*"(?:\s*(?:PRI\w+\s*)?"(?:\\.|[^"\\\n])*")*', text):
        yield text.count("\n", 0, m.start()) + 1, re.sub(r'"\s*(?:PRI\w+\s*)?"', "", m[0])


def read_by_people(path, text):
    """(line, text) of what people read in the file."""
    if path.suffix in PROSE:
        yield from enumerate(text.split("\n"), 1)
        return
    yield from comments(path, text)
    if path.suffix in CODE and not str(path).startswith(("tests/", "bench/")):
        yield from strings(text)


def stops(path, text):
    for number, words in read_by_people(path, text):
        for pattern, better in STOPS:
            for m in re.finditer(pattern, re.sub(r"\s+", " ", words), re.I):
                yield f'{path}:{number}: "{m[0]}": {better}'


class Tree:
    def __init__(self, paths, texts):
        code = "\n".join(texts[p] for p in paths if p.suffix in CODE)
        self.functions = set(re.findall(r"\b(\w+)\(", re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.S)))
        scripts = "\n".join(texts[p] for p in paths if p.suffix in SCRIPTS)
        self.functions |= set(re.findall(r"^(?:\s*def )?(\w+)\(", scripts, re.M)) | FOREIGN_FUNCTIONS
        self.files = {str(p) for p in paths} | {p.name for p in paths} | FOREIGN
        cases = texts.get(pathlib.Path("docs/cases.md"), "")
        self.cases = set(re.findall(r"^\| ([A-Z]\d+) \|", cases, re.M))


def missing(path, text, tree):
    """What comments and documents name and the tree does not have."""
    for number, words in comments(path, text) if path.suffix in CODE | SCRIPTS else enumerate(text.split("\n"), 1):
        for name in re.findall(r"\b(\w+)\(\)", words):
            if name not in tree.functions:
                yield f"{path}:{number}: there is no {name}()"
        for name in re.findall(r"(?<![\w/.<-])([\w/-]+\.(?:c|h|md|scd|def))\b(?!\.\w)", words):
            if name not in tree.files and not any(f.endswith("/" + name) for f in tree.files):
                if not re.search(r"^(linux|sys|net|netinet|uapi)/", name):
                    yield f"{path}:{number}: there is no {name}"


def callers(path, text):
    """"Called by" in the head of a file names a room, a verb or a moment: a list of files is soon wrong."""
    if path.suffix not in CODE:
        return
    for number, words in comments(path, text):
        words = re.sub(r"\s+", " ", words)
        for m in re.finditer(r"\b[Cc]alled by [^;]*?\.(?= |$)", words):
            if re.search(r"\w\.(?:c|h|sh|py)\b", m[0]):
                yield f"{path}:{number}: \"{m[0]}\": name the room or the verb"


def unknown_cases(path, text, tree):
    if not str(path).startswith("tests/") or str(path).startswith("tests/lint"):
        return
    for number, line in enumerate(text.split("\n"), 1):
        for case in re.findall(r"\bcases? ([PSCDFLM]\d{1,2})\b|(?:test_|^|\s|\")([PSCDFLM]\d{1,2})(?=_[a-z]|: )", line):
            name = case[0] or case[1]
            if name not in tree.cases:
                yield f"{path}:{number}: docs/cases.md has no {name}"


def verdict(name, found):
    found = list(found)
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("# " + line)


def planted():
    """Each check finds an example of its kind, and leaves its opposite alone."""
    tree = Tree([], {})
    tree.functions, tree.files, tree.cases = {"mxw_there"}, {"bpf/there.h", "there.h"}, {"C1"}
    rows = [
        (stops, "a.c", "/* a line that is no entry */", 1), (stops, "a.c", "/* there is no entry */", 0),
        (stops, "a.c", "/* begins anew */ int x;", 1), (stops, "a.md", "it waits for want of\nan answer", 1),
        (callers, "a.c", "/* Sorts. Called by a.c and b.c. */", 1),
        (callers, "a.c", "/* Sorts. Called by attach; the rest is in b.c. */", 0),
        (stops, "a.c", "/* Called by who shows them. The oldest gives way. */", 2), (stops, "a.md", "said of late", 1),
        (stops, "a.c", "/* Sorted by whose they are. */", 0),
        (stops, "a.c", 'f("is\\n", "no");', 0), (stops, "a.c", 'f("%s is "\n\t"no feed");', 1),
    ]
    for check, name, text, want in rows:
        got = len(list(check(pathlib.Path(name), text)))
        yield from [] if got == want else [f"{text!r}: found {got}, wanted {want}"]
    rows = [
        (missing, "a.c", "/* As mxw_gone(). */", 1), (missing, "a.c", "/* As mxw_there(). */", 0),
        (missing, "a.c", "/* As gone(), a static one. */", 1), (missing, "a.md", "`gone()`", 1),
        (missing, "a.c", "/* See bpf/gone.h. */", 1), (missing, "a.c", "/* See there.h. */", 0),
        (unknown_cases, "tests/a.c", "/* case C2 */", 1), (unknown_cases, "tests/a.c", "/* case C1 */", 0),
    ]
    for check, name, text, want in rows:
        got = len(list(check(pathlib.Path(name), text, tree)))
        yield from [] if got == want else [f"{text!r}: found {got}, wanted {want}"]


def main():
    paths = [p for p in listed() if p.suffix in CODE | SCRIPTS | PROSE and p.name != "words.py" and p.exists()]
    texts = {p: p.read_text() for p in paths}
    tree = Tree(paths, texts)
    verdict("words: planted examples are found", planted())
    verdict("words: what comments and documents name exists", (m for p in paths for m in missing(p, texts[p], tree)))
    verdict("words: who calls a file is said without a list of files", (m for p in paths for m in callers(p, texts[p])))
    verdict("words: docs/cases.md has every case that a test names",
            (m for p in paths for m in unknown_cases(p, texts[p], tree)))
    verdict("words: none that makes readers stop", (m for p in paths for m in stops(p, texts[p])))


main()
