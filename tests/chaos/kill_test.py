"""A short seeded plan: every replica of every service, the broker and PostgreSQL are killed in the
middle of a load, and one stage faster than its sessions end. The auditor finds nothing lost, nothing
that had effect twice and nothing out of order, once all of it is over.

VF_TEST_SEED repeats a run, VF_TEST_PARTS makes it longer; scripts/bench chaos is the long one."""

import os
import random
import unittest

import kill_run
from doors.processes import scale_all
from doors.stack import Stack
from faults import REPLICAS, SERVICES

SEED = int(os.environ.get("VF_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
PARTS = int(os.environ.get("VF_TEST_PARTS", "1"))


class Kill(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_has_effect_twice(self):
        self.addCleanup(scale_all, {service: 1 for service in SERVICES})
        scale_all({service: REPLICAS for service in SERVICES})
        reports = kill_run.run(Stack(), SEED, kill_run.Size(PARTS))
        self.assertEqual(reports[-1]["verdict"], [])
        self.assertEqual(len(reports), PARTS)
        # Of everything there was some.
        for what in ("events", "malformed", "users", "opens", "webhooks"):
            self.assertGreater(reports[0][what], 0, what)


if __name__ == "__main__":
    unittest.main()
