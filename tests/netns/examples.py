#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes the examples out of the manuals and documents: examples.py FILE... Prints a line for
each one: file, line, what is to be done, and the text, separated by tabs.

An example is a fenced block or, in Markdown, one that is indented by four, and what a manual
shows behind "Example:". Each command of it is one line, with what follows a backslash. It is
"run", unless a mark is the last line before the example, but for empty ones:

    <!-- not run: REASON -->         in Markdown
    ; not run: REASON                in a manual, where that is a comment

"ends with N: REASON" in place of "not run: REASON" says that a command ends with another code
than 0. What is no command at all, such as a file's text, is marked as not run too."""
import pathlib
import re
import sys

MARK = re.compile(r"^ *(?:; |<!-- )(not run|ends with \d+): ([^\s-].*?)(?: -->)?$")


def blocks(lines, markdown):
    """(number of the first line, lines) of each example."""
    at = 0
    while at < len(lines):
        line = lines[at]
        example = re.match(r"Example: \*(.*)\*$", line)
        if example:
            yield at, [re.sub(r"\\(.)", r"\1", example[1])]
        elif line.startswith("```"):
            end = lines.index("```", at + 1)
            yield at, lines[at + 1:end]
            at = end
        elif markdown and line.startswith("    ") and not lines[at - 1].strip():
            end = at
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            yield at, [text[4:] for text in lines[at:end]]
            at = end
        at += 1


def mark_of(lines, at):
    """The mark of an example that begins there."""
    above = [line for line in lines[:at] if line.strip()]
    found = MARK.match(above[-1]) if above else None
    return (found[1], found[2]) if found else ("run", "")


def commands(text):
    """Those of a block, without comments."""
    joined = re.sub(r"\\\n\s*", "", "\n".join(text))
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def main():
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        lines = path.read_text().splitlines()
        for at, text in blocks(lines, path.suffix == ".md"):
            what, reason = mark_of(lines, at)
            if what == "not run":
                print(path.name, at + 1, what, reason, sep="\t")
                continue
            for command in commands(text):
                print(path.name, at + 1, what, command, sep="\t")


main()
