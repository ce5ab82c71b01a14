#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The publisher of a ready-made feed: publisher.py ADDRESS CERTIFICATE FILE

Serves the file for each https request to ADDRESS."""
import http.server
import pathlib
import ssl
import sys


class Publisher(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = pathlib.Path(sys.argv[3]).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.HTTPServer((sys.argv[1], 443), Publisher)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
