"""Live traffic before backfill: what is sent now does not wait for what happened long ago."""

import time
import unittest

from doors.database import rows
from doors.processes import frozen, process_id
from doors.stack import Stack, expect, wait_for

BULKS = 12
EACH = 1_000


class Lanes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.project = cls.stack.new_project("lanes")

    def stored(self, name):
        return rows(self.stack.env["VF_DATABASE_URL"],
                    "SELECT count(*) AS n FROM events WHERE project_id = :'project'"
                    " AND name = :'name'", project=self.project.id, name=name)[0][0]

    def send_bulk(self, number):
        events = [{"external_user_id": f"u{n % 100}", "name": "long_ago",
                   "timestamp": f"2024-01-{1 + number:02}T{n // 60:02}:{n % 60:02}:00Z"}
                  for n in range(EACH)]
        while True:
            answer = self.project.ingest.post("/api/v1/events/bulk", {"events": events})
            if answer.status != 429:
                return expect(200, answer).data
            time.sleep(float(answer.headers["Retry-After"]))

    def test_a_live_event_is_there_before_a_backlog_is_done(self):
        for user in range(100):
            expect(202, self.project.identify(f"u{user}"))
        with frozen([process_id("normaliser.1")]):
            for number in range(BULKS):
                self.assertEqual(self.send_bulk(number)["accepted"], EACH)
            expect(202, self.project.track("u1", "now"))
        left = wait_for("the live event", lambda: (
            self.stored("now") == 1) and BULKS * EACH - self.stored("long_ago") + 1)
        self.assertGreater(left, 1, "the backlog was done first")
        wait_for("the backlog", lambda: self.stored("long_ago") == BULKS * EACH, 60)
