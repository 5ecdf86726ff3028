"""Sends the file of state_input.py as customers would: every lane on a connection of its own, each
request with its Idempotency-Key until it is accepted. Kills processes on the way."""

import http.client
import json
import os
import random
import signal
import threading
import time

from doors.processes import process_id
from faults import living

PATIENCE_SECONDS = 120


def now_us():
    return time.time_ns() // 1000


class Sender:
    def __init__(self, project, path, lanes):
        self.project = project
        self.path = path
        self.lanes = lanes
        self.sent = 0  # lines
        self.refusals = 0
        self.windows = {}  # key -> (sent, answered)
        self.failures = []
        self.lock = threading.Lock()

    def run(self):
        workers = [threading.Thread(target=self._guard, args=(lane,)) for lane in range(self.lanes)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.failures:
            raise self.failures[0]

    def _guard(self, lane):
        try:
            self._work(lane)
        except Exception as failure:  # told by run()
            self.failures.append(failure)

    def _work(self, lane):
        api = self.project.stack.ingest(self.project.key)
        mine = f'{{"lane": {lane}, '
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                if self.failures:
                    return
                if not line.startswith(mine):
                    continue
                request = json.loads(line)
                began = now_us()
                self._send(api, request)
                with self.lock:
                    self.sent += 1
                    self.windows.setdefault(request["key"], (began, now_us()))

    def _send(self, api, request):
        raw = json.dumps(request["body"]).encode()
        last = time.monotonic() + PATIENCE_SECONDS
        while True:
            pause = 0.05
            try:
                answer = api.request("POST", request["path"], raw,
                                     {"Idempotency-Key": request["key"]})
                if is_accepted(request["path"], answer):
                    return
                if answer.status < 500 and answer.status not in (408, 429):
                    raise AssertionError(f"{answer!r} to {raw[:500]!r}")
                pause = min(float(answer.headers.get("Retry-After", pause)), 2)
            except (OSError, http.client.HTTPException):
                pass
            with self.lock:
                self.refusals += 1
            if time.monotonic() > last:
                raise AssertionError(f"not accepted within {PATIENCE_SECONDS} s: {raw[:500]!r}")
            time.sleep(pause)


def is_accepted(path, answer):
    if path.endswith("/bulk"):
        return answer.status == 200 and answer.data["rejected"] == 0
    return answer.status == 202


class Kills(threading.Thread):
    """SIGKILL of each instance `times` times, at seeded parts of the work."""

    def __init__(self, seed, instances, times, progress):
        super().__init__(daemon=True)
        rng = random.Random(f"kills/{seed}")
        self.plan = sorted((rng.uniform(0.1, 0.9), instance)
                           for instance in instances for _ in range(times))
        self.progress = progress
        self.ended = threading.Event()
        self.done = []

    def run(self):
        for part, instance in self.plan:
            while self.progress() < part:
                if self.ended.wait(0.01):
                    return
            self.kill(instance)

    def kill(self, instance):
        """Only a life that has begun to work counts: one that was killed is waited for."""
        killed = [pid for name, pid in self.done if name == instance]
        pid = living(instance)
        last = time.monotonic() + 20
        while pid in killed and time.monotonic() < last:
            time.sleep(0.05)
            pid = process_id(instance)
        if pid is None or pid in killed:
            return
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.done.append((instance, pid))

    def end(self):
        self.ended.set()
        self.join()
