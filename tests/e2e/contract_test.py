"""The doors of the public API against their documentation: who may, where, how, and how each
answers. Fields, records, idempotency, limits a second and framing have files of their own."""

import unittest
import zlib

from contract import (ACCEPTED, BATCH, EVENTS, EVENTS_BULK, USERS, USERS_BULK, ContractCase, event,
                      good_bodies, new_key, user)
from doors import postmark
from doors.raw_socket import RawSocket
from doors.stack import expect, wait_for

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
REVOCATION_SECONDS = 5


def api_key(body):
    """A key as we would have made it, with its checksum."""
    checksum, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, 62)
        digits = BASE62[digit] + digits
    return "sk_live_" + body + digits


class Answers(ContractCase):
    def test_single_and_batch_are_answered_with_accepted_and_nothing_else(self):
        for path in (USERS, EVENTS, BATCH):
            for headers in ({}, {"Idempotency_Key": new_key()}):
                with self.subTest(path, headers=headers):
                    answer = self.api.post(path, good_bodies()[path], **headers)
                    self.assertEqual(answer.status, 202)
                    self.assertEqual(answer.json, ACCEPTED)
                    self.assert_plain(answer)

    def test_bulk_is_answered_with_counts_and_the_fault_of_each_rejected_record(self):
        answer = self.post(USERS_BULK, {"users": [
            user(), user(email="nobody"), {"external_user_id": ""}, user(external_user_id="u2")]})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json, {
            "data": {"accepted": 2, "rejected": 2, "errors": [
                {"index": 1, "code": "validation", "message": "Invalid email", "field": "email"},
                {"index": 2, "code": "validation", "field": "external_user_id",
                 "message": "external_user_id must be at least 1 character"}]},
            "meta": {"received": 4}})
        answer = self.post(EVENTS_BULK, {"events": [
            event(name=""), event(timestamp="yesterday"), event()]})
        self.assertEqual(answer.json, {
            "data": {"accepted": 1, "rejected": 2, "errors": [
                {"index": 0, "code": "validation", "field": "name",
                 "message": "name must be at least 1 character"},
                {"index": 1, "code": "validation", "message": "Invalid timestamp",
                 "field": "timestamp"}]},
            "meta": {"received": 3}})

    def test_bulk_without_one_good_record_is_still_answered_200(self):
        answer = self.post(EVENTS_BULK, {"events": [{}, {}]})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.data["accepted"], 0)
        self.assertEqual([fault["index"] for fault in answer.data["errors"]], [0, 1])
        self.assertEqual(answer.json["meta"], {"received": 2})

    def test_bulk_with_nothing_to_reject_has_no_errors(self):
        for path in (USERS_BULK, EVENTS_BULK):
            with self.subTest(path):
                answer = self.post(path, good_bodies()[path])
                self.assertEqual(answer.json, {"data": {"accepted": 1, "rejected": 0, "errors": []},
                                               "meta": {"received": 1}})

    def test_no_browser_is_told_anything(self):
        preflight = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
        for path, body in good_bodies().items():
            with self.subTest(path):
                self.accepted(path, body, Origin="https://example.com")
                answer = self.api.request("OPTIONS", path, headers=preflight)
                self.assert_refused(answer, 405, "method_not_allowed")

    def test_the_body_must_be_declared_as_json(self):
        for path, body in good_bodies().items():
            for refused in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                            "application/problem+json", "application/json, text/plain", "json"):
                with self.subTest(path, type=refused):
                    self.refused(400, "bad_request", None, path, body, Content_Type=refused)
            for taken in ("application/json; charset=utf-8", "Application/JSON"):
                with self.subTest(path, type=taken):
                    self.accepted(path, body, Content_Type=taken)

    def test_a_body_of_no_declared_type_is_refused(self):
        head = (f"POST {EVENTS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {self.project.key}\r\n"
                "Content-Length: 2\r\n\r\n{}").encode()
        with RawSocket(self.stack.env["VF_INGEST_URL"]) as raw:
            raw.send(head)
            self.assert_refused(raw.answer(), 400, "bad_request")


class PathsAndMethods(ContractCase):
    def test_what_is_not_there_is_not_found(self):
        for path in ("/", "/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v2/events", "/events",
                     EVENTS + "/", EVENTS + "/unheard-of", USERS + "/batch", "/api/v1//events",
                     "/API/v1/events", "/v1/projects"):
            for method in ("GET", "POST"):
                with self.subTest(path, method=method):
                    self.assert_refused(self.api.request(method, path), 404, "not_found")

    def test_other_methods_are_told_which_one_is_allowed(self):
        for path in (*good_bodies(), f"/api/v1/postmark/{self.project.id}"):
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                with self.subTest(path, method=method):
                    answer = self.api.request(method, path)
                    self.assert_refused(answer, 405, "method_not_allowed")
                    self.assertEqual(answer.headers["Allow"], "POST")

    def test_a_query_changes_nothing(self):
        self.accepted(EVENTS + "?a=1", event())


class Keys(ContractCase):
    def unauthorised(self, headers, path=EVENTS):
        answer = self.api.request("POST", path, good_bodies()[path],
                                  {"Authorization": "", **headers})
        self.assert_refused(answer, 401, "auth_required")
        self.assertTrue(answer.headers["WWW-Authenticate"].startswith("Bearer"), answer.headers)

    def test_no_key_no_entry_at_any_door(self):
        for path in good_bodies():
            with self.subTest(path):
                self.unauthorised({}, path)

    def test_what_is_not_our_key_is_refused(self):
        key = self.project.key
        other_digit = "0" if key[-1] != "0" else "1"
        for name, value in {
                "no scheme": key,
                "another scheme": "Basic " + key,
                "no key": "Bearer",
                "nothing after the scheme": "Bearer ",
                "not a key": "Bearer nonsense",
                "a typing mistake at the end": "Bearer " + key[:-1] + other_digit,
                "a typing mistake in the middle":
                    "Bearer " + key[:12] + key[13] + key[12] + key[14:] if key[12] != key[13]
                    else "Bearer " + key[:12] + "-" + key[13:],
                "one character too few": "Bearer " + key[:-1],
                "one character too many": "Bearer " + key + "0",
                "something after it": "Bearer " + key + " x",
                "the sandbox's prefix": "Bearer " + key.replace("sk_live_", "sk_test_"),
                "a key nobody has": "Bearer " + api_key("A" * 32),
                "1 kB": "Bearer " + "x" * 1024}.items():
            with self.subTest(name):
                self.unauthorised({"Authorization": value})

    def test_a_key_in_the_query_opens_nothing(self):
        for name in ("api_key", "key", "access_token"):
            with self.subTest(name):
                answer = self.api.request("POST", f"{EVENTS}?{name}={self.project.key}", event(),
                                          {"Authorization": ""})
                self.assert_refused(answer, 401, "auth_required")

    def test_two_authorisations_are_none(self):
        line = f"Authorization: Bearer {self.project.key}\r\n"
        with RawSocket(self.stack.env["VF_INGEST_URL"]) as raw:
            raw.send((f"POST {EVENTS} HTTP/1.1\r\nHost: h\r\n{line}{line}"
                      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").encode())
            self.assert_refused(raw.answer(), 401, "auth_required")

    def test_the_scheme_is_read_in_any_case(self):
        for scheme in ("bearer", "BEARER", "Bearer "):
            with self.subTest(scheme):
                answer = self.api.request("POST", EVENTS, event(),
                                          {"Authorization": f"{scheme} {self.project.key}"})
                self.assertEqual(answer.status, 202, answer)

    def test_several_keys_live_at_once_and_a_revoked_one_is_refused_within_five_seconds(self):
        key_id, secret = self.new_secret()
        api = self.stack.ingest(secret)
        self.assertEqual(api.post(EVENTS, event()).status, 202)
        self.assertEqual(self.api.post(EVENTS, event()).status, 202)
        expect(200, self.project.console.request("DELETE", self.project.path(f"keys/{key_id}")))
        # On every loop of the gateway, so over many connections.
        wait_for("the refusal everywhere", lambda: all(
            self.stack.ingest(secret).post(EVENTS, event()).status == 401 for _ in range(8)),
                 REVOCATION_SECONDS)
        self.assertEqual(self.api.post(EVENTS, event()).status, 202)

    def test_a_key_is_rotated_without_a_moment_in_which_none_is_good(self):
        old_id, old = self.new_secret()
        keys = self.project.path("keys")
        new = expect(201, self.project.console.post(f"{keys}/{old_id}/rotate", {})).data["secret"]
        for secret in (new, old):
            self.assertEqual(self.stack.ingest(secret).post(EVENTS, event()).status, 202)

    def test_a_key_writes_into_its_own_project_only(self):
        other = self.stack.new_project("the other one")
        self.accepted(EVENTS, event(external_user_id="shared", name="mine", project_id=other.id))
        expect(202, other.ingest.post(EVENTS, event(external_user_id="shared", name="theirs")))
        for project, name in ((self.project, "mine"), (other, "theirs")):
            wait_for("the event", lambda p=project: p.events(external_user_id="shared"))
            self.assertEqual([each["name"] for each in project.events(external_user_id="shared")],
                             [name])


class Postmark(ContractCase):
    def test_an_api_key_does_not_open_the_provider_s_door(self):
        for project in (self.project, self.stack.new_project("another")):
            answer = self.api.post(f"/api/v1/postmark/{project.id}", {})
            self.assert_refused(answer, 401, "auth_required")

    def test_the_provider_s_password_does_not_open_ours(self):
        self.project.set_postmark("mail", "secret")
        answer = self.api.request("POST", EVENTS, event(),
                                  {"Authorization": "Basic bWFpbDpzZWNyZXQ="})
        self.assert_refused(answer, 401, "auth_required")

    def test_the_provider_needs_its_credentials(self):
        project = self.stack.new_project("postmark")
        body = postmark.open_body(None, "a@b.co")

        def post(password, sent=body):
            return postmark.post(self.api, project.id, "mail", password, sent)

        refused = post("secret")
        self.assert_refused(refused, 401, "auth_required")
        self.assertTrue(refused.headers["WWW-Authenticate"].startswith("Basic"))
        project.set_postmark("mail", "secret")
        wait_for("the credentials", lambda: post("secret").status == 200, 10)
        self.assert_refused(post("wrong"), 401, "auth_required")

    def test_a_project_that_is_not_there_looks_like_one_with_other_credentials(self):
        for project in ("prj_00000000000000000000000000", "nonsense"):
            with self.subTest(project):
                answer = postmark.post(self.api, project, "mail", "secret", {})
                self.assert_refused(answer, 401, "auth_required")


if __name__ == "__main__":
    unittest.main()
