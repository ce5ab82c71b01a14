#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A publisher of lists that may misbehave: https_lists.py CERTIFICATE LOG [ADDRESS:PORT]...

Each request is a line "ADDRESS PATH USER-AGENT COOKIE" in LOG. What it sends is decided by the path."""
import functools
import gzip
import http.server
import ssl
import sys
import threading
import time
import urllib.parse
import zlib

LIST = b"# a list\n" + b"".join(b"198.51.100.%d\n" % n for n in range(0, 100, 2))
DATE = "Sat, 21 Nov 2026 10:00:00 GMT"
PAGE = b"<!DOCTYPE html>\n<html><body>Not here, but 192.0.2.1 is well.</body></html>\n"
MIB = 1 << 20


@functools.cache
def bomb():
    """16 MiB of empty lines, in 16 KiB."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    lines = b"\n" * MIB
    return b"".join(packer.compress(lines) for _ in range(16)) + packer.flush()


class Publisher(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send(self, body, status=200, length=None, **headers):
        self.send_response(status)
        for name, value in ({"Content-Type": "text/plain"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, piece, pause=0.0):
        """The piece again and again, without an end."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(piece)
            time.sleep(pause)

    def do_GET(self):
        with open(sys.argv[2], "a", encoding="ascii") as log:
            log.write(f"{self.server.server_address[0]} {self.path} "
                      f"{self.headers['User-Agent']} {self.headers['Cookie']}\n")
        url = urllib.parse.urlsplit(self.path)
        getattr(self, "at_" + url.path.strip("/").split("/")[0])(urllib.parse.unquote(url.query))

    def at_list(self, _):
        known = self.headers["If-None-Match"] == '"v1"' or self.headers["If-Modified-Since"] == DATE
        if known:
            self.send(b"", 304)
        else:
            self.send(LIST, ETag='"v1"', Last_Modified=DATE)

    def at_world(self, _):
        """What a feed may have; the other lists are of ranges that no list may have."""
        self.send(b"11.1.2.3\n11.2.0.0/24\n")

    def at_still(self, _):
        """What is in the file "still", whose answer to whether it is new depends on nothing else."""
        with open("/run/still", "rb") as file:
            body = file.read()
        tag = f'"{zlib.crc32(body)}"'
        if self.headers["If-None-Match"] == tag:
            self.send(b"", 304)
        else:
            self.send(body, ETag=tag)

    def at_dated(self, query):
        self.send(b"11.1.2.3\n", Last_Modified=query)

    def at_packed(self, _):
        self.send(gzip.compress(LIST), Content_Encoding="gzip")

    def at_file(self, _):
        self.send(gzip.compress(LIST), Content_Type="application/gzip")

    def at_to(self, query):
        self.send(PAGE, 302, Location=query, Set_Cookie="id=1; Path=/", Content_Type="text/html")

    def at_loop(self, _):
        self.send(b"", 301, Location=self.path)

    def at_bomb(self, _):
        self.send(bomb(), Content_Encoding="gzip")

    def at_bombfile(self, _):
        self.send(bomb(), Content_Type="application/gzip")

    def at_endless(self, _):
        self.stream(b"198.51.100.7\n" * 5000)

    def at_line(self, _):
        self.stream(b"1" * MIB)

    def at_slow(self, _):
        self.stream(b"198.51.100.7\n", 0.2)

    def at_silent(self, _):
        time.sleep(60)

    def at_large(self, _):
        self.send(b"", length=1 << 40)

    def at_page(self, _):
        self.send(PAGE, Content_Type="text/html; charset=utf-8")

    def at_hidden(self, _):
        self.send(PAGE)

    def at_empty(self, _):
        self.send(b"")

    def at_nul(self, _):
        self.send(LIST + b"198.51.100.\0\n")

    def at_cut(self, _):
        self.send(LIST, length=len(LIST) + 100)
        self.close_connection = True

    def at_unending(self, _):
        """Half of a list, and then the connection ends, in order or not: nothing says which."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(LIST[:len(LIST) // 2])

    def at_chunks(self, _):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (LIST[:100], LIST[100:], b""):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    def at_cutencoding(self, _):
        packed = gzip.compress(LIST)
        self.send(packed[:len(packed) // 2], Content_Encoding="gzip")

    def at_cutgzip(self, _):
        self.send(gzip.compress(LIST)[:-9], Content_Type="application/gzip")

    def at_status(self, query):
        self.send(PAGE, int(query.split("&")[0]), Content_Type="text/html")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that leave are what this is for."""


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
for place in sys.argv[3:]:
    address, port = place.rsplit(":", 1)
    server = Server((address, int(port)), Publisher)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever).start()
