"""What comes late is seen, on a clock of the test's own."""

import unittest

from rest import verdict_at_rest

QUIET = 10
PATIENCE = 60


class Run:
    """What happens second by second: {second: what there is from then on}."""

    def __init__(self, history, on_its_way=lambda now: {}):
        self.history = history
        self.on_its_way = on_its_way
        self.now = 0

    def there_is(self):
        return [what for second, what in sorted(self.history.items()) if second <= self.now][-1]

    def verdict(self):
        def look():
            return self.there_is(), self.on_its_way(self.now)

        def judge():
            return [] if self.there_is() == ["a"] else [f"{self.there_is()} is not what was sent"]

        def sleep(seconds):
            self.now += seconds
        return verdict_at_rest(look, judge, QUIET, PATIENCE, lambda: self.now, sleep)


class Rest(unittest.TestCase):
    def test_what_is_right_and_stays_so_is_judged_after_the_quiet(self):
        run = Run({0: ["a"]})
        self.assertEqual(run.verdict(), [])
        self.assertEqual(run.now, QUIET)

    def test_a_double_that_comes_after_a_clean_moment_is_found(self):
        self.assertEqual(Run({0: ["a"], QUIET - 1: ["a", "a"]}).verdict(),
                         ["['a', 'a'] is not what was sent"])

    def test_a_double_that_waits_for_a_lease_is_found(self):
        run = Run({0: ["a"], 3 * QUIET: ["a", "a"]},
                  lambda now: {"deliveries": 1} if now < 3 * QUIET else {})
        self.assertEqual(run.verdict(), ["['a', 'a'] is not what was sent"])

    def test_what_is_late_is_not_lost(self):
        self.assertEqual(Run({0: [], PATIENCE - QUIET - 1: ["a"]}).verdict(), [])

    def test_what_never_comes_is_lost(self):
        self.assertEqual(Run({0: []}).verdict(), ["[] is not what was sent"])

    def test_what_does_not_end_is_a_fault(self):
        self.assertEqual(Run({0: ["a"]}, lambda now: {"deliveries": 1}).verdict(),
                         ["still on its way: {'deliveries': 1}"])


if __name__ == "__main__":
    unittest.main()
