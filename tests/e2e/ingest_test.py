"""The public ingest API as its documentation describes it, against the real gateway."""

import json
import unittest
import uuid

from doors import postmark
from doors.stack import Stack, expect, wait_for


def event(**fields):
    return {"external_user_id": "u1", "name": "report_exported", **fields}


class Ingest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.project = cls.stack.new_project("ingest")
        cls.api = cls.project.ingest

    def refused(self, status, code, field, path, body, **headers):
        answer = self.api.post(path, body, **headers)
        self.assertEqual(answer.status, status, answer)
        error = answer.json["errors"][0]
        self.assertEqual(error["code"], code, answer)
        self.assertEqual(error.get("field"), field, answer)
        self.assertTrue(error["message"])
        return answer

    def test_accepted_is_exactly_what_the_documentation_says(self):
        for path, body in (("/api/v1/users", {"external_user_id": "u1", "email": "a@b.co"}),
                           ("/api/v1/events", event()),
                           ("/api/v1/events/batch", {"events": [event(), event()]})):
            with self.subTest(path):
                answer = self.api.post(path, body, Idempotency_Key=str(uuid.uuid4()))
                self.assertEqual(answer.status, 202)
                self.assertEqual(answer.json, {"data": {"accepted": True}})
                self.assertTrue(answer.headers["Content-Type"].startswith("application/json"))
                self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_what_is_wrong_is_told_with_its_field(self):
        path = "/api/v1/events"
        bad = "validation_failed"
        self.refused(422, bad, "external_user_id", path, {"name": "n"})
        self.refused(422, bad, "external_user_id", path, event(external_user_id=""))
        self.refused(422, bad, "name", path, {"external_user_id": "u"})
        self.refused(422, bad, "name", path, event(name="$internal"))
        self.refused(422, bad, "properties", path, event(properties=[]))
        self.refused(422, bad, "properties.feature", path, event(name="feature_used"))
        self.refused(422, bad, "timestamp", path, event(timestamp="yesterday"))
        self.refused(422, bad, "email", "/api/v1/users", {"external_user_id": "u", "email": "x"})
        self.refused(422, bad, "Idempotency-Key", path, event(), Idempotency_Key="x" * 256)

    def test_one_bad_record_refuses_the_batch_and_names_its_index(self):
        batch = {"events": [event(), event(), event(), {"name": "n"}]}
        self.refused(422, "validation_failed", "events[3].external_user_id",
                     "/api/v1/events/batch", batch)
        for count, status in ((0, 422), (500, 202), (501, 422)):
            with self.subTest(count):
                answer = self.api.post("/api/v1/events/batch", {"events": [event()] * count})
                self.assertEqual(answer.status, status, answer)

    def test_what_is_not_json_is_a_bad_request(self):
        for body in (b"", b"{", b"nonsense", b'{"a":1} x', b"\xff\xfe", b"\xef\xbb\xbf{}"):
            with self.subTest(body):
                self.refused(400, "bad_request", None, "/api/v1/events", body)
        self.refused(400, "bad_request", None, "/api/v1/events", event(),
                     Content_Type="text/plain")

    def test_traps_of_json_are_refused_and_change_nothing(self):
        def raw(properties):
            return (b'{"external_user_id":"trap","name":"n","properties":' + properties + b"}")
        for properties in (b'{"a":"\\u0000"}', b'{"a":"\\udc00"}', b'{"a":"\\ud800"}',
                           b'{"a":1,"a":2}', b'{"a":1e400}', b"[" * 5000 + b"]" * 5000):
            with self.subTest(properties[:20]):
                answer = self.api.post("/api/v1/events", raw(properties))
                self.assertIn(answer.status, (400, 422), answer)
                self.assertIn("errors", answer.json)
        self.assertEqual(self.project.events(external_user_id="trap"), [])

    def test_properties_are_stored_to_the_byte(self):
        properties = '{ "n" : 1.10, "big": 12345678901234567890123, "text":"\\u00e9" }'
        body = b'{"external_user_id":"verbatim","name":"n","properties":' + \
            properties.encode() + b"}"
        expect(202, self.api.post("/api/v1/events", body))
        wait_for("the event", lambda: self.project.events(external_user_id="verbatim"))
        answer = self.project.console.get(self.project.path("events"),
                                          external_user_id="verbatim")
        self.assertIn(properties.encode(), answer.body)

    def test_sizes(self):
        big = event(properties={"a": "x" * (33 << 10)})
        self.refused(422, "validation_failed", "properties", "/api/v1/events", big)
        huge = json.dumps(event(properties={"a": "x" * (257 << 10)})).encode()
        answer = self.stack.ingest(self.project.key).post("/api/v1/events", huge)
        self.assertEqual(answer.status, 413)
        self.assertEqual(answer.json["errors"][0]["code"], "payload_too_large")

    def test_who_may(self):
        for authorization in ("", "Bearer", "Bearer nonsense", "Basic abc",
                              "Bearer " + self.project.key[:-1] + "0"):
            with self.subTest(authorization):
                answer = self.api.request("POST", "/api/v1/events", event(),
                                          {"Authorization": authorization})
                self.assertEqual(answer.status, 401, answer)
                self.assertEqual(answer.json["errors"][0]["code"], "auth_required")

    def test_a_revoked_key_is_refused_within_five_seconds(self):
        made = expect(201, self.project.console.post(self.project.path("keys"),
                                                     {"name": "short-lived"})).data
        api = self.stack.ingest(made["secret"])
        self.assertEqual(api.post("/api/v1/events", event()).status, 202)
        expect(200, self.project.console.request(
            "DELETE", self.project.path(f"keys/{made['id']}")))
        wait_for("the refusal", lambda: api.post("/api/v1/events", event()).status == 401, 6)

    def test_paths_and_methods(self):
        answer = self.api.get("/api/v1/nowhere")
        self.assertEqual((answer.status, answer.json["errors"][0]["code"]), (404, "not_found"))
        answer = self.api.get("/api/v1/events")
        self.assertEqual((answer.status, answer.json["errors"][0]["code"]),
                         (405, "method_not_allowed"))
        self.assertEqual(answer.headers["Allow"], "POST")

    def test_a_retry_with_the_same_key_counts_once(self):
        key = str(uuid.uuid4())
        body = event(external_user_id="retry")
        for _ in range(5):
            expect(202, self.api.post("/api/v1/events", body, Idempotency_Key=key))
        expect(202, self.api.post("/api/v1/events", event(external_user_id="retry", name="last"),
                                  Idempotency_Key=str(uuid.uuid4())))
        wait_for("the last event",
                 lambda: self.project.events(external_user_id="retry", name="last"))
        self.assertEqual(len(self.project.events(external_user_id="retry")), 2)

    def test_postmark_needs_its_credentials(self):
        project = self.stack.new_project("postmark")
        body = postmark.open_body(None, "a@b.co")
        self.assertEqual(postmark.post(self.api, project.id, "a", "b", body).status, 401)
        project.set_postmark("mail", "secret")
        wait_for("the credentials", lambda: postmark.post(
            self.api, project.id, "mail", "secret", body).status == 200, 10)
        self.assertEqual(postmark.post(self.api, project.id, "mail", "wrong", body).status, 401)
        answer = postmark.post(self.api, project.id, "mail", "secret", b"no json")
        self.assertEqual(answer.status, 400)


if __name__ == "__main__":
    unittest.main()
