"""The broker hangs for half a minute under load. Every 202 is stored in the end, once; what cannot
be taken is refused at once with 503 and Retry-After; the gateway's memory stays where it was.

VF_TEST_OUTAGE_SECONDS makes it longer."""

import os
import threading
import time
import unittest
import uuid
from collections import Counter

from doors.database import rows
from doors.gateway import is_ready
from doors.processes import frozen, process_id, resident_megabytes
from doors.stack import Stack, expect, wait_for

OUTAGE_SECONDS = float(os.environ.get("VF_TEST_OUTAGE_SECONDS", "30"))
CONNECTIONS = 10
LATECOMERS = 2  # the others may all be waiting for an answer when the broker is known to be away
ALONE = 50
PACE_SECONDS = 0.02  # of one connection: 600 a second of all, below what a project may
BEFORE_SECONDS = 3
AFTER_SECONDS = 5
# From then on the gateway knows that the broker has stopped.
NOTICED_SECONDS = 3
PATIENCE_SECONDS = 20  # longer than any answer takes
GROWTH_MEGABYTES = 64
SETTLE_SECONDS = 60


class Sent:
    def __init__(self, mark, at, took, answer):
        self.mark = mark
        self.at = at
        self.took = took
        self.status = answer.status
        self.retry_after = answer.headers.get("Retry-After")

    def __repr__(self):
        return f"{self.mark}: {self.status} after {self.took:.1f} s, retry {self.retry_after}"


class SteadyLoad:
    """Single events at a steady pace. What is refused is not sent again: only what was answered
    with 202 has to be anywhere."""

    def __init__(self, project):
        self.project = project
        self.ended = threading.Event()
        self.sent = []  # a list for each connection
        self.failures = []
        self.workers = []

    def connect(self, count):
        for number in range(len(self.workers), len(self.workers) + count):
            self.sent.append([])
            self.workers.append(threading.Thread(target=self._guard, args=(number,)))
            self.workers[-1].start()

    def is_accepted_since(self, moment):
        return any(one.status == 202 and one.at > moment
                   for each in self.sent for one in each[-50:])

    def end(self):
        self.ended.set()
        for worker in self.workers:
            worker.join()
        if self.failures:
            raise self.failures[0]
        return [one for each in self.sent for one in each]

    def _guard(self, number):
        try:
            self._work(number)
        except Exception as failure:  # told to the test by end()
            self.failures.append(failure)

    def _work(self, number):
        api = self.project.stack.ingest(self.project.key)
        while not self.ended.is_set():
            mark = f"{number}/{len(self.sent[number])}"
            began = time.monotonic()
            answer = api.post("/api/v1/events", {"external_user_id": f"user-{number}",
                                                 "name": "report_exported",
                                                 "properties": {"mark": mark}},
                              Idempotency_Key=str(uuid.uuid4()))
            ended = time.monotonic()
            self.sent[number].append(Sent(mark, began, ended - began, answer))
            time.sleep(max(PACE_SECONDS - (ended - began), 0))


class Memory(threading.Thread):
    """The most a process has held while this ran."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.first = self.most = resident_megabytes(pid)
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.5):
            self.most = max(self.most, resident_megabytes(self.pid))

    def growth(self):
        self.ended.set()
        self.join()
        return self.most - self.first


def percentile(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


class Outage(unittest.TestCase):
    def test_a_broker_that_hangs_costs_no_event_no_patience_and_no_memory(self):
        stack = Stack()
        project = stack.new_project("outage")
        memory = Memory(process_id("ingest-gateway.1"))
        load = SteadyLoad(project)
        load.connect(CONNECTIONS)
        try:
            time.sleep(BEFORE_SECONDS)
            memory.start()
            began, back = self.outage(load)
            wait_for("a 202 after the outage", lambda: load.is_accepted_since(back),
                     SETTLE_SECONDS)
            recovery = time.monotonic() - back
            time.sleep(AFTER_SECONDS)
        finally:
            sent = load.end()
        growth = memory.growth()
        refused = [one for one in sent if one.status != 202]
        late = [one.took for one in refused if began + NOTICED_SECONDS < one.at < back]
        self.report(sent, late, growth, recovery)
        self.assertTrue(late)
        self.assertLess(percentile(late, 0.5), 0.1)
        self.assertLess(percentile(late, 0.99), 1)
        self.assertLess(max(one.took for one in sent), PATIENCE_SECONDS)
        self.assertLess(growth, GROWTH_MEGABYTES)
        self.every_202_is_stored_once(stack, project, sent)
        self.assertEqual({one.status for one in refused}, {503})
        self.assertEqual([one for one in refused if int(one.retry_after or 0) < 1], [])

    def test_one_request_at_a_time_finds_out_once_and_nobody_after_it_waits(self):
        stack = Stack()
        project = stack.new_project("alone")
        admin = stack.env["VF_ADMIN_URL_INGEST_GATEWAY_1"]
        api = stack.ingest(project.key)
        expect(202, self.post(api)[0])
        with frozen([process_id("broker")]):
            first, took = self.post(api)
            self.assertEqual(first.status, 503)
            self.assertLess(took, PATIENCE_SECONDS)
            later = [self.post(api) for _ in range(ALONE)]
            self.assertFalse(is_ready(admin))
        back = time.monotonic()
        # Nobody asks: its own probes find out.
        wait_for("a gateway that is ready", lambda: is_ready(admin), SETTLE_SECONDS)
        recovery = time.monotonic() - back
        expect(202, self.post(api)[0])
        slowest = max(took for _, took in later)
        print(f"one at a time: refused first after {took:.1f} s, then {ALONE} times within "
              f"{slowest * 1000:.1f} ms; ready again after {recovery:.1f} s", flush=True)
        self.assertEqual({answer.status for answer, _ in later}, {503})
        self.assertEqual({answer.headers["Retry-After"] for answer, _ in later}, {"1"})
        self.assertLess(percentile([took for _, took in later], 0.5), 0.1)
        self.assertLess(slowest, 1)

    @staticmethod
    def post(api):
        began = time.monotonic()
        answer = api.post("/api/v1/events", {"external_user_id": "alone", "name": "x"})
        return answer, time.monotonic() - began

    @staticmethod
    def outage(load):
        """When it began and when it was over."""
        began = time.monotonic()
        with frozen([process_id("broker")]):
            time.sleep(NOTICED_SECONDS)
            load.connect(LATECOMERS)
            time.sleep(OUTAGE_SECONDS - NOTICED_SECONDS)
        return began, time.monotonic()

    def every_202_is_stored_once(self, stack, project, sent):
        promised = {one.mark for one in sent if one.status == 202}

        def stored():
            return Counter(mark for (mark,) in rows(
                stack.env["VF_DATABASE_URL"],
                "SELECT properties::json ->> 'mark' AS mark FROM events "
                "WHERE project_id = :'project'", project=project.id))
        wait_for("every accepted event", lambda: promised <= set(stored()), SETTLE_SECONDS)
        # What was refused may have arrived all the same, and not twice either.
        self.assertEqual([mark for mark, count in stored().items() if count > 1], [])

    @staticmethod
    def report(sent, late, growth, recovery):
        statuses = dict(sorted(Counter(one.status for one in sent).items()))
        print(f"answers {statuses}; {len(late)} refusals after {NOTICED_SECONDS} s of outage, "
              f"median {percentile(late, 0.5) * 1000:.1f} ms, "
              f"p99 {percentile(late, 0.99) * 1000:.1f} ms, "
              f"slowest of all {max(one.took for one in sent):.1f} s; "
              f"memory +{growth:.1f} MB; accepting again after {recovery:.1f} s", flush=True)


if __name__ == "__main__":
    unittest.main()
