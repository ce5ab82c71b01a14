#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the manual against what was printed with -j: json_keys.py XDPCTL FOLDER MANUAL...

FOLDER has a file for each verb, named after it, of all objects that its runs printed. In the
manuals' "Fields with --json", a key is an underlined word, and the name of another verb in bold
stands for all keys of that verb; in parentheses, bold words are values. Prints what differs; exit 1 if anything does."""
import json
import pathlib
import re
import subprocess
import sys

BY_DATA = {"reasons", "per_second", "settings", "overlap"}  # their own keys are no fields
EVERYWHERE = {"schema"}


def keys_in(value, by_data=False):
    """The keys of an object and of all that it contains."""
    if isinstance(value, list):
        return {key for item in value for key in keys_in(item)}
    if not isinstance(value, dict):
        return set()
    below = {key for name, item in value.items() for key in keys_in(item, name in BY_DATA)}
    return below if by_data else below | set(value)


def objects(text):
    """The JSON values that stand one behind the other."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def printed(folder):
    return {p.name: {k for o in objects(p.read_text()) for k in keys_in(o)} - EVERYWHERE for p in folder.iterdir()}


class Section:
    """What the manual says of verbs that have their fields in common."""

    def __init__(self, heading, text):
        self.verbs = re.findall(r"\*([a-z ]+)\*", heading)
        text = re.sub(r"\s+", " ", text).replace("\\_", "_")
        self.keys = set(re.findall(r"(?<!\w)_([a-z]\w*?)_(?!\w)", text))
        self.bold = set(re.findall(r"\*([^*]+)\*", re.sub(r"\([^()]*\)", "", text)))


def sections(manual):
    part = re.search(r"^## Fields with --json\n(.*?)^# ", manual, re.M | re.S)
    return [Section(h, t) for h, t in re.findall(r"^(\*.*\*.*)\n((?:\t.*\n|\n(?=\t))+)", part[1], re.M)]


def named(verb, of):
    """The keys that the manual names for a verb, itself or by the names of others."""
    verbs, left = set(), {verb}
    while left:
        verbs |= left
        left = {other for each in left for other in of[each].bold & of.keys()} - verbs
    return {key for each in verbs for key in of[each].keys}


def main():
    xdpctl, folder, *manuals = sys.argv[1:]
    found, runs = [], printed(pathlib.Path(folder))
    parts = [part for manual in manuals for part in sections(pathlib.Path(manual).read_text())]
    of = {verb: part for part in parts for verb in part.verbs}
    every = subprocess.run([xdpctl, "--help"], check=True, capture_output=True, text=True).stdout
    for verb in sorted(set(re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +", every, re.M)) | of.keys() | runs.keys()):
        if verb not in of or verb not in runs:
            found.append(f"{verb}: " + ("not in the manual" if verb in runs else "was not run"))
            continue
        unnamed = sorted(runs[verb] - named(verb, of))
        found += [f"{verb} prints {key}, which the manual does not name" for key in unnamed]
    for part in parts:
        seen = set().union(*(runs.get(verb, set()) for verb in part.verbs))
        found += [f"{' and '.join(part.verbs)}: the manual names {key}, which was not printed"
                  for key in sorted(part.keys - seen)]
    print("\n".join(found))
    sys.exit(bool(found))


main()
