#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of a Markdown file: readme.py FILE

Prints "SECTION<TAB>COMMAND" for each line of its blocks of code, in their order. A comment right
before a block takes lines out of it:

  <!-- not commands: REASON -->           the whole block
  <!-- not run: "COMMAND": REASON -->     that line; the command stands in the block as it stands here

A mark without a command, <!-- not run: REASON -->, is for tests/netns/examples.py and means nothing here.

Exit 1, with a line for each, if a comment names a command that its block does not have or has no
reason."""
import pathlib
import re
import sys


def blocks(text):
    """Section, comments right before it, and lines of each block of code."""
    section, comments, lines = "", [], []
    for line in text.splitlines() + ["end"]:
        if line.startswith("    "):
            lines.append(line[4:])
            continue
        if lines and line:
            yield section, comments, lines
            comments, lines = [], []
        if line.startswith("#"):
            section = line.lstrip("# ")
        if line.startswith("<!-- "):
            comments.append(line)
        elif line:
            comments = []


def command(line):
    """Without the words behind it that tell what it does."""
    return re.sub(r"\s+# .*", "", line).strip()


def main():
    mistakes = []
    for section, comments, lines in blocks(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")):
        commands = [command(line) for line in lines if line.strip()]
        for comment in comments:
            if re.fullmatch(r"<!-- not commands: \S.* -->", comment):
                commands = []
                continue
            found = re.fullmatch(r'<!-- not run: "(.*?)": \S.* -->', comment)
            if found and found[1] in commands:
                commands.remove(found[1])
            elif comment.startswith(("<!-- not run: \"", "<!-- not commands")):
                mistakes.append(f"{section}: {comment}")
        for one in commands:
            print(f"{section}\t{one}")
    print("\n".join(mistakes), file=sys.stderr)
    return 1 if mistakes else 0


sys.exit(main())
