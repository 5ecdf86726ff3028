"""What every test of the public contract asks of every answer: the envelope to the letter, no word
to browsers, and what went wrong under its code and field."""

import itertools
import json
import time
import unittest
import uuid

from doors.database import rows
from doors.stack import Stack, expect, wait_for

USERS = "/api/v1/users"
EVENTS = "/api/v1/events"
BATCH = "/api/v1/events/batch"
USERS_BULK = "/api/v1/users/bulk"
EVENTS_BULK = "/api/v1/events/bulk"

ACCEPTED = {"data": {"accepted": True}}
KIB = 1 << 10
MIB = 1 << 20
PATIENCE_SECONDS = 20

numbers = itertools.count(1)


def event(**fields):
    return {"external_user_id": "u1", "name": "report_exported", **fields}


def user(**fields):
    return {"external_user_id": "u1", **fields}


def good_bodies():
    """One accepted body for each door."""
    return {USERS: user(email="a@b.co"), EVENTS: event(), BATCH: {"events": [event(), event()]},
            USERS_BULK: {"users": [user()]}, EVENTS_BULK: {"events": [event()]}}


def is_bulk(path):
    return path.endswith("/bulk")


def padded(body, size):
    """The body in exactly so many bytes, white space behind it."""
    raw = json.dumps(body).encode()
    assert len(raw) <= size
    return raw + b" " * (size - len(raw))


def nested(depth, inside=1):
    """An object of that many levels."""
    return {"a": nested(depth - 1, inside)} if depth > 1 else {"a": inside}


def new_key():
    return str(uuid.uuid4())


class ContractCase(unittest.TestCase):
    """Each class has a project of its own, so that neither events nor limits meet."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.project = cls.stack.new_project(cls.__name__)
        cls.api = cls.project.ingest

    def post(self, path, body, **headers):
        return self.within_the_rate(lambda: self.api.post(path, body, **headers))

    def within_the_rate(self, send):
        """Sends as a good client does: what came too fast is sent again."""
        last = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = send()
            too_fast = answer.status == 429 and self.code_of(answer) == "rate_limited"
            if not too_fast or time.monotonic() > last:
                return answer
            time.sleep(0.2)

    @staticmethod
    def code_of(answer):
        return answer.json["errors"][0]["code"]

    def assert_plain(self, answer):
        """JSON for programs, nothing for browsers."""
        self.assertTrue(answer.headers["Content-Type"].startswith("application/json"), answer)
        for name in answer.headers:
            self.assertFalse(name.lower().startswith("access-control-"), answer.headers)
            self.assertNotEqual(name.lower(), "set-cookie", answer.headers)

    def assert_refused(self, answer, status, code, field=None):
        self.assertEqual(answer.status, status, answer)
        self.assert_plain(answer)
        self.assertEqual(set(answer.json), {"errors"}, answer)
        for error in answer.json["errors"]:
            self.assertLessEqual(set(error), {"code", "message", "field"}, answer)
            self.assertEqual(error["code"], code, answer)
            self.assertTrue(error["message"], answer)
        self.assertEqual(answer.json["errors"][0].get("field"), field, answer)
        if status in (429, 503):
            self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)

    def refused(self, status, code, field, path, body, **headers):
        self.assert_refused(self.post(path, body, **headers), status, code, field)

    def invalid(self, field, path, body, **headers):
        self.refused(422, "validation_failed", field, path, body, **headers)

    def accepted(self, path, body, **headers):
        answer = self.post(path, body, **headers)
        self.assert_plain(answer)
        if is_bulk(path):
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.data["rejected"], 0, answer)
        else:
            self.assertEqual(answer.status, 202, answer)
            self.assertEqual(answer.json, ACCEPTED)
        return answer

    def events_of(self, external_user_id, path=EVENTS):
        """The events of a user, once all that was sent before this through the same door has been
        written: a record of the same user is never read before those sent ahead of it."""
        # Named anew each time: one sent earlier is there already and would say nothing.
        name = f"the_last_one_{next(numbers)}"
        last = event(external_user_id=external_user_id, name=name)
        self.accepted(path, {"events": [last]} if is_bulk(path) else last)
        mine = {"external_user_id": external_user_id}
        wait_for("the last event", lambda: self.project.events(name=name, **mine))
        found = self.project.events(limit=500, **mine)
        return [each for each in found if not each["name"].startswith("the_last_one")]

    def rows(self, statement):
        return rows(self.stack.env["VF_DATABASE_URL"], statement, project=self.project.id)

    def new_secret(self, project=None):
        """Another API key: its id and its text."""
        of = project or self.project
        made = expect(201, of.console.post(of.path("keys"), {"name": "another"})).data
        return made["id"], made["secret"]
