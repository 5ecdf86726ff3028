"""A connection on which a test says every byte itself, and sees every byte that comes back."""

import socket
import urllib.parse

from doors.stack import Answer


class RawSocket:
    def __init__(self, url, seconds=10):
        at = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((at.hostname, at.port), timeout=seconds)
        self.seen = b""

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The next answer, a 100 as well, or None when the other side has closed."""
        while b"\r\n\r\n" not in self.seen:
            if not self._read():
                return None
        head, self.seen = self.seen.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("Content-Length", 0))
        while len(self.seen) < length and self._read():
            pass
        body, self.seen = self.seen[:length], self.seen[length:]
        return Answer(int(first.split()[1]), headers, body)

    def _read(self):
        try:
            more = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.seen += more
        return bool(more)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
