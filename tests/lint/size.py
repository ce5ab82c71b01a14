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
WHY_LINES = 20
WHY_FOLDERS = ("bpf/", "userspace/", "tools/", "bench/", "tests/")  # where long functions say why they are there


def functions(path):
    """Name and number of lines, from the brace to the brace, of each function."""
    return ((name, count) for name, count, _ in functions_of(path.read_text().splitlines()))


def functions_of(lines):
    """The same, and the line above the head."""
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            head = start
            while head and not re.match(r"[A-Za-z_].*\(", lines[head]):
                head -= 1
            name = re.findall(r"(\w+)\(", lines[head])[0]
            while head and re.match(r"[A-Za-z_][\w *]*$|__attribute__", lines[head - 1]):
                head -= 1
            yield name, number - start + 1, lines[head - 1] if head else ""
            start = None


def contracts(headers):
    """Functions whose prototype has a comment of its own."""
    return {name for text in headers for name in re.findall(r"\*/\n[A-Za-z_][^\n]*?(\w+)\(", text)}


def bare(sources, folders):
    """Long functions below the folders that nothing says the reason of; sources: {path: text}."""
    known = contracts(text for path, text in sources.items() if path.endswith(".h"))
    for path, text in sources.items():
        if not path.startswith(folders):
            continue
        for name, count, above in functions_of(text.splitlines()):
            if count < WHY_LINES or above.endswith("*/"):
                continue
            # A test's name is a sentence, and main() of a test is the list of them.
            if path.startswith("tests/") and (name == "main" or f"{name}(void **" in text):
                continue
            if name not in known or re.search(rf"^static .*\b{name}\(", text, re.M):
                yield f"{path}: {name}() has {count} lines, and no comment above says why it is there"


def planted():
    """The check for comments sees what lacks one, and nothing else."""
    body = "{\n" + "\twork();\n" * WHY_LINES + "}\n"
    rows = [
        ({"a.c": "int f(void)\n" + body}, 1), ({"a.c": "/* Why. */\nint f(void)\n" + body}, 0),
        ({"a.c": "int f(void)\n" + body, "a.h": "/* What. */\nint f(void);\n"}, 0),
        ({"a.c": "static int f(void)\n" + body, "a.h": "/* What. */\nint f(void);\n"}, 1),
        ({"a.c": "int f(void)\n{\n\twork();\n}\n"}, 0), ({"tests/a.c": "static int f(void)\n" + body}, 1),
        ({"tests/a.c": "static void f_works(void **state)\n" + body}, 0),
        ({"a.c": "/* Why. */\n__attribute__((noinline))\nint f(int a,\n      int b)\n" + body}, 0),
    ]
    for sources, want in rows:
        got = len(list(bare(sources, "")))
        yield from [] if got == want else [f"{sources!r}: found {got}, wanted {want}"]


def verdict(name, found):
    found = list(found)
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
    verdict("size: planted examples are found", planted())
    verdict(f"size: a function of {WHY_LINES} lines or more has a comment that says why",
            bare({str(p): p.read_text() for p in sources}, WHY_FOLDERS))
    texts = sources + [p for f in FOLDERS for e in ("*.sh", "*.py") for p in pathlib.Path(f).rglob(e)]
    counts = [(p, p.read_text().count("\n")) for p in texts]
    verdict(f"size: no source file of {FILE_LINES} lines or more",
            [f"{p} has {n}" for p, n in counts if n >= FILE_LINES])
    print(f"# {len(measured)} functions, median {median:g} lines, longest "
          f"{max(lines for _, _, lines in measured)}")


main()
