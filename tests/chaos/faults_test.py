"""The plan leaves nobody out, and is the same for the same seed."""

import unittest
from collections import Counter

from faults import REPLICAS, SERVICES, STAGES, STORES, plan_of, replicas

SESSION_SECONDS = 10


def fast_part(plan):
    return [fault for fault in plan if len(fault.targets) > 1]


class Plan(unittest.TestCase):
    def test_every_replica_and_every_store_is_killed(self):
        for seed in range(20):
            for kills in (1, 3):
                killed = Counter(fault.targets for fault in plan_of(seed, kills=kills)
                                 if fault.signal == "SIGKILL" and len(fault.targets) == 1)
                wanted = {(name,): kills for service in SERVICES for name in replicas(service)}
                wanted |= {(store,): kills for store in STORES}
                self.assertEqual(killed, wanted)

    def test_every_service_is_told_to_stop_and_frozen(self):
        for number in ("SIGTERM", "SIGSTOP"):
            hit = [fault.targets[0].rpartition(".")[0] for fault in plan_of(7)
                   if fault.signal == number]
            self.assertEqual(sorted(hit), sorted(SERVICES))

    def test_one_stage_is_killed_faster_than_its_sessions_end(self):
        for seed in range(20):
            plan = plan_of(seed, fast_kills=5)
            fast = fast_part(plan)
            start = plan.index(fast[0])
            self.assertEqual(plan[start:start + 5], fast)
            self.assertEqual({fault.targets for fault in fast}, {fast[0].targets})
            self.assertEqual(len(fast[0].targets), REPLICAS)
            self.assertTrue(all(2 <= fault.life <= 5 < SESSION_SECONDS for fault in fast))
            self.assertGreater(sum(fault.life for fault in fast), SESSION_SECONDS - 1)

    def test_every_stage_has_its_turn(self):
        stages = [fast_part(plan_of(3, part))[0].targets for part in range(len(STAGES))]
        self.assertEqual(set(stages), {replicas(stage) for stage in STAGES})

    def test_a_seed_repeats_and_parts_differ(self):
        self.assertEqual(plan_of(5, 1), plan_of(5, 1))
        self.assertNotEqual(plan_of(5, 1), plan_of(5, 2))
        self.assertNotEqual(plan_of(5), plan_of(6))


if __name__ == "__main__":
    unittest.main()
