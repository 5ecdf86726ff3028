"""A name server of loopback for the names of a test: it answers, or stays silent."""

import contextlib
import socket
import struct
import threading

NOERROR, NXDOMAIN = 0, 3
TYPE_A = 1
TTL = 1


def question_of(query):
    """Name, type, and the question as it came."""
    labels, index = [], 12
    while query[index]:
        size = query[index]
        labels.append(query[index + 1:index + 1 + size].decode().lower())
        index += size + 1
    kind, = struct.unpack_from("!H", query, index + 1)
    return ".".join(labels), kind, query[12:index + 5]


class NameServer:
    """`names` are those it knows, all at 127.0.0.1. Of names that start with "silent", and of all
    while `mute`, it says nothing."""

    def __init__(self, names):
        self.names = names
        self.mute = False
        self.queries = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            if not query:
                return
            name, kind, question = question_of(query)
            self.queries.append(name)
            if not self.mute and not name.startswith("silent"):
                self.socket.sendto(self.answer(query[:2], name, kind, question), peer)

    def answer(self, number, name, kind, question):
        found = name in self.names and kind == TYPE_A
        code = NOERROR if name in self.names else NXDOMAIN
        head = number + struct.pack("!HHHHH", 0x8180 | code, 1, int(found), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, TYPE_A, 1, TTL, 4) + bytes([127, 0, 0, 1])
        return head + question + (record if found else b"")

    def close(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", self.socket.getsockname())
        self.thread.join(10)
        self.socket.close()
