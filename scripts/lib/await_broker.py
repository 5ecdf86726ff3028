"""Waits until a Kafka broker serves consumer groups: await_broker.py HOST:PORT SECONDS [PID]

Asks for the coordinator of one group on each partition of the offsets topic (which makes the broker
create that topic) and then for the group's offsets, until neither answer is an error. Ends early,
with status 1, when the broker's process is gone.
"""

import os
import socket
import struct
import sys
import time

FIND_COORDINATOR = 10
OFFSET_FETCH = 9
# The broker places a group by the Java hash of its name modulo offsets.topic.num.partitions, which
# is 8 here; single letters in sequence hash to consecutive numbers.
GROUPS = "abcdefgh"


def text(value):
    raw = value.encode()
    return struct.pack(">h", len(raw)) + raw


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("connection closed")
        data += part
    return data


def ask(connection, api, version, body):
    request = struct.pack(">hhi", api, version, 1) + text("await-broker") + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", read_exactly(connection, 4))
    return read_exactly(connection, size)[4:]


def is_serving(address):
    with socket.create_connection(address, timeout=2) as connection:
        connection.settimeout(5)
        for group in GROUPS:
            answer = ask(connection, FIND_COORDINATOR, 0, text(group))
            if struct.unpack(">h", answer[:2])[0] != 0:
                return False
            # No list of topics means all; the error comes last in this version of the answer.
            answer = ask(connection, OFFSET_FETCH, 2, text(group) + struct.pack(">i", -1))
            if struct.unpack(">h", answer[-2:])[0] != 0:
                return False
    return True


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(") ")[2][0] in "ZX"
    except OSError:
        return True


def main():
    host, _, port = sys.argv[1].rpartition(":")
    deadline = time.monotonic() + float(sys.argv[2])
    pid = sys.argv[3] if len(sys.argv) > 3 else str(os.getpid())
    while time.monotonic() < deadline:
        try:
            if is_serving((host, int(port))):
                return 0
        except OSError:
            pass
        if is_gone(pid):
            return 1
        time.sleep(0.1)
    return 1


sys.exit(main())
