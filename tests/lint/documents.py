#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the documents against the program: documents.py XDPCTL. Prints "ok - NAME"
or "not ok - NAME" lines. What the program says of itself is the truth."""
import pathlib
import re
import subprocess
import sys

COMMON = {"--json", "--porcelain", "--help"}
SOURCES = ["bpf", "userspace", "tools"]
FOLDERS = SOURCES + ["tests", "bench", "docs", "kernel-configs"]


def verdict(name, found):
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("# " + line)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def options_of(text, line_form):
    """{"--name": (letter, value)} of the option lines in text."""
    return {m["name"]: (m["letter"] or "", m["value"] or "") for m in re.finditer(line_form, text, re.M)}


class Help:
    """What xdpctl says: verbs with their options and examples."""

    def __init__(self, xdpctl):
        self.verbs, self.pages = {}, {}
        names = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +", run(xdpctl, "--help"), re.M)
        for name in names:
            text = run(xdpctl, *name.split(), "--help")
            found = options_of(text, r"^  (?:(?P<letter>-.), |    )(?P<name>--[a-z-]+)(?: (?P<value>\S+))?(?:  |$)")
            example = re.search(r"^Example:\n  (.*)", text, re.M)
            self.verbs[name] = (found, example[1] if example else "")
            page = re.search(r"^Manual: man (\S+)$", text, re.M)
            self.pages[name] = page[1] if page else "no page"


def man_sections(source, marker):
    """{heading: text} of the parts of source that begin with marker."""
    parts = re.split(rf"^{marker} (.*)\n", source, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def plain(scdoc):
    return re.sub(r"\\(.)", r"\1", scdoc)


OPTION_LINE = r"^\*(?P<letter>-.)\*, \*(?P<name>--[a-z-]+)\*(?: _(?P<value>.+)_)?$"


def check_pages(manuals, xdpctl):
    """The chapters of all pages and the sections of all verbs; each verb is where its help says."""
    chapters = {page: man_sections(text, "#") for page, text in manuals.items()}
    sections, found = {}, []
    for page, parts in chapters.items():
        here = man_sections(parts["VERBS"], "##")
        sections |= here
        found += [f"{v}: the help names {xdpctl.pages.get(v)}(8), and {page}(8) describes it"
                  for v in here if xdpctl.pages.get(v) != page]
        found += [f"{page}: the synopsis lacks {v}" for v in here
                  if page != "xdpctl" and f"*xdpctl {v}" not in parts["SYNOPSIS"]]
        found += [f"xdpctl(8) does not name {page}(8) in {where}" for where in ("PAGES", "SEE ALSO")
                  if page != "xdpctl" and f"*{page}*(8)" not in chapters["xdpctl"][where]]
        found += [f"{page}(8) does not name xdpctl(8)" for _ in [0] if "*xdpctl*(8)" not in parts["SEE ALSO"]
                  and page != "xdpctl"]
    found += [f"the manual has no section for {v}" for v in xdpctl.verbs if v not in sections]
    verdict("documents: the manual has every verb, on the page that its help names", found)
    return {name: text for parts in chapters.values() for name, text in parts.items()} | chapters["xdpctl"], sections


def check_man(manuals, xdpctl):
    chapters, sections = check_pages(manuals, xdpctl)

    found = []
    for verb in xdpctl.verbs.keys() & sections.keys():
        said, example = xdpctl.verbs[verb]
        own = {n: v for n, v in said.items() if n not in COMMON | {"--dry-run"}}
        written = options_of(plain(sections[verb]), OPTION_LINE)
        for name in sorted(own.keys() | written.keys()):
            if own.get(name) != written.get(name):
                found.append(f"{verb} {name}: help {own.get(name)}, manual {written.get(name)}")
        if not example.startswith(f"xdpctl {verb}") or f"Example: *{example}*" not in plain(sections[verb]):
            found.append(f"{verb}: the manual has not the example of the help, {example!r}")
    verdict("documents: help and manual agree on options and examples of each verb", found)

    common = options_of(plain(chapters["OPTIONS"]), OPTION_LINE)
    found = [f"{n} is not described" for n in COMMON | {"--dry-run"} if n not in common]
    claim = re.search(r"^And ((?:.|\n)*?) take:", chapters["OPTIONS"], re.M)
    claimed = set(re.findall(r"\*([a-z]+(?:\s[a-z]+)?)\*", claim[1]))
    takes = {v for v, (o, _) in xdpctl.verbs.items() if "--dry-run" in o}
    found += [f"--dry-run and {v}: help and manual differ" for v in takes ^ claimed]
    verdict("documents: the manual describes the common options", found)
    return chapters


def check_reasons(chapters):
    form = r'MXW_REASON\((\d+), \w+, \w+, \w+, "(.*?)", "(.*?)"\)'
    want = re.findall(form, pathlib.Path("bpf/reasons.def").read_text())
    have = re.findall(r"^\| +(\d+)\n: +(\S+)\n: +(.*)$", chapters["REASONS"], re.M)
    verdict("documents: the manual's reasons are those of bpf/reasons.def",
            [f"{w}" for w in set(want) ^ set(have)] or (["in another order"] if want != have else []))


def check_metrics():
    form = r'^MXW_METRIC\(\w+, "(\w+)", "(\w+)", "([\w,]*)", "(.*)"\)$'
    source = pathlib.Path("userspace/control/metrics.def").read_text()
    want = [(n, t, l.replace(",", ", ") or "-", h) for n, t, l, h in re.findall(form, source, re.M)]
    chapters = man_sections(pathlib.Path("docs/mxwalld.8.scd").read_text(), "#")
    have = re.findall(r"^\| +(\w+)\n: +(\S+)\n: +(.*)\n: +(.*)$", chapters["METRICS"], re.M)
    found = [f"{w}" for w in set(want) ^ set(have)] or (["in another order"] if want != have else [])
    if len(want) != source.count("\nMXW_METRIC("):
        found.append("metrics.def has a line that this cannot read")
    verdict("documents: the manual's metrics are those of userspace/control/metrics.def", found)


def check_commands(paths, xdpctl):
    """Commands that people will copy: the verb exists and takes the options."""
    found = []
    for path in paths:
        for command in re.findall(r"\bxdpctl (?!VERB)([a-z]+[^`*#\n]*)", plain(path.read_text())):
            words = command.split()
            if " ".join(words[:2]) in xdpctl.verbs:
                words[:2] = [" ".join(words[:2])]
            if words[0] not in xdpctl.verbs:
                found.append(f"{path}: xdpctl {words[0]}: no such verb")
                continue
            known = set(xdpctl.verbs[words[0]][0]) | {o[0] for o in xdpctl.verbs[words[0]][0].values()}
            found += [f"{path}: xdpctl {command}: {w} is no option of it" for w in words[1:]
                      if re.match(r"--?[a-z]", w) and w.split("=")[0].rstrip(".,;:") not in known]
    verdict("documents: every command shown exists", found)


def check_names(paths):
    """Functions and files that the documents name are there."""
    code = "\n".join(p.read_text() for f in SOURCES for p in pathlib.Path(f).rglob("*.[ch]"))
    files = {str(p) for f in FOLDERS for p in pathlib.Path(f).rglob("*")}
    names = files | {pathlib.Path(f).name for f in files}
    found = []
    for path in paths:
        text = path.read_text()
        found += [f"{path}: there is no {n}()" for n in sorted(set(re.findall(r"`(\w+)\(\)`", text)))
                  if not re.search(rf"\b{n}\(", code)]
        named = re.findall(r"`([\w/.-]+\.(?:c|h|sh|def|py|md|scd))`", text)
        named += re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w/.-]*)`", text)
        found += [f"{path}: there is no {n}" for n in sorted(set(named)) if n.rstrip("/") not in names | set(FOLDERS)]
        found += [f"{path}: there is no {n}" for n in re.findall(r"\]\(([^):]+)\)", text)
                  if not (path.parent / n).exists()]
    verdict("documents: functions and files that they name exist", found)


def main():
    xdpctl = Help(sys.argv[1])
    men = sorted(pathlib.Path("docs").glob("xdpctl*.8.scd"))
    prose = [pathlib.Path("README.md"), *sorted(pathlib.Path("docs").glob("*.md"))]
    check_reasons(check_man({m.name.removesuffix(".8.scd"): m.read_text() for m in men}, xdpctl))
    check_metrics()
    check_commands(men + prose, xdpctl)
    check_names(prose)


main()
