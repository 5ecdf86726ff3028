"""How much a project may send a second, and how much of it may wait: told with when to come again,
and never at the expense of another project."""

import time
import unittest

from contract import (BATCH, EVENTS, EVENTS_BULK, USERS, USERS_BULK, ContractCase, event,
                      good_bodies, new_key)
from doors.gateway import Gateway
from doors.processes import scale
from doors.stack import expect, wait_for

# A change reaches every loop of every gateway within this.
EFFECTIVE_SECONDS = 5
TRIES = 200


class LimitsCase(ContractCase):
    def until_refused(self, api, path):
        """How many were accepted, and the first refusal."""
        for taken in range(TRIES):
            answer = api.post(path, good_bodies()[path], Idempotency_Key=new_key())
            if answer.status == 429:
                return taken, answer
            self.assertIn(answer.status, (200, 202), answer)
        raise AssertionError(f"{TRIES} requests to {path} and no limit")


class Rates(LimitsCase):
    LIMITS = {EVENTS: 5, USERS: 5, BATCH: 2, USERS_BULK: 1, EVENTS_BULK: 1}

    def setUp(self):
        gateway = Gateway(self.stack, VF_RATE_LIMITS="single=5,batch=2,bulk=1")
        gateway.start()
        self.addCleanup(gateway.stop)
        self.gateway = gateway

    def fresh(self):
        return self.gateway.ingest(self.stack.new_project("limited").key)

    def test_each_door_has_its_limit_and_says_when_to_come_again(self):
        for path, limit in self.LIMITS.items():
            with self.subTest(path):
                taken, answer = self.until_refused(self.fresh(), path)
                self.assertGreaterEqual(taken, limit)
                self.assert_refused(answer, 429, "rate_limited")
                self.assertEqual(answer.headers["RateLimit-Limit"], str(limit))
                self.assertEqual(answer.headers["RateLimit-Remaining"], "0")
                self.assertGreaterEqual(int(answer.headers["RateLimit-Reset"]), 1)

    def test_an_accepted_request_is_told_what_is_left(self):
        answer = self.fresh().post(EVENTS, event())
        self.assertEqual(answer.status, 202)
        self.assertEqual((answer.headers["RateLimit-Limit"], answer.headers["RateLimit-Remaining"]),
                         ("5", "4"))
        self.assertGreaterEqual(int(answer.headers["RateLimit-Reset"]), 1)

    def test_who_comes_again_when_told_is_let_in(self):
        api = self.fresh()
        _, answer = self.until_refused(api, EVENTS_BULK)
        time.sleep(int(answer.headers["Retry-After"]))
        expect(200, api.post(EVENTS_BULK, good_bodies()[EVENTS_BULK]))

    def test_what_one_project_uses_up_is_not_missed_by_another(self):
        greedy, modest = self.fresh(), self.fresh()
        self.until_refused(greedy, EVENTS)
        self.assertEqual(modest.post(EVENTS, event()).headers["RateLimit-Remaining"], "4")

    def test_kinds_of_doors_have_limits_of_their_own(self):
        api = self.fresh()
        self.until_refused(api, EVENTS_BULK)
        expect(202, api.post(BATCH, good_bodies()[BATCH]))
        expect(202, api.post(EVENTS, event()))

    def share_one_limit(self, send):
        """Of twenty single requests in a row, `send(n)`, no more pass than one bucket holds."""
        began = time.monotonic()
        statuses = [send(n).status for n in range(20)]
        refilled = 5 * (time.monotonic() - began) + 1
        self.assertGreaterEqual(len(statuses) - statuses.count(429), 5)
        self.assertLessEqual(len(statuses) - statuses.count(429), 5 + refilled)

    def test_users_and_events_share_what_single_requests_may(self):
        api = self.fresh()
        self.share_one_limit(lambda n: api.post((USERS, EVENTS)[n % 2], event()))

    def test_connections_share_the_limit_of_their_project(self):
        key = self.stack.new_project("limited").key
        self.share_one_limit(lambda n: self.gateway.ingest(key).post(EVENTS, event()))

    def test_what_is_refused_for_its_body_counts_as_well(self):
        api = self.fresh()
        self.share_one_limit(lambda n: api.post(EVENTS, {}))


class OwnLimits(LimitsCase):
    def set_limits(self, project, limits):
        answer = project.console.request("PATCH", f"/v1/projects/{project.id}",
                                         {"limits": limits, "reason": "a test of limits"})
        expect(200, answer)

    def limit_told(self, api):
        return int(api.post(EVENTS, event()).headers["RateLimit-Limit"])

    def test_limits_of_a_project_hold_within_seconds_and_for_nobody_else(self):
        api, other = self.api, self.stack.new_project("beside it").ingest
        usual = self.limit_told(api)
        self.set_limits(self.project, {"single": 2})
        wait_for("the new limit", lambda: self.limit_told(api) == 2, EFFECTIVE_SECONDS)
        _, answer = self.until_refused(api, EVENTS)
        self.assert_refused(answer, 429, "rate_limited")
        self.assertEqual(self.limit_told(other), usual)
        self.set_limits(self.project, {"single": None})
        wait_for("the usual limit", lambda: self.limit_told(api) == usual, EFFECTIVE_SECONDS)


class Backlog(LimitsCase):
    MOST = 2000

    def setUp(self):
        self.addCleanup(scale, "normaliser", 1)
        scale("normaliser", 0)
        gateway = Gateway(self.stack, VF_BACKFILL_QUEUE_MAX=str(self.MOST))
        gateway.start()
        self.addCleanup(gateway.stop)
        self.api = gateway.ingest(self.project.key)
        self.other = gateway.ingest(self.stack.new_project("beside it").key)

    def bulk(self, count, api=None):
        body = {"events": [event(external_user_id=f"u{n}") for n in range(count)]}
        return (api or self.api).post(EVENTS_BULK, body)

    def test_a_full_queue_is_told_and_is_open_again_when_it_has_been_read(self):
        for count in (1000, 999):
            expect(200, self.bulk(count))
        expect(200, self.bulk(1))  # one below the bound, so there is room
        self.assert_refused(self.bulk(1), 429, "backfill_queue_full")
        history = {"events": [event()], "historical": True}
        self.assert_refused(self.api.post(BATCH, history), 429, "backfill_queue_full")
        for path in (USERS, EVENTS, BATCH):
            expect(202, self.api.post(path, good_bodies()[path]))
        expect(200, self.bulk(1, self.other))
        scale("normaliser", 1)
        wait_for("room in the queue", lambda: self.bulk(1).status == 200, 60)
        stored = "SELECT count(*) FROM events WHERE project_id = :'project'"
        wait_for("all that was accepted", lambda: self.rows(stored)[0][0] >= self.MOST + 4)


if __name__ == "__main__":
    unittest.main()
