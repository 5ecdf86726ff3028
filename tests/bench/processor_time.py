"""Processor time of the processes of a stack, from /proc: by name, threads and all."""

import os
from pathlib import Path

from doors.processes import children_of, process_id
from load import instances

MICROSECONDS_A_TICK = 1e6 / os.sysconf("SC_CLK_TCK")


def ticks_of(pid):
    """Of a process and its children that have ended; 0 of one that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = text.rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15])


def process_tree():
    """{name: [process id, …]}: services, broker, and PostgreSQL with all its backends."""
    server = process_id("postgres")
    return {**{name: [pid] for name, pid in instances().items()},
            "broker": [process_id("broker")], "postgres": [server, *children_of(server)]}


class Meter:
    """Microseconds a process has used since the meter was made."""

    def __init__(self):
        self.before = {}
        self.found = {}
        self.note(self.before)

    def note(self, into):
        for name, pids in process_tree().items():
            into.setdefault(name, {}).update({pid: ticks_of(pid) for pid in pids})

    def microseconds(self):
        after = {}
        self.note(after)
        used = {}
        for name, pids in after.items():
            before = self.before.get(name, {})
            # A backend that began and ended meanwhile is in its server's count of children.
            used[name] = sum(ticks - before.get(pid, 0) for pid, ticks in pids.items())
            used[name] *= MICROSECONDS_A_TICK
        return used
