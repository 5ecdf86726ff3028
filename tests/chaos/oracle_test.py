"""The oracle must say what the contract says of a few small inputs, and must find every difference
that is planted."""

import json
import tempfile
import unittest
from datetime import datetime, timezone
from pathlib import Path

from oracle import Span, compare_user, expected_user, microseconds, read_input

MADE_MS = 1_763_700_000_000
SENT, ANSWERED = MADE_MS * 1000 + 1_000_000, MADE_MS * 1000 + 2_000_000
AHEAD = datetime.fromtimestamp(MADE_MS / 1000 + 15 * 3600, timezone.utc).isoformat()
SOON, LATER, LAST = (f"2024-11-0{day}T12:00:00.000Z" for day in (1, 2, 3))


def identify(at=None, **fields):
    return told({"external_user_id": "ada", **fields}, at)


def event(name, at=None, mark="0/1", **properties):
    return told({"external_user_id": "ada", "name": name,
                 "properties": {**properties, "mark": mark}}, at)


def told(body, at):
    return {**body, "timestamp": at} if at else body


def read(*requests):
    """Of (path, key, body); what a key said first stands."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        lines = [{"made_ms": MADE_MS, "seed": 1}]
        lines += [{"lane": 0, "path": "/api/v1/" + path, "key": key, "body": body}
                  for path, key, body in requests]
        path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
        return read_input(path, {key: (SENT, ANSWERED) for _, key, _ in requests})


def row_of(*bodies):
    given = read(*[("events" if "name" in body else "users", str(n), body)
                   for n, body in enumerate(bodies)])
    return expected_user(given.users["ada"])


class Reading(unittest.TestCase):
    def test_a_key_counts_once(self):
        given = read(("events", "k", event("x")), ("events", "k", event("x")))
        self.assertEqual((given.records, given.repeated, given.requests), (1, 1, 2))

    def test_a_bulk_event_with_a_time_counts_once_under_any_key(self):
        body = {"events": [event("x", SOON)]}
        given = read(("events/bulk", "k", body), ("events/bulk", "l", body))
        self.assertEqual((given.records, given.repeated), (1, 1))

    def test_a_bulk_event_without_a_time_is_another_under_another_key(self):
        body = {"events": [event("x")]}
        self.assertEqual(read(("events/bulk", "k", body), ("events/bulk", "l", body)).records, 2)

    def test_a_batch_event_with_a_time_is_another_under_another_key(self):
        body = {"events": [event("x", SOON)]}
        self.assertEqual(read(("events/batch", "k", body), ("events/batch", "l", body)).records, 2)

    def test_a_time_has_a_zone(self):
        self.assertEqual(microseconds("2024-11-01T17:30:00.001+05:30"),
                         microseconds("2024-11-01T12:00:00.001Z"))


class Expected(unittest.TestCase):
    def test_the_later_time_wins_for_each_trait(self):
        row = row_of(identify(LATER, traits={"plan": "pro"}),
                     identify(SOON, traits={"plan": "trial", "score": 1}))
        self.assertEqual((row["plan"], row["traits"]), ("pro", {"score": 1}))

    def test_null_clears_what_was_said_before_and_not_after(self):
        row = row_of(identify(LATER, traits={"a": None, "role": None}),
                     identify(SOON, traits={"a": 1, "role": "x"}),
                     identify(LAST, traits={"b": 2}))
        self.assertEqual((row["role"], row["traits"]), (None, {"b": 2}))

    def test_no_time_is_the_time_of_the_request(self):
        row = row_of(identify(traits={"plan": "pro"}), identify(LAST, traits={"plan": "trial"}))
        self.assertEqual(row["plan"], "pro")
        self.assertTrue(row["last_seen_at"].holds((SENT + ANSWERED) // 2))
        self.assertFalse(row["last_seen_at"].holds(ANSWERED + 1_000_000))

    def test_what_is_dated_ahead_is_as_new_as_its_receipt_and_shown_as_it_says(self):
        row = row_of(identify(AHEAD, traits={"plan": "old"}), event("subscription_cancelled", AHEAD),
                     identify(traits={"plan": "new"}))
        self.assertEqual((row["plan"], row["stage"]), ("new", "cancelled"))
        self.assertTrue(row["access_ends_at"].holds(microseconds(AHEAD)))
        for name in ("first_seen_at", "last_seen_at", "identified_at"):
            self.assertTrue(row[name].holds((SENT + ANSWERED) // 2), name)

    def test_the_plan_is_the_later_of_trait_and_event(self):
        change = event("subscription_changed", LATER, to="pro", mrr=9900)
        self.assertEqual(row_of(identify(SOON, traits={"plan": "a"}), change)["plan"], "pro")
        self.assertEqual(row_of(identify(LAST, traits={"plan": "a"}), change)["plan"], "a")

    def test_the_stage_is_that_of_the_latest_event(self):
        row = row_of(event("subscription_cancelled", LATER), event("user_signed_up", SOON),
                     identify(LAST))
        self.assertEqual(row["stage"], "cancelled")
        self.assertTrue(row["access_ends_at"].holds(microseconds(LATER)))

    def test_a_change_of_subscription_gives_access_again(self):
        row = row_of(event("subscription_cancelled", SOON, effectiveAt=LAST), identify(SOON),
                     event("subscription_changed", LATER, to="pro", interval="year"))
        self.assertEqual((row["stage"], row["access_ends_at"], row["billing_interval"]),
                         ("active", None, "year"))

    def test_a_trial_ends_days_after_its_event(self):
        row = row_of(identify(), event("trial_started", SOON, trial_days=1))
        self.assertTrue(row["trial_ends_at"].holds(microseconds(LATER)))

    def test_a_column_that_cannot_hold_a_value_leaves_it_to_the_traits(self):
        row = row_of(identify(SOON, traits={"company": "x", "timezone": "Asia/Tokyo"}),
                     identify(LATER, traits={"company": ["y"], "timezone": "not/a zone"}))
        self.assertEqual((row["company"], row["timezone"]), (None, "Asia/Tokyo"))
        self.assertEqual(row["traits"], {"company": ["y"], "timezone": "not/a zone"})

    def test_the_latest_spelling_stands(self):
        row = row_of(identify(LATER, traits={"workspace_id": 2}),
                     identify(SOON, traits={"workspaceId": 1}))
        self.assertEqual(row["traits"], {"workspace_id": 2})

    def test_nobody_is_expected_of_events_alone(self):
        self.assertIsNone(row_of(event("user_signed_up", SOON)))


class Comparing(unittest.TestCase):
    def setUp(self):
        given = read(("users", "a", identify(SOON, email="a@example.com", traits={"n": 1})),
                     ("events", "b", event("x", LATER, mark="m")))
        self.records = given.users["ada"]
        wanted = expected_user(self.records)
        self.row = {name: value.low if isinstance(value, Span) else value
                    for name, value in wanted.items()} | {"user_id": 7}
        self.events = [["m", "x", microseconds(LATER), 7]]

    def differences(self):
        return list(compare_user("ada", self.records, self.row, self.events))

    def assert_one(self, part):
        found = self.differences()
        self.assertEqual(len(found), 1, found)
        self.assertIn(part, found[0])

    def test_the_same_is_no_difference(self):
        self.assertEqual(self.differences(), [])

    def test_every_column_is_looked_at(self):
        for name in set(self.row) - {"user_id"}:
            kept = self.row[name]
            self.row[name] = 5
            self.assert_one(f": {name} is 5")
            self.row[name] = kept

    def test_true_is_not_one(self):
        self.row["traits"] = {"n": True}
        self.assert_one("traits is")

    def test_a_user_that_is_missing(self):
        self.row = None
        self.assert_one("is not stored")

    def test_a_user_of_events_alone(self):
        self.records = [one for one in self.records if one.is_event]
        self.assert_one("never identified")

    def test_an_event_that_is_missing(self):
        self.events = []
        self.assert_one("is nowhere")

    def test_an_event_that_is_there_twice(self):
        self.events *= 2
        self.assert_one("stored twice")

    def test_an_event_out_of_thin_air(self):
        self.events.append(["z", "x", microseconds(LATER), 7])
        self.assert_one("was never sent")

    def test_an_event_of_another_name_time_or_user(self):
        for place, value in ((1, "y"), (2, 5), (3, None)):
            right = self.events[0][place]
            self.events[0][place] = value
            self.assertEqual(len(self.differences()), 1)
            self.events[0][place] = right


if __name__ == "__main__":
    unittest.main()
