#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes of functions and files. Prints "ok - NAME" or "not ok - NAME" lines.

Reads C as clang-format leaves it: a function is a line "{" at the margin up to
the next "}" there, and the lines above it are its head."""
import pathlib
import re
import statistics

FOLDERS = ["bpf", "userspace", "tools", "tests", "bench"]
FILE_LINES = 400
FUNCTION_LINES = 80
BPF_FUNCTION_LINES = 60
MEDIAN_LINES = 20


def functions(path):
    """Name and number of lines, from the brace to the brace, of each function."""
    lines = path.read_text().splitlines()
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = start
            while head and not re.match(r"[A-Za-z_].*\(", lines[head]):
                head -= 1
            yield re.findall(r"(\w+)\(", lines[head])[0], number - start + 1
            start = None


def verdict(name, found):
    print(("not ok - " if found else "ok - ") + name)
    for line in found:
        print("# " + line)


def main():
    sources = [p for f in FOLDERS for p in sorted(pathlib.Path(f).rglob("*.[ch]"))]
    measured = [(p, name, lines) for p in sources for name, lines in functions(p)]
    for path in sources:
        text = path.read_text()
        assert text.count("\n{\n") == text.count("\n}\n"), f"{path}: braces that this cannot read"
    bpf = [m for m in measured if m[0].parts[0] == "bpf" or m[0].name.endswith(".bpf.c")]
    other = [m for m in measured if m not in bpf]
    median = statistics.median(lines for _, _, lines in measured)

    def too_long(found, most):
        return [f"{p}: {name}() has {lines} lines" for p, name, lines in found if lines > most]

    verdict(f"size: no function above {FUNCTION_LINES} lines", too_long(other, FUNCTION_LINES))
    verdict(f"size: no BPF function above {BPF_FUNCTION_LINES} lines", too_long(bpf, BPF_FUNCTION_LINES))
    verdict(f"size: the median function is below {MEDIAN_LINES} lines",
            [] if median < MEDIAN_LINES else [f"it has {median}"])
    texts = sources + [p for f in FOLDERS for e in ("*.sh", "*.py") for p in pathlib.Path(f).rglob(e)]
    counts = [(p, p.read_text().count("\n")) for p in texts]
    verdict(f"size: no source file of {FILE_LINES} lines or more",
            [f"{p} has {n}" for p, n in counts if n >= FILE_LINES])
    print(f"# {len(measured)} functions, median {median:g} lines, longest "
          f"{max(lines for _, _, lines in measured)}")


main()
