#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files in the shapes in which strangers write them, each with what a person reads in it.

    samples.py [NAME]...     those of tests/foreign/samples; all without a name

Beside NAME stands NAME.want, a line each in any order; what it does not name must not be there:

    format NAME      that is found in it
    as NAME          the format that is named to the reader; without, it guesses
    block RANGE      an address, a prefix or A-B; no such line: nothing is blocked
    allow RANGE
    refused NUMBER   so many lines are refused; without, none is
    ends RANGE TIME  an entry that ends by itself: "+300" after the text was made, or a moment
    over TIME        all of the text ends then
    error WORDS      the text is refused as a whole, with these words in the sentence

Times are of `date +%s`; texts were made at 1800000000. 11.0.0.0/8 and 2a00:bad::/32 stand for the world, because feeds refuse documentation ranges.
"""
import os
import sys

from reader import MADE, Reader, keys, settle, show

SAMPLES = os.path.join(os.path.dirname(__file__), "samples")


def moment(text):
    return MADE + int(text) if text.startswith("+") else int(text)


def wanted(path):
    want = {"block": [], "allow": [], "ends": [], "refused": "0", "as": "auto"}
    want.update(dict.fromkeys(("format", "error", "over")))
    for line in open(path):
        kind, _, rest = line.split("#")[0].strip().partition(" ")
        if kind in ("block", "allow"):
            want[kind].append(keys(rest))
        elif kind == "ends":
            entry, end = rest.split()
            want[kind].append((*keys(entry), moment(end)))
        elif kind:
            assert kind in want, f"{path}: \"{line.strip()}\" is not a want"
            want[kind] = rest
    return want


def differences(want, got):
    """Sentences."""
    if got.error or want["error"]:
        if not (got.error and want["error"] and want["error"] in got.error):
            yield f"the error is \"{got.error}\", not \"{want['error']}\""
        return
    if want["format"] and got.format != want["format"]:
        yield f"the format is {got.format}, not {want['format']}"
    for kind in ("block", "allow"):
        have, should = show(getattr(got, kind)), show(settle(want[kind]))
        if have != should:
            yield f"{kind}: {have}, not {should}"
    if sorted(got.ends) != sorted(want["ends"]):
        yield f"ends: {got.ends}, not {want['ends']}"
    if got.over and not want["over"] or want["over"] and got.over != str(moment(want["over"])):
        yield f"all ends at {got.over}, not {want['over']}"
    if len(got.refused) != int(want["refused"]):
        yield f"{len(got.refused)} lines are refused, not {want['refused']}: {got.refused[:3]}"


def main(names):
    reader, failed = Reader(), 0
    names = names or sorted(n for n in os.listdir(SAMPLES) if not n.endswith(".want"))
    for name in names:
        path = os.path.join(SAMPLES, name)
        want = wanted(path + ".want")
        found = list(differences(want, reader.read(open(path, "rb").read(), want["as"])))
        print(f"{'not ok' if found else 'ok'} - sample {name}")
        for sentence in found:
            print(f"#   {sentence}")
        failed += bool(found)
    return 1 if reader.close() or failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
