"""An Idempotency-Key stands for one write: the same again has the same answer and no second effect,
another write under it is refused, on whichever gateway and whatever happens in between."""

import json
import re
import threading
import time
import unittest
import urllib.request

from contract import (ACCEPTED, BATCH, EVENTS, EVENTS_BULK, USERS, ContractCase, event,
                      good_bodies, is_bulk, new_key, user)
from doors.database import execute
from doors.gateway import Gateway
from doors.processes import frozen_database, scale
from doors.stack import Stack, expect, wait_for

TWINS = 20


class IdempotencyCase(ContractCase):
    def conflicts(self, path, body, key, api=None):
        answer = (api or self.api).post(path, body, Idempotency_Key=key)
        self.assert_refused(answer, 422, "idempotency_key_reuse", "Idempotency-Key")

    def numbered(self, who, key, number, api=None):
        """One of several bodies under a key."""
        body = event(external_user_id=who, properties={"body": number})
        return (api or self.api).post(EVENTS, body, Idempotency_Key=key)

    def bodies_of(self, who):
        return [each["properties"]["body"] for each in self.events_of(who)]


class OneKey(IdempotencyCase):
    def test_the_same_write_again_has_the_same_answer_and_no_second_effect(self):
        key = new_key()
        for _ in range(5):
            answer = self.numbered("again", key, 1)
            self.assertEqual((answer.status, answer.json), (202, ACCEPTED))
        self.assertEqual(self.bodies_of("again"), [1])

    def test_bulk_again_has_the_same_answer_rejections_included(self):
        key = new_key()
        body = {"events": [event(external_user_id="bulk"), event(name=""),
                           event(external_user_id="bulk")]}
        first, again = (self.post(EVENTS_BULK, body, Idempotency_Key=key) for _ in range(2))
        self.assertEqual((first.status, first.data["accepted"]), (200, 2))
        self.assertEqual((again.status, again.body), (first.status, first.body))
        self.assertEqual(len(self.events_of("bulk", EVENTS_BULK)), 2)

    def test_a_batch_again_has_each_of_its_events_once(self):
        key = new_key()
        body = {"events": [event(external_user_id="batch")] * 3}
        for _ in range(3):
            self.accepted(BATCH, body, Idempotency_Key=key)
        self.assertEqual(len(self.events_of("batch")), 3)

    def test_order_of_members_and_white_space_make_no_other_body(self):
        key = new_key()
        for body in (b'{"external_user_id":"order","name":"n","properties":{"a":1,"b":[1,2]}}',
                     b' { "properties" : {"b":[ 1,2],\n"a":1}, "name":"n",'
                     b'"external_user_id":"order"}\t',
                     rb'{"external_user_id":"ord\u0065r","name":"n",'
                     rb'"properties":{"a":1,"b":[1,2]}}'):
            self.accepted(EVENTS, body, Idempotency_Key=key)
        self.assertEqual(len(self.events_of("order")), 1)

    def test_another_body_is_refused_and_changes_nothing(self):
        key = new_key()
        expect(202, self.numbered("other", key, 1))
        for body in (event(external_user_id="other", properties={"body": 2}),
                     event(external_user_id="other"), event(external_user_id="other", more=1),
                     event(external_user_id="other", properties={"body": "1"})):
            self.conflicts(EVENTS, body, key)
        self.assertEqual(self.bodies_of("other"), [1])

    def test_the_order_of_records_is_part_of_the_body(self):
        key = new_key()
        records = [event(name="a"), event(name="b")]
        self.accepted(BATCH, {"events": records}, Idempotency_Key=key)
        self.conflicts(BATCH, {"events": records[::-1]}, key)

    def test_another_door_is_another_write(self):
        for path, body in good_bodies().items():
            key = new_key()
            self.accepted(path, body, Idempotency_Key=key)
            for other, same in good_bodies().items():
                if other != path:
                    with self.subTest(path, other=other):
                        self.conflicts(other, same, key)
        key = new_key()
        both = {**event(), **user()}
        self.accepted(EVENTS, both, Idempotency_Key=key)
        self.conflicts(USERS, both, key)

    def test_what_was_refused_holds_no_key(self):
        key = new_key()
        self.invalid("name", EVENTS, event(name=""), Idempotency_Key=key)
        self.accepted(EVENTS, event(), Idempotency_Key=key)

    def test_keys_of_two_projects_do_not_meet(self):
        key = new_key()
        other = self.stack.new_project("the other one")
        expect(202, self.numbered("shared", key, 1))
        expect(202, self.numbered("shared", key, 2, other.ingest))
        self.assertEqual(self.bodies_of("shared"), [1])

    def test_keys_of_one_project_meet_whichever_api_key_is_used(self):
        key = new_key()
        expect(202, self.numbered("rotated", key, 1))
        rotated = self.stack.ingest(self.new_secret()[1])
        expect(202, self.numbered("rotated", key, 1, rotated))
        self.conflicts(EVENTS, event(external_user_id="rotated"), key, rotated)
        self.assertEqual(self.bodies_of("rotated"), [1])

    def test_without_a_key_every_write_counts(self):
        for _ in range(2):
            self.accepted(EVENTS, event(external_user_id="keyless"))
        self.assertEqual(len(self.events_of("keyless")), 2)


class StrictProject(IdempotencyCase):
    def test_a_project_may_ask_for_a_key_with_each_single_and_batch_write(self):
        path = f"/v1/projects/{self.project.id}"
        expect(200, self.project.console.request("PATCH", path, {"require_idempotency_key": True}))
        wait_for("the rule", lambda: self.api.post(EVENTS, event()).status == 422, 5)
        for path, body in good_bodies().items():
            with self.subTest(path):
                if not is_bulk(path):
                    self.invalid("Idempotency-Key", path, body)
                else:
                    self.accepted(path, body)
                self.accepted(path, body, Idempotency_Key=new_key())


class TwinsCase(IdempotencyCase):
    def at_once(self, who, key, numbers):
        """The statuses of writes sent at the same moment, each on a connection of its own."""
        start = threading.Barrier(len(numbers))
        statuses = [None] * len(numbers)

        def send(place, number):
            api = self.stack.ingest(self.project.key)
            start.wait()
            statuses[place] = self.numbered(who, key, number, api).status

        senders = [threading.Thread(target=send, args=each) for each in enumerate(numbers)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        return statuses

    def twins(self, rounds):
        for n in range(rounds):
            who = f"twins {n}"
            self.assertEqual(self.at_once(who, new_key(), [1] * TWINS), [202] * TWINS)
            self.assertEqual(self.bodies_of(who), [1])

    def rivals(self, rounds):
        for n in range(rounds):
            who = f"rivals {n}"
            numbers = [1, 2] * (TWINS // 2)
            statuses = self.at_once(who, new_key(), numbers)
            said = {number: {s for s, of in zip(statuses, numbers) if of == number}
                    for number in (1, 2)}
            self.assertIn(said, ({1: {202}, 2: {422}}, {1: {422}, 2: {202}}))
            self.assertEqual(self.bodies_of(who), [number for number in (1, 2)
                                                   if said[number] == {202}])


class Concurrent(TwinsCase):
    def test_twins_are_all_accepted_and_are_one_event(self):
        self.twins(3)

    def test_of_rivals_exactly_one_body_wins(self):
        self.rivals(5)


class Replicas(TwinsCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(scale, "ingest-gateway", 1)
        scale("ingest-gateway", 2)
        super().setUpClass()

    def requests_answered(self, instance):
        url = self.stack.env[f"VF_ADMIN_URL_INGEST_GATEWAY_{instance}"]
        with urllib.request.urlopen(url + "/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return sum(float(n) for n in re.findall(r"^vf_ingest_requests_total\{.*\} (\S+)$", text,
                                                re.MULTILINE))

    def test_two_gateways_behind_one_port_agree(self):
        before = [self.requests_answered(n) for n in (1, 2)]
        self.twins(3)
        self.rivals(8)
        key = new_key()
        expect(202, self.numbered("later", key, 1))
        for number, status in [(2, 422), (1, 202)] * 8:
            api = self.stack.ingest(self.project.key)
            self.assertEqual(self.numbered("later", key, number, api).status, status)
        self.assertEqual(self.bodies_of("later"), [1])
        for n in (1, 2):
            self.assertGreater(self.requests_answered(n), before[n - 1], f"gateway {n} was idle")


class OverTime(IdempotencyCase):
    def test_a_restart_forgets_nothing(self):
        key = new_key()
        with Gateway(self.stack) as gateway:
            expect(202, self.numbered("restart", key, 1, gateway.ingest(self.project.key)))
            gateway.restart()
            api = gateway.ingest(self.project.key)
            self.conflicts(EVENTS, event(external_user_id="restart"), key, api)
            expect(202, self.numbered("restart", key, 1, api))
        self.assertEqual(self.bodies_of("restart"), [1])

    def test_after_a_day_a_key_is_forgotten_and_what_comes_under_it_counts(self):
        for who, number in (("the same write", 1), ("another write", 2)):
            with self.subTest(who), Gateway(self.stack) as gateway:
                key = new_key()
                with self.a_day_ago():
                    expect(202, self.numbered(who, key, 1, gateway.ingest(self.project.key)))
                    self.assertEqual(self.bodies_of(who), [1])
                gateway.restart()
                expect(202, self.numbered(who, key, number, gateway.ingest(self.project.key)))
                self.assertEqual(sorted(self.bodies_of(who)), [1, number])

    def a_day_ago(self):
        return Ago(self, "24 hours 1 minute")


class Ago:
    """Moves what was claimed inside its `with` into the past."""

    def __init__(self, case, span):
        self.case = case
        self.span = span

    def __enter__(self):
        self.known = self.keys()

    def __exit__(self, *failure):
        if failure[0] is None:
            new = ",".join(f"'{key}'" for key in self.keys() - self.known)
            execute(self.case.stack.env["VF_DATABASE_URL"], (
                "UPDATE key_claims SET claimed_at = claimed_at - :'span'::interval"
                f" WHERE key_id IN ({new});"
                "UPDATE record_claims SET received_at = received_at - :'span'::interval"
                " WHERE id IN (SELECT record_id FROM events WHERE project_id = :'project')"),
                span=self.span, project=self.case.project.id)

    def keys(self):
        return {key for (key,) in self.case.rows("SELECT key_id FROM key_claims")}


class DatabaseAway(IdempotencyCase):
    """Each with a gateway of its own: one that has just missed its database asks nothing of it for
    a second, which is no business of other tests."""

    def setUp(self):
        self.gateway = Gateway(self.stack, VF_LOOPS="1")
        self.gateway.start()
        self.addCleanup(self.gateway.stop)
        self.api = self.gateway.ingest(self.project.key)
        self.accepted(EVENTS, event())  # the API key is known from now on

    def test_writes_are_accepted_and_a_conflict_ends_in_quarantine(self):
        key = new_key()
        with frozen_database():
            began = time.monotonic()
            for number in (1, 2, 1):
                answer = self.numbered("away", key, number)
                self.assertEqual((answer.status, answer.json), (202, ACCEPTED))
            self.assertLess(time.monotonic() - began, 5)
        # Whichever was read first holds the key: lanes keep no order between requests.
        refused = {body for _, body in self.set_aside("away")}
        self.assertIn(refused, ({1}, {2}))
        held, other = (1, 2) if refused == {2} else (2, 1)
        self.assertEqual(self.bodies_of("away"), [held])
        expect(202, self.numbered("away", key, held))
        wait_for("the refusal", lambda: self.numbered("away", key, other).status == 422)

    def test_a_key_claimed_before_still_refuses_after(self):
        key = new_key()
        expect(202, self.numbered("before", key, 1))
        self.gateway.restart()
        self.accepted(EVENTS, event())
        with frozen_database():
            expect(202, self.numbered("before", key, 2))
        self.assertEqual(self.set_aside("before"), [("idempotency_conflict", 2)])
        wait_for("the refusal", lambda: self.numbered("before", key, 2).status == 422)
        self.assertEqual(self.bodies_of("before"), [1])

    def test_an_api_key_that_nobody_can_look_up_is_neither_taken_nor_called_wrong(self):
        stranger = self.gateway.ingest(self.stack.new_project("never seen by the gateway").key)
        with frozen_database():
            self.assert_refused(stranger.post(EVENTS, event()), 503, "unavailable")
        wait_for("the database", lambda: stranger.post(EVENTS, event()).status == 202)

    def set_aside(self, who):
        """Why, and which body."""
        def found():
            items = [(item["code"], json.loads(item["body"])) for item in self.project.quarantine()]
            return [(code, body["properties"]["body"]) for code, body in items
                    if body["external_user_id"] == who]
        return wait_for("the quarantine", found)


if __name__ == "__main__":
    unittest.main()
