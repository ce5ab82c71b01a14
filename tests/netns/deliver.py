# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail from several sources at the same time; called by wire.py."""
import smtplib
import threading
import time

from wire import from_source


class Client(smtplib.SMTP):
    """One that connects from any source."""

    def __init__(self, source):
        super().__init__(local_hostname="sender.example")
        self.source = source

    def _get_socket(self, host, port, timeout):
        sock = from_source(self.source)
        sock.settimeout(20)
        sock.connect((host, port))
        return sock


def mail(dest, port, source, taken, failures):
    begin = time.monotonic()
    try:
        with Client(source) as smtp:
            smtp.connect(dest, port)
            smtp.sendmail("a@sender.example", "user@mx.example", "Subject: one\n\ntext\n")
            taken.append(time.monotonic() - begin)
    except (OSError, smtplib.SMTPException) as error:
        failures.append(f"{source}: {error}")


def deliver(dest, port, gap, *sources):
    taken, failures, threads = [], [], []
    for source in sources:
        threads.append(threading.Thread(target=mail, args=(dest, int(port), source, taken, failures)))
        threads[-1].start()
        time.sleep(float(gap))
    for thread in threads:
        thread.join()
    taken.sort()
    median, most = (taken[len(taken) // 2], taken[-1]) if taken else (0, 0)
    print(f"{len(taken)} delivered, {len(failures)} failed, median {median:.2f} s, slowest {most:.2f} s",
          *failures)
