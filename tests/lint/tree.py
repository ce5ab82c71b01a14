#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a stranger finds things by the names of files: tests/lint/tree.sh has the rest."""
import collections
import pathlib
import re
import sys

AWAY = 25  # per cent of the exported functions that may be elsewhere than in the file named like their header
SHARED_TAGS = {"mxw_verdict"}  # the kernel's and its mirror's: the same idea
CIRCLES = 3  # groups of files that call each other
FUNCTION = r"^(?!static|typedef|return|else|#|\s)[\w\s*]*?\b(\w+)\([^{};]*\)\s*%s"


def text_of(path):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.S)
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"__attribute__\(\(.*?\)\)\s*", "", text)


def stem(path):
    return path.with_suffix("")


def verdict(what, found):
    print(f"{'not ok' if found else 'ok'} - tree: {what}")
    for line in found:
        print(f"# {line}")
    return bool(found)


def sources(suffix):
    return sorted(p for top in ("userspace", "tools/xdpctl") for p in pathlib.Path(top).rglob(f"*{suffix}"))


def functions(path, end):
    return re.findall(FUNCTION % end, text_of(path), re.M)


def strays(headers, files):
    """Exported functions that are not in the file named like their header; a verb's file is named like the verb."""
    declared = {name: header for header in headers for name in functions(header, ";")}
    total, found = 0, []
    for path in files:
        for name in functions(path, r"\{"):
            header = declared.get(name)
            if not header or name.startswith("verb_"):
                continue
            total += 1
            if stem(header) != stem(path):
                found.append(f"{name}() of {header} is in {path}")
    return total, found


def uses(files):
    """The files whose exported functions each file names."""
    homes = {name: path for path in files for name in functions(path, r"\{")}
    graph = collections.defaultdict(set)
    for path in files:
        for name in set(re.findall(r"(?<!struct )(?<!enum )\b\w+\b", text_of(path))):
            if homes.get(name, path) != path:
                graph[str(path)].add(str(homes[name]))
    return graph


def circles(graph):
    """The strongly connected components of more than one file (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for to in graph.get(node, ()):
            if to not in index:
                visit(to)
            if to in stack:
                low[node] = min(low[node], low[to])
        if low[node] == index[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return sorted(found)


def room(file):
    parts = file.split("/")
    return "/".join(parts[:2])


def unfound_verbs(files):
    """Verbs whose first word, without "un" in front, names no file of the command."""
    stems = {p.stem for p in files if str(p).startswith("tools/xdpctl/")}
    for path in files:
        if str(path).startswith("tools/xdpctl/"):
            for name in functions(path, r"\{"):
                word = name[len("verb_"):].split("_")[0]
                if name.startswith("verb_") and not {word, word.removeprefix("un")} & stems:
                    yield f"{name}() is in {path}: no file is called {word}.c"


def double_tags():
    """Tags of structs, enums and unions that two places define."""
    places = collections.defaultdict(list)
    for path in sources(".h") + sources(".c") + sorted(pathlib.Path("bpf").glob("*.h")):
        for tag in re.findall(r"^(?:struct|enum|union) (mxw_\w+) \{", path.read_text(), re.M):
            places[tag].append(str(path))
    return [f"{tag}: {', '.join(where)}" for tag, where in sorted(places.items()) if len(where) > 1 and tag not in SHARED_TAGS]


def main():
    sys.setrecursionlimit(10000)
    headers, files = sources(".h"), sources(".c")
    total, stray = strays(headers, files)
    groups = circles(uses(files))
    failed = verdict(f"of the exported functions, at most {AWAY} % are not in the file named like their header",
                     stray if len(stray) * 100 > total * AWAY else [])
    print(f"# {len(stray)} of {total} are elsewhere, {len(stray) * 100 / total:.0f} %")
    failed |= verdict(f"at most {CIRCLES} circles of files that call each other",
                      [" <-> ".join(g) for g in groups] if len(groups) > CIRCLES else [])
    failed |= verdict("no circle between rooms",
                      [" <-> ".join(g) for g in groups if len({room(f) for f in g}) > 1])
    failed |= verdict("a verb is found by the name of a file", list(unfound_verbs(files)))
    failed |= verdict("a tag means one thing", double_tags())
    named = [str(p) for p in files if p.name == "entries.c"]
    failed |= verdict("no two files are called entries.c", named if len(named) > 1 else [])
    return failed


if __name__ == "__main__":
    sys.exit(main())
