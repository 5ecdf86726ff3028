"""A seeded plan of faults against a running stack, by process id."""

import os
import random
import signal
import threading
import time

from doors.processes import process_id

SERVICES = ("ingest-gateway", "normaliser", "trigger-evaluator", "webhook-dispatcher", "console")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def living(instance, seconds=20):
    """The process id of an instance, once the supervisor has a living one."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        try:
            pid = process_id(instance)
            if is_alive(pid):
                return pid
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    return None


class Faults(threading.Thread):
    """Kills each service `kills` times, in a seeded order and at seeded moments, and once freezes
    each for a moment; goes on until all have been done."""

    def __init__(self, seed, kills, pause_seconds=(0.2, 0.9)):
        super().__init__(daemon=True)
        rng = random.Random(f"faults/{seed}")
        self.plan = [(service, "SIGKILL") for service in SERVICES for _ in range(kills)]
        self.plan += [(service, "SIGTERM") for service in SERVICES]
        self.plan += [(service, "SIGSTOP") for service in SERVICES]
        rng.shuffle(self.plan)
        self.pauses = [rng.uniform(*pause_seconds) for _ in self.plan]
        self.done = []

    def run(self):
        for (service, fault), pause in zip(self.plan, self.pauses):
            time.sleep(pause)
            pid = living(f"{service}.1")
            if pid is None:
                continue
            try:
                os.kill(pid, getattr(signal, fault))
                if fault == "SIGSTOP":
                    time.sleep(0.5)
                    os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
            self.done.append((service, fault))
