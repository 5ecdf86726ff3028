"""What becomes of an accepted record: its bytes, its names in both spellings, its time, its lane,
and when two records are one."""

import datetime
import unittest

from contract import (BATCH, EVENTS, EVENTS_BULK, USERS, USERS_BULK, ContractCase, event, new_key,
                      user)
from doors.stack import expect, wait_for

BAG = (rb'{ "price" : 1.10, "small":1e5,"E":-0.0e-7 , "big":12345678901234567890, "huge":1e308,'
       b'\t"text":"\\u00e9\\/\\ud83d\\ude00 \xc3\xa9",\r\n'
       b'"nothing":null, "b":[ 1 , {"z":1,"a":2} ] }')


class Verbatim(ContractCase):
    def stored(self, external_user_id):
        mine = {"external_user_id": external_user_id}
        wait_for("the event", lambda: self.project.events(**mine))
        return expect(200, self.project.console.get(self.project.path("events"), **mine)).body

    def test_properties_come_back_to_the_byte_from_every_door(self):
        one = b'{"external_user_id":"%s","name":"n","properties":' + BAG + b"}"
        many = b'{"events":[' + one + b"]}"
        for name, path, body in ((b"single", EVENTS, one), (b"batch", BATCH, many),
                                 (b"bulk", EVENTS_BULK, many)):
            with self.subTest(path):
                self.accepted(path, body % name)
                self.assertIn(b'"properties":' + BAG, self.stored(name.decode()))

    def test_no_properties_are_an_empty_object(self):
        self.accepted(EVENTS, event(external_user_id="none"))
        self.accepted(EVENTS, event(external_user_id="nothing", properties=None))
        for name in ("none", "nothing"):
            with self.subTest(name):
                self.assertIn(b'"properties":{}', self.stored(name))

    def test_names_and_ids_are_any_text(self):
        odd = "\u00e9 \U0001f600/%2F'\";--\n\u2028 "
        self.accepted(EVENTS, event(external_user_id=odd, name=odd))
        found = wait_for("the event", lambda: self.project.events(external_user_id=odd))
        self.assertEqual(found[0]["name"], odd)


class Spellings(ContractCase):
    def test_known_traits_in_either_spelling_land_in_the_same_column(self):
        for name, trait in (("camel", "signupDate"), ("snake", "signup_date")):
            self.accepted(USERS, user(external_user_id=name, traits={
                trait: "2024-01-15", "name": "N", "plan": "pro", "company": "C", "role": "owner",
                "favouriteColour": "teal", "favourite_food": "figs"}))
        for name in ("camel", "snake"):
            with self.subTest(name):
                shown = wait_for("the user", lambda n=name: self.shown(n))
                self.assertEqual(shown["name"], "N")
                self.assertEqual(shown["traits"], {
                    "plan": "pro", "company": "C", "role": "owner", "signupDate": "2024-01-15",
                    "favouriteColour": "teal", "favourite_food": "figs"})
        columns = self.rows("SELECT DISTINCT name, plan, company, role, signup_date FROM users "
                            "WHERE project_id = :'project'")
        self.assertEqual(columns, [["N", "pro", "C", "owner", "2024-01-15"]])

    def test_of_two_spellings_of_one_trait_the_last_stands(self):
        self.accepted(USERS, b'{"external_user_id":"twice","traits":{"firstName":"A",'
                             b'"first_name":"B","signup_date":"1","signupDate":"2"}}')
        shown = wait_for("the user", lambda: self.shown("twice"))
        self.assertEqual(shown["traits"], {"first_name": "B", "signupDate": "2"})

    def test_names_that_differ_by_case_alone_are_two_traits(self):
        traits = {"Score": 1, "score": 2, "SCORE": 3, "first_Name": "a", "first_name": "b"}
        self.accepted(USERS, user(external_user_id="cases", traits=traits))
        shown = wait_for("the user", lambda: self.shown("cases"))
        self.assertEqual(shown["traits"], traits)

    def test_the_email_may_stand_among_the_traits(self):
        self.accepted(USERS, user(external_user_id="inside", traits={"email": "in@b.co"}))
        self.accepted(USERS, user(external_user_id="both", email="out@b.co",
                                  traits={"email": "in@b.co"}))
        for name, email in (("inside", "in@b.co"), ("both", "out@b.co")):
            shown = wait_for("the user", lambda n=name: self.shown(n))
            self.assertEqual((shown["email"], shown["traits"]), (email, {}))

    def test_known_properties_in_either_spelling_are_judged_the_same(self):
        for spelling in ("daysLeft", "days_left"):
            self.accepted(EVENTS, event(name="trial_expiring", properties={spelling: "soon"}))
        items = wait_for("both set aside", lambda: len(
            found := self.project.quarantine()) == 2 and found)
        self.assertEqual({item["field"] for item in items}, {"properties.daysLeft"})

    def shown(self, external_user_id):
        answer = self.project.user(external_user_id)
        return answer.data if answer.status == 200 else None


class Times(ContractCase):
    def test_a_timestamp_is_taken_at_every_door(self):
        at = "2024-01-15T10:00:00+02:00"
        self.accepted(EVENTS, event(external_user_id="single", timestamp=at))
        for name, path in (("batch", BATCH), ("bulk", EVENTS_BULK)):
            self.accepted(path, {"events": [event(external_user_id=name, timestamp=at)]})
        for name in ("single", "batch", "bulk"):
            with self.subTest(name):
                found = wait_for("the event",
                                 lambda n=name: self.project.events(external_user_id=n))
                self.assertEqual(found[0]["occurred_at"], "2024-01-15T08:00:00.000Z")

    def test_the_time_of_receipt_stands_in_for_a_timestamp(self):
        self.accepted(EVENTS, event(external_user_id="now"))
        found = wait_for("the event", lambda: self.project.events(external_user_id="now"))
        self.assertEqual(found[0]["occurred_at"], found[0]["received_at"])

    def test_a_time_ahead_of_its_receipt_blocks_nothing_and_nobody_is_seen_in_the_future(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        ahead = (now + datetime.timedelta(hours=20)).isoformat()
        self.accepted(USERS, user(external_user_id="early", email="a@b.co", timestamp=ahead,
                                  traits={"team": "old", "plan": "free"}))
        self.accepted(EVENTS, event(external_user_id="early", timestamp=ahead))
        self.accepted(USERS, user(external_user_id="early", email="c@d.co",
                                  traits={"team": "new", "plan": "pro"}))
        found = wait_for("the later one", lambda: self.shown("early") and
                         self.shown("early")["traits"].get("team") == "new" and self.shown("early"))
        self.assertEqual((found["email"], found["traits"]["plan"]), ("c@d.co", "pro"))
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
        for name in ("first_seen_at", "last_seen_at"):
            self.assertLess(datetime.datetime.fromisoformat(found[name]), soon, name)
        shown = wait_for("the event", lambda: self.project.events(external_user_id="early"))
        self.assertEqual(datetime.datetime.fromisoformat(shown[0]["occurred_at"]),
                         datetime.datetime.fromisoformat(ahead).replace(
                             microsecond=(now.microsecond // 1000) * 1000))

    def test_the_end_of_access_may_be_a_day_and_is_never_a_guess(self):
        for who, told in (("day", "2024-06-30"), ("minute", "2024-06-30T00:00Z")):
            self.accepted(USERS, user(external_user_id=who))
            self.accepted(EVENTS, event(external_user_id=who, name="subscription_cancelled",
                                        properties={"effectiveAt": told}))
        self.accepted(USERS, user(external_user_id="soon"))
        self.accepted(EVENTS, event(external_user_id="soon", name="subscription_cancelled",
                                    properties={"effectiveAt": "soon"}))
        items = wait_for("the quarantine", self.project.quarantine)
        self.assertEqual([item["field"] for item in items], ["properties.effectiveAt"])
        ends = wait_for("both ends", lambda: len(found := self.rows(
            "SELECT external_user_id, (access_ends_at = '2024-06-30T00:00Z')::text FROM users "
            "WHERE project_id = :'project' AND access_ends_at IS NOT NULL")) == 2 and dict(found))
        self.assertEqual(ends, {"day": "true", "minute": "true"})

    def shown(self, external_user_id):
        answer = self.project.user(external_user_id)
        return answer.data if answer.status == 200 else None

    def test_times_in_answers_are_milliseconds(self):
        self.accepted(EVENTS, event(external_user_id="fine",
                                    timestamp="2024-01-15T10:00:00.123456789Z"))
        found = wait_for("the event", lambda: self.project.events(external_user_id="fine"))
        self.assertEqual(found[0]["occurred_at"], "2024-01-15T10:00:00.123Z")
        self.assertRegex(found[0]["received_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_an_older_identify_does_not_overwrite_a_newer_one(self):
        self.accepted(USERS, user(traits={"team": "new"}, timestamp="2024-02-01T00:00:00Z"))
        self.accepted(USERS_BULK, {"users": [
            user(traits={"team": "old", "seats": 5}, timestamp="2024-01-01T00:00:00Z")]})
        found = wait_for("both", lambda: self.project.user("u1").status == 200 and
                         "seats" in (u := self.project.user("u1").data)["traits"] and u)
        self.assertEqual(found["traits"], {"team": "new", "seats": 5})


class Lanes(ContractCase):
    """An event that is set aside tells which topic it came by."""

    def topic_of(self, path, name, **more):
        bad = event(external_user_id=name, name="trial_expiring", properties={"daysLeft": name})
        body = {"events": [bad], **more} if path != EVENTS else {**bad, **more}
        self.accepted(path, body)
        found = wait_for("the quarantine", lambda: self.rows(
            "SELECT topic FROM quarantine_items WHERE project_id = :'project' "
            f"AND convert_from(body, 'UTF8') LIKE '%{name}%'"))
        return found[0][0]

    def test_bulk_and_history_go_behind_the_live_traffic(self):
        for name, path, more, topic in (
                ("live-single", EVENTS, {}, "vf.ingest"),
                ("live-batch", BATCH, {}, "vf.ingest"),
                ("plain-batch", BATCH, {"historical": False}, "vf.ingest"),
                ("old-batch", BATCH, {"historical": True}, "vf.ingest.backfill"),
                ("bulk", EVENTS_BULK, {}, "vf.ingest.backfill"),
                ("old-bulk", EVENTS_BULK, {"historical": True}, "vf.ingest.backfill")):
            with self.subTest(name):
                self.assertEqual(self.topic_of(path, name, **more), topic)

    def test_only_what_is_marked_historical_is_historical(self):
        for name, path, more in (("t-batch", BATCH, {"historical": True}),
                                 ("f-batch", BATCH, {"historical": False}), ("n-batch", BATCH, {}),
                                 ("t-bulk", EVENTS_BULK, {"historical": True}),
                                 ("n-bulk", EVENTS_BULK, {"historical": None})):
            self.accepted(path, {"events": [event(external_user_id=name)], **more})
        marks = wait_for("all five", lambda: len(found := self.rows(
            "SELECT external_user_id, historical FROM events WHERE project_id = :'project' "
            "AND name = 'report_exported'")) == 5 and dict(found))
        self.assertEqual(marks, {"t-batch": True, "f-batch": False, "n-batch": False,
                                 "t-bulk": True, "n-bulk": False})


class NaturalIdentity(ContractCase):
    AT = "2024-01-15T10:00:00Z"

    def bulk(self, who, headers=None, **fields):
        self.accepted(EVENTS_BULK, {"events": [event(external_user_id=who, **fields)]},
                      **(headers or {}))

    def test_bulk_events_of_one_moment_are_one_event(self):
        self.bulk("same", timestamp=self.AT, properties={"first": True})
        self.bulk("same", timestamp=self.AT)
        self.bulk("same", {"Idempotency_Key": new_key()}, timestamp=self.AT)
        self.bulk("same", {"Idempotency_Key": new_key()}, timestamp=self.AT)
        self.bulk("same", timestamp="2024-01-15T11:00:00.000+01:00")
        self.accepted(EVENTS_BULK, {"events": [
            event(external_user_id="same", timestamp=self.AT)] * 3})
        found = self.events_of("same", EVENTS_BULK)
        self.assertEqual([each["properties"] for each in found], [{"first": True}])

    def test_another_name_user_or_moment_is_another_event(self):
        for who, fields in (("a", {}), ("a", {"name": "other"}), ("b", {}),
                            ("a", {"timestamp": "2024-01-15T10:00:00.000001Z"})):
            self.bulk(who, **{"timestamp": self.AT, **fields})
        self.assertEqual(len(self.events_of("a", EVENTS_BULK)), 3)
        self.assertEqual(len(self.events_of("b", EVENTS_BULK)), 1)

    def test_without_a_timestamp_bulk_events_are_as_many_as_were_sent(self):
        self.bulk("twice")
        self.bulk("twice")
        self.assertEqual(len(self.events_of("twice", EVENTS_BULK)), 2)

    def test_only_bulk_promises_it(self):
        for _ in range(2):
            self.accepted(EVENTS, event(external_user_id="live", timestamp=self.AT))
            self.accepted(BATCH, {"events": [event(external_user_id="live", timestamp=self.AT)]})
        self.assertEqual(len(self.events_of("live")), 4)

    def test_a_user_sent_again_is_updated(self):
        for plan in ("trial", "pro"):
            self.accepted(USERS_BULK, {"users": [user(traits={"seat": plan})]})
        wait_for("the update", lambda: self.project.user("u1").status == 200 and
                 self.project.user("u1").data["traits"] == {"seat": "pro"})


if __name__ == "__main__":
    unittest.main()
