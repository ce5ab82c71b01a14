#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Both ends of the wire for the netns tests.

  wire.py listen PORT... [udp:PORT]...   accept and greet on all addresses, until killed
  wire.py connect DEST PORT SECONDS SOURCE...|-
        connect from every source at once; prints "SOURCE connected|refused|timeout"
  wire.py times DEST PORT SECONDS SOURCE
        connect again and again; prints "N connected, N failed, median N ms, 95 % N ms, slowest N ms"
  wire.py deliver DEST PORT GAP SOURCE...
        a mail from each source, begun GAP seconds apart; prints "N delivered, N failed, median N s,
        slowest N s" from the first SYN to the answer to the mail, and what failed
  wire.py visits DEST PORT COUNT SOURCE...
        COUNT connections in all, each with a greeting and random pauses, 20 at a time; prints
        "N completed, N failed"
  wire.py fastlisten PORT                 listen, with TCP fast open
  wire.py fastopen DEST PORT COUNT SOURCE
        COUNT connections one after the other, with data in the SYN where there is a cookie;
        prints "N completed, N failed"
  wire.py hold DEST PORT SOURCE          connect, then echo a line per line on stdin
  wire.py udp DEST PORT SOURCE           a datagram and its echo within a second
  wire.py syns DEST PORT SECONDS RATE SOURCE...
        plain SYNs in turn from every IPv4 source; prints "sent N" and, per source
        that got an answer, "answered SOURCE N"
  wire.py again DEST PORT SECONDS RATE SOURCE...
        the same, but each source repeats one SYN
  wire.py storm DEST PORT SECONDS RATE LISTED
        plain SYNs, each from another source, of 20.0.0.0/8; LISTED of a thousand of
        24.0.0.0/8, of which there are 500; prints "sent CLEAN LISTED"
"""
import random
import selectors
import socket
import struct
import sys
import threading
import time

IP_FREEBIND, IPV6_FREEBIND = 15, 78
ETH_P_ALL = 3


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def from_source(source, kind=socket.SOCK_STREAM):
    """A socket bound to source, which need not be configured on a device."""
    sock = socket.socket(family(source), kind)
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
    sock.bind((source, 0))
    return sock


def fastlisten(*ports):
    listen(*ports, fast=16)


def listen(*ports, fast=0):
    sel = selectors.DefaultSelector()
    for port in ports:
        udp = port.startswith("udp:")
        kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
        sock = socket.socket(socket.AF_INET6, kind)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("::", int(port.removeprefix("udp:"))))
        if not udp:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, fast)
            sock.listen(4096)
        sel.register(sock, selectors.EVENT_READ, "udp" if udp else "accept")
    while True:
        for key, _ in sel.select():
            sock = key.fileobj
            try:
                if key.data == "udp":
                    data, peer = sock.recvfrom(2048)
                    sock.sendto(data, peer)
                elif key.data == "accept":
                    client, _ = sock.accept()
                    client.sendall(b"220 mx.example ESMTP\r\n")
                    sel.register(client, selectors.EVENT_READ, "client")
                else:
                    data = sock.recv(2048)
                    if data:
                        sock.sendall(data)
                        continue
                    raise ConnectionError
            except OSError:
                if key.data == "client":
                    sel.unregister(sock)
                    sock.close()


def start(sel, dest, port, source):
    sock = from_source(source)
    sock.setblocking(False)
    sock.connect_ex((dest, port))
    sel.register(sock, selectors.EVENT_WRITE, source)


def finish(sel, key, results):
    error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    results[key.data] = "connected" if not error else "refused"
    sel.unregister(key.fileobj)
    key.fileobj.close()


def connect(dest, port, seconds, *sources):
    if sources == ("-",):
        sources = sys.stdin.read().split()
    sel, results = selectors.DefaultSelector(), {}
    for source in sources:
        start(sel, dest, int(port), source)
    deadline = time.monotonic() + float(seconds)
    while len(results) < len(sources) and time.monotonic() < deadline:
        for key, _ in sel.select(max(0, deadline - time.monotonic())):
            finish(sel, key, results)
    for source in sources:
        print(source, results.get(source, "timeout"))


def times(dest, port, seconds, source):
    end, taken, failed = time.monotonic() + float(seconds), [], 0
    while (begin := time.monotonic()) < end:
        sock = from_source(source)
        sock.settimeout(3)
        try:
            sock.connect((dest, int(port)))
            taken.append((time.monotonic() - begin) * 1000)
        except OSError:
            failed += 1
        sock.close()
        time.sleep(0.01)
    connected, taken = len(taken), sorted(taken) or [0]
    median, most = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    print(f"{connected} connected, {failed} failed, median {median:.2f} ms, 95 % {most:.2f} ms, "
          f"slowest {taken[-1]:.2f} ms")


def visitor(dest, port, number, sources, done):
    for _ in range(number):
        with from_source(random.choice(sources)) as sock:
            sock.settimeout(20)
            try:
                sock.connect((dest, port))
                done[0 if sock.recv(100).startswith(b"220") else 1] += 1
                time.sleep(random.expovariate(200))
            except OSError:
                done[1] += 1
        time.sleep(random.expovariate(500))


def visits(dest, port, count, *sources):
    shares = [[0, 0] for _ in range(20)]
    threads = [threading.Thread(target=visitor,
                                args=(dest, int(port), int(count) // 20, sources, share))
               for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(s[0] for s in shares), "completed,", sum(s[1] for s in shares), "failed")


def fastopen(dest, port, count, source):
    done = [0, 0]
    for _ in range(int(count)):
        with from_source(source) as sock:
            try:
                sock.sendto(b"EHLO sender.example\r\n", socket.MSG_FASTOPEN, (dest, int(port)))
                sock.settimeout(3)
                done[0 if sock.recv(100).startswith(b"220") else 1] += 1
            except OSError:
                done[1] += 1
    print(done[0], "completed,", done[1], "failed")


def deliver(*arguments):
    import deliver as script  # here, since smtplib takes longer than most calls of this script

    script.deliver(*arguments)


def hold(dest, port, source):
    sock = from_source(source)
    sock.settimeout(3)
    sock.connect((dest, int(port)))
    stream = sock.makefile("rwb")
    print(stream.readline().decode().strip(), flush=True)
    for line in sys.stdin:
        stream.write(line.encode())
        stream.flush()
        print(stream.readline().decode().strip(), flush=True)


def udp(dest, port, source):
    sock = from_source(source, socket.SOCK_DGRAM)
    sock.settimeout(1)
    sock.sendto(b"hello", (dest, int(port)))
    if sock.recv(100) != b"hello":
        sys.exit("another answer")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def syn(source, dest, sport, dport):
    src, dst = socket.inet_aton(source), socket.inet_aton(dest)
    tcp = struct.pack("!HHIIBBHHH", sport, dport, 1, 0, 5 << 4, 2, 1024, 0, 0)
    pseudo = src + dst + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, socket.IPPROTO_TCP, 0, src, dst)
    return head + tcp


def count_answers(sock, port, answered):
    """Counts the SYN-ACKs from port that arrive at a packet socket, per destination."""
    while True:
        packet, peer = sock.recvfrom(128)
        if peer[2] == socket.PACKET_OUTGOING or len(packet) < 40 or packet[0] != 0x45:
            continue
        if packet[9] == socket.IPPROTO_TCP and packet[33] & 0x12 == 0x12 and \
                struct.unpack("!H", packet[20:22])[0] == port:
            source = socket.inet_ntoa(packet[16:20])
            answered[source] = answered.get(source, 0) + 1


def again(dest, port, seconds, rate, *sources):
    syns(dest, port, seconds, rate, *sources, ports=1)


def syns(dest, port, seconds, rate, *sources, ports=60000):
    answered, sent, port = {}, 0, int(port)
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    threading.Thread(target=count_answers, args=(packets, port, answered), daemon=True).start()
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < float(seconds):
        while sent < now * float(rate):
            source = sources[sent % len(sources)]
            sock.sendto(syn(source, dest, 1024 + sent % ports, port), (dest, 0))
            sent += 1
        time.sleep(0.001)
    time.sleep(0.2)
    print("sent", sent)
    for source, number in sorted(answered.items()):
        print("answered", source, number)


def storm(dest, port, seconds, rate, listed):
    sent, port, rate, listed = [0, 0], int(port), float(rate), int(listed)
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    end, due, last = time.monotonic() + float(seconds), 0.0, time.monotonic()
    while (now := time.monotonic()) < end:
        # A sender that was not let run does not catch up in a burst, which would be a flood.
        due, last = due + min(now - last, 0.1) * rate, now
        while sum(sent) < due:
            bad = sum(sent) * 617 % 1000 < listed
            host = (sent[bad] % 500 if bad else sent[bad]) * 2654435 % (1 << 24)
            source = f"{24 if bad else 20}.{host >> 16}.{host >> 8 & 255}.{host & 255}"
            sock.sendto(syn(source, dest, 1024 + sent[bad] % 60000, port), (dest, 0))
            sent[bad] += 1
        time.sleep(0.002)
    print("sent", *sent)


if __name__ == "__main__":
    VERBS = {"listen": listen, "connect": connect, "times": times, "deliver": deliver,
             "hold": hold, "udp": udp, "syns": syns, "again": again, "visits": visits, "storm": storm,
             "fastlisten": fastlisten, "fastopen": fastopen}
    try:
        VERBS[sys.argv[1]](*sys.argv[2:])
    except (IndexError, KeyError):
        sys.exit(__doc__)
