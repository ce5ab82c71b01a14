#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads metrics as Prometheus would, from standard input: metrics.py [SERIES]...

Every series has to be written as the format wants it, once, behind its HELP and TYPE; every
name has to be one of userspace/control/metrics.def with its labels. Prints the values of the
SERIES given, in their order."""
import pathlib
import re
import sys

DEF = pathlib.Path(__file__).parents[2] / "userspace/control/metrics.def"
LABEL = r'([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"'
SERIES = re.compile(rf"^([a-z_]+)(\{{{LABEL}(?:,{LABEL})*\}})? (-?[0-9.e+-]+)$")


def known():
    form = r'^MXW_METRIC\(\w+, "(\w+)", "(\w+)", "([\w,]*)", "(.*)"\)$'
    return {m[1]: m for m in re.finditer(form, DEF.read_text(), re.M)}


def check(condition, line):
    if not condition:
        sys.exit(f"not as it should be: {line}")


def check_rules(table):
    """What promtool's linter would say of names and types, and that each text stands alone."""
    for line in (m[0] for m in table.values()):
        name, kind, labels, text = re.match(r'MXW_METRIC\(\w+, "(\w+)", "(\w+)", "([\w,]*)", "(.*)"', line).groups()
        check((kind == "counter") == name.endswith("_total"), line)
        check((kind == "summary") == ("quantile" in labels.split(",")), line)
        check(kind in ("counter", "gauge", "summary"), line)
        check(not re.search(r"^(Their|Its|Of (it|them))\b|\b(by|for|of|to|in|from) (it|them)\b", text), line)


def main():
    table, found, current, helped = known(), {}, None, set()
    check_rules(table)
    text = sys.stdin.read()
    check(text.endswith("\n"), "the end")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, help_text = line[7:].split(" ", 1)
            check(name in table and name not in helped and help_text == table[name][4], line)
            helped.add(name)
        elif line.startswith("# TYPE "):
            current, kind = line[7:].split(" ")
            check(current in helped and kind == table[current][2], line)
        else:
            match = SERIES.match(line)
            check(match and match[1] == current, line)
            labels = [m[0] for m in re.findall(LABEL, match[2] or "")]
            check(labels == [x for x in table[current][3].split(",") if x], line)
            key = match[1] + (match[2] or "")
            check(key not in found, line)
            check(not current.endswith("_total") or float(match[7]) >= 0, line)
            found[key] = match[7]
    missing = set(table) - {re.sub(r"\{.*", "", k) for k in found}
    for series in sys.argv[1:]:
        if series == "missing":
            print(" ".join(sorted(missing)))
        else:
            print(found.get(series, "none"))


main()
