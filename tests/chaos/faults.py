"""A seeded plan of faults against a running stack: every replica of every service, the broker and
PostgreSQL, and one stage again and again before its group has missed it."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass

from doors.processes import is_alive, process_id, start_stores

SERVICES = ("ingest-gateway", "normaliser", "trigger-evaluator", "webhook-dispatcher", "console")
REPLICAS = 2
STORES = ("broker", "postgres")
# Members of consumer groups. Their sessions are ten seconds long.
STAGES = ("normaliser", "webhook-dispatcher", "console")
LIFE_SECONDS = (0.2, 0.9)
FAST_LIFE_SECONDS = (2, 5)  # long enough to work, shorter than a session
AWAY_SECONDS = (0, 2)  # of a store, before it is started again
FROZEN_SECONDS = 0.5
LIVING_SECONDS = 20


@dataclass(frozen=True)
class Fault:
    signal: str
    targets: tuple  # all hit at once
    life: float  # for how long they have lived, at least, when they are hit
    span: float = 0  # for how long they are frozen, or away


def replicas(service):
    return tuple(f"{service}.{number}" for number in range(1, REPLICAS + 1))


def plan_of(seed, part=0, kills=1, fast_kills=4):
    """Part of a run, each another one: `kills` SIGKILLs of each replica of every service and of each
    store, one SIGTERM and one SIGSTOP of each service, in a seeded order; somewhere among them all
    replicas of one stage are killed `fast_kills` times."""
    rng = random.Random(f"faults/{seed}/{part}")

    def life():
        return rng.uniform(*LIFE_SECONDS)
    plan = [Fault("SIGKILL", (name,), life())
            for service in SERVICES for name in replicas(service) for _ in range(kills)]
    for service in SERVICES:
        plan.append(Fault("SIGTERM", (rng.choice(replicas(service)),), life()))
        plan.append(Fault("SIGSTOP", (rng.choice(replicas(service)),), life(), FROZEN_SECONDS))
    plan += [Fault("SIGKILL", (store,), life(), rng.uniform(*AWAY_SECONDS))
             for store in STORES for _ in range(kills)]
    rng.shuffle(plan)
    first = random.Random(f"stages/{seed}").randrange(len(STAGES))
    stage = STAGES[(first + part) % len(STAGES)]
    place = rng.randrange(len(plan) + 1)
    plan[place:place] = [Fault("SIGKILL", replicas(stage), rng.uniform(*FAST_LIFE_SECONDS))
                         for _ in range(fast_kills)]
    return plan


def living(name, seconds=LIVING_SECONDS):
    """The process id of an instance or a store, once there is a living one."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        with contextlib.suppress(OSError, ValueError):
            pid = process_id(name)
            if is_alive(pid):
                return pid
        time.sleep(0.05)
    return None


def hit(name, number):
    """The process that got the signal, or None when there was none for long."""
    while (pid := living(name)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            return pid
    return None


def await_end(pid, seconds=LIVING_SECONDS):
    last = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > last:
            raise AssertionError(f"process {pid} outlives a kill")
        time.sleep(0.01)


def strike(fault):
    """Whether every target was there to be hit. A store is started again by us, a service by its
    supervisor."""
    if any(living(name) is None for name in fault.targets):
        return False
    time.sleep(fault.life)
    pids = [hit(name, getattr(signal, fault.signal)) for name in fault.targets]
    if None in pids:
        return False
    if fault.signal == "SIGSTOP":
        time.sleep(fault.span)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    elif fault.targets[0] in STORES:
        await_end(pids[0])
        time.sleep(fault.span)
        start_stores()
    return True


class Faults(threading.Thread):
    """Carries out a plan, all of it."""

    def __init__(self, plan):
        super().__init__(daemon=True)
        self.plan = plan
        self.done = []
        self.missed = []
        self.failure = None

    def run(self):
        try:
            for fault in self.plan:
                (self.done if strike(fault) else self.missed).append(fault)
        except Exception as failure:  # told by end()
            self.failure = failure

    def end(self):
        self.join()
        if self.failure:
            raise self.failure
        if self.missed:
            raise AssertionError(f"there was nobody to hit: {self.missed}")

    def counts(self):
        """{target: {signal: how often}}"""
        counts = {}
        for fault in self.done:
            for name in fault.targets:
                counts.setdefault(name, Counter())[fault.signal] += 1
        return {name: dict(sorted(counts[name].items())) for name in sorted(counts)}
