"""A small run against the oracle: two normalisers, each killed in the middle of it, the gateway
too. VF_TEST_SEED repeats a run; scripts/bench state is the long one."""

import os
import random
import unittest

import state_run
from doors.processes import scale
from doors.stack import Stack

SEED = int(os.environ.get("VF_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
RECORDS = int(os.environ.get("VF_TEST_RECORDS", "3000"))


class State(unittest.TestCase):
    def test_the_tables_are_what_the_input_says_whatever_was_killed(self):
        scale("normaliser", 2)
        self.addCleanup(scale, "normaliser", 1)
        stack = Stack()
        project = stack.new_project(f"state {SEED}")
        size = state_run.Size(RECORDS, lanes=4, kills=1, kills_late=False)
        report, differences = state_run.run(stack, project, SEED, size)
        state_run.tell(report, differences)
        self.assertEqual(differences, [])
        self.assertGreater(report["sent_again"], 0)
        self.assertTrue(all(report["kills"].values()), report["kills"])


if __name__ == "__main__":
    unittest.main()
