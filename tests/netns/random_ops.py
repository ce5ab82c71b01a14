#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random operations on an attached filter, held against a model of it.

  random_ops.py XDPCTL XDP OPERATIONS SEED

Blocks, unblocks, allows, unallows, lets expire, kills xdpctl at random moments,
detaches and attaches again. A killed command must have happened whole or not at
all. At the end `verify` finds nothing, and `explain` of every address touched
says what the model says, its two answers agreeing. One address is one operation.
"""
import ipaddress
import json
import random
import subprocess
import sys
import time

XDPCTL, XDP, OPERATIONS, SEED = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
CLASS_OF = {"block": "block", "unblock": "block", "allow": "allow", "unallow": "allow"}
SLACK = 1.5  # seconds around an expiry in which the model does not judge


def universe():
    v4 = [f"198.18.{i // 20}.{i % 20}" for i in range(300)]
    v4nets = [f"198.18.{i}.0/{24 + i % 4}" for i in range(15)] + \
        ["198.18.0.0/20", "198.18.0.0/21", "198.18.8.0/22", "198.18.0.0/16", "198.18.0.0/30"]
    v6 = [f"2001:db8:bad:{i:x}::/64" for i in range(60)]
    v6nets = [f"2001:db8:bad:{i * 8:x}::/61" for i in range(7)] + \
        ["2001:db8:bad::/56", "2001:db8:bad::/48", "2001:db8:bad:20::/60"]
    networks = [ipaddress.ip_network(text) for text in v4 + v4nets + v6 + v6nets]
    # As xdpctl writes them: a single IPv4 address without its length.
    return [str(net.network_address) if net.prefixlen == 32 else str(net) for net in networks]


class Entry:
    """One stored entry: when it ends (None: never), and whether it is a shadow."""

    def __init__(self, ends, shadow):
        self.ends, self.shadow = ends, shadow

    def sure(self, now):
        """True: it lives; False: it is over; None: too close to say."""
        if self.ends is None or now < self.ends - SLACK:
            return True
        return False if now > self.ends + SLACK else None


class Filter:
    """The real one."""

    @staticmethod
    def run(*words, lines=None, die_after=None):
        process = subprocess.Popen([XDPCTL, *words], stdin=subprocess.PIPE, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            out, _ = process.communicate(lines, timeout=die_after)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
        return process.returncode, out

    @staticmethod
    def must(want, *words):
        code, out = Filter.run(*words)
        if code not in want:
            sys.exit(f"FAILED: {' '.join(words)}: exit {code}: {out}")
        return out

    @staticmethod
    def attach(die_after=None):
        words = ["attach", "eth0", "--xdp", XDP, "--mode", "enforce"]
        if die_after is None:
            Filter.must([0], *words)
        else:
            Filter.run(*words, die_after=die_after)

    @staticmethod
    def entries():
        out = Filter.must([0], "list", "-j")
        listed = json.loads(out)["entries"]
        return {(e["class"], e["prefix"]): e for e in listed if e["class"] in ("allow", "block")}


class Trial:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.targets = universe()
        self.model, self.touched = {}, set()
        self.done = self.kills = self.kept = self.restarts = 0
        self.attached, self.typical = True, 0.03  # seconds that a command takes

    def pick(self):
        return sorted(set(self.rng.choices(self.targets, k=self.rng.choice([1, 2, 4, 8, 16, 32]))))

    def change(self):
        verb = self.rng.choice(["block"] * 4 + ["unblock"] * 2 + ["allow"] * 2 + ["unallow"] * 2)
        targets, words, ends, shadow = self.pick(), [verb], None, False
        if verb in ("block", "allow") and self.rng.random() < 0.3:
            # Of short times one alone, so that after a kill they tell which state it is.
            seconds = self.rng.choice([2, 2, 3600])
            words += ["--for", f"{seconds}s"]
            ends = seconds
        if verb == "block" and self.rng.random() < 0.15:
            words += ["--mode", "shadow"]
            shadow = True
        self.touched.update(targets)
        self.done += len(targets)
        before, begin = dict(self.model), time.monotonic()
        # Somewhere in the middle, or just about at the end, of what such a command takes.
        die_after = self.rng.uniform(0.2, 1.1) * self.typical if self.rng.random() < 0.2 else None
        if self.rng.random() < 0.5:
            code, out = Filter.run(*words, "-", lines="\n".join(targets), die_after=die_after)
        else:
            code, out = Filter.run(*words, *targets, die_after=die_after)
        if die_after is None:
            self.typical += 0.1 * (time.monotonic() - begin - self.typical)
        for target in targets:
            key = (CLASS_OF[verb], target)
            if verb.startswith("un"):
                self.model.pop(key, None)
            else:
                self.model[key] = Entry(ends and time.monotonic() + ends, shadow)
        if code == -9:
            self.settle(before, time.monotonic() - begin)
        elif code not in (0, 1 if verb.startswith("un") else 0, 0 if self.attached else 3):
            sys.exit(f"FAILED: {' '.join(words)}: exit {code}: {out}")

    def settle(self, before, took):
        """A killed command: what is stored is the state before it, or the one after it."""
        self.kills += 1
        wrong_after = self.differences(self.model, took)
        if not wrong_after:
            self.kept += 1
            return
        wrong_before = self.differences(before, took)
        if wrong_before:
            sys.exit(f"FAILED: a killed command happened in part: {wrong_after[:5]} against the "
                     f"state after it, {wrong_before[:5]} against the one before it")
        self.model = before

    def differences(self, model, took=0.0):
        begin, wrong = time.monotonic(), []
        listed, now = Filter.entries(), time.monotonic()
        for key, entry in model.items():
            found = listed.get(key)
            if not found:
                wrong += [f"{key} missing"] if entry.sure(now) else []
            elif entry.sure(begin) is False:
                wrong.append(f"{key} still there for {found['expires_in']} s")
            elif (found["mode"] == "shadow") != entry.shadow:
                wrong.append(f"{key} has mode {found['mode']}")
            elif not self.same_end(found["expires_in"], entry.ends, now, took):
                wrong.append(f"{key} has {found['expires_in']} s left")
        return wrong + [f"{key} too many" for key in listed if key not in model]

    @staticmethod
    def same_end(left, ends, now, took):
        if left is None or ends is None:
            return left is None and ends is None
        return abs(ends - now - left) < SLACK + took

    def restart(self):
        self.restarts += 1
        kind = self.rng.random()
        if kind < 0.4:
            Filter.attach()
        elif kind < 0.7:
            Filter.attach(die_after=self.rng.uniform(0.005, 0.2))
        elif self.attached:
            Filter.must([0, 3], "detach", "eth0")
            self.attached = False
            return
        Filter.attach()
        self.attached = True

    def go(self):
        while self.done < OPERATIONS:
            kind = self.rng.random()
            if kind < 0.02 or (not self.attached and kind < 0.2):
                self.restart()
            elif kind < 0.022:
                Filter.must([0], "flush", "--yes")
                self.model.clear()
            else:
                self.change()
        Filter.attach()

    def verdict(self, address):
        """The reason by the order of decision, from the model."""
        now = time.monotonic()
        source = ipaddress.ip_address(address)
        live = [(name, ipaddress.ip_network(prefix), entry)
                for (name, prefix), entry in self.model.items() if entry.sure(now) is not False]
        live = [item for item in live if source.version == item[1].version and source in item[1]]
        if any(name == "allow" for name, _, _ in live):
            return "pass_allow"
        blocks = [item for item in live if item[0] == "block"]
        if not blocks:
            return "pass_unknown"
        longest = max(blocks, key=lambda item: item[1].prefixlen)
        return "would_block" if longest[2].shadow else "drop_block"

    def judge(self):
        time.sleep(3 + 2 * SLACK)  # what was for seconds is over; the rest is for an hour
        wrong = self.differences(self.model)
        if wrong:
            sys.exit(f"FAILED: list and model differ: {wrong[:10]}")
        print(Filter.must([0], "verify"))
        for target in sorted(self.touched):
            address = str(ipaddress.ip_network(target)[1 if "/" in target else 0])
            answer = json.loads(Filter.must([0], "explain", address, "-j"))
            want = self.verdict(address)
            if not answer["agree"] or answer["reason"] != want:
                sys.exit(f"FAILED: {address}: expected {want}, explain says {answer}")


if __name__ == "__main__":
    print(f"seed {SEED}", flush=True)
    trial = Trial()
    begin = time.monotonic()
    trial.go()
    trial.judge()
    print(f"{trial.done} operations, {trial.kills} commands killed, {trial.kept} of them after the "
          f"change, {trial.restarts} restarts, {len(trial.touched)} addresses explained, "
          f"{time.monotonic() - begin:.0f} s")
