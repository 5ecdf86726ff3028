"""Webhooks as a customer's receiver sees them."""

import unittest

from doors import postmark
from doors.receiver import Receiver, signature_fault
from doors.stack import Stack, expect, wait_for


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.project = self.stack.new_project("webhooks")
        self.project.activate("welcome")
        self.project.set_postmark("mail", "secret")
        expect(202, self.project.identify("ada", email="ada@example.com"))
        expect(202, self.project.track("ada", "user_signed_up"))
        self.draft = wait_for("a draft", lambda: self.project.drafts(external_user_id="ada"))[0]
        self.answers = {}
        self.receiver = Receiver(lambda path, body: self.answers.get(path, 204))
        self.addCleanup(self.receiver.close)

    def open(self):
        body = postmark.open_body(self.draft["id"], "ada@example.com")
        expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret", body))
        return body

    def endpoint(self, path, *types):
        return self.project.new_endpoint(self.receiver.url(path), *(types or ("email.opened",)))

    def delivery(self, endpoint, state):
        return wait_for(f"a delivery that is {state}", lambda: [
            d for d in self.project.deliveries(endpoint=endpoint["id"]) if d["state"] == state])[0]

    def test_an_open_is_told_signed_with_exactly_the_documented_fields(self):
        endpoint = self.endpoint("/a")
        self.assertTrue(endpoint["secret"].startswith("whsec_"))
        opened = self.open()
        told = self.receiver.wait(1, "/a")[0]
        self.assertIsNone(signature_fault(told.header, told.body, endpoint["secret"]))
        body = told.json
        self.assertEqual(set(body), {"type", "id", "created", "data"})
        self.assertEqual(body["type"], "email.opened")
        self.assertTrue(body["id"].startswith("evt_"))
        self.assertIsInstance(body["created"], int)
        self.assertEqual(set(body["data"]), {"draftId", "projectId", "externalUserId",
                                             "messageId", "openedAt"})
        self.assertEqual(body["data"]["draftId"], self.draft["id"])
        self.assertEqual(body["data"]["projectId"], self.project.id)
        self.assertEqual(body["data"]["externalUserId"], "ada")
        self.assertEqual(body["data"]["messageId"], opened["MessageID"])
        self.assertEqual(body["data"]["openedAt"], opened["ReceivedAt"][:-5] + "Z")
        done = self.delivery(endpoint, "delivered")
        self.assertEqual(done["attempts"], 1)
        self.assertEqual(done["event_id"], body["id"])

    def test_every_endpoint_that_wants_it_is_told_once_under_one_id(self):
        self.endpoint("/a")
        self.endpoint("/b")
        self.endpoint("/c", "email.clicked")
        opened = self.open()
        expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret", opened))
        self.open()
        a = self.receiver.wait(2, "/a")
        b = self.receiver.wait(2, "/b")
        self.assertEqual({d.json["id"] for d in a}, {d.json["id"] for d in b})
        self.assertEqual(len({d.json["id"] for d in a}), 2)
        self.assertEqual(len(self.receiver.deliveries("/a")), 2)
        self.assertEqual(self.receiver.deliveries("/c"), [])

    def test_a_failure_is_retried_with_the_same_bytes_and_a_fresh_signature(self):
        endpoint = self.endpoint("/a")
        self.answers["/a"] = 500
        self.open()
        self.receiver.wait(1, "/a")
        self.answers["/a"] = 204
        told = self.receiver.wait(2, "/a")
        self.assertEqual(told[0].body, told[1].body)
        for attempt in told:
            self.assertIsNone(signature_fault(attempt.header, attempt.body, endpoint["secret"]))
        self.assertEqual(self.delivery(endpoint, "delivered")["attempts"], 2)

    def test_a_redirect_is_a_failure_and_not_followed(self):
        endpoint = self.endpoint("/a")
        self.answers["/a"] = (302, {"Location": self.receiver.url("/b")})
        self.open()
        self.delivery(endpoint, "dead")
        self.assertEqual(self.receiver.deliveries("/b"), [])

    def test_what_cannot_be_delivered_is_a_dead_letter_and_can_be_sent_again(self):
        endpoint = self.endpoint("/a")
        self.answers["/a"] = 500
        self.open()
        letter = wait_for("the dead letter", self.project.dead_letters)[0]
        self.assertEqual(letter["cause"], "attempts_exhausted")
        self.assertEqual(letter["attempts"], 3)
        self.assertEqual(len(self.receiver.deliveries("/a")), 3)
        self.assertEqual(self.delivery(endpoint, "dead")["id"], letter["delivery_id"])
        resend = f"/v1/deliveries/{letter['delivery_id']}/resend"
        self.assertEqual(self.project.console.post(resend, {}).json["errors"][0]["field"],
                         "reason")
        self.answers["/a"] = 204
        expect(202, self.project.console.post(resend, {"reason": "mended"}))
        told = self.receiver.wait(4, "/a")
        self.assertEqual({d.body for d in told}, {told[0].body})
        self.assertEqual(told[3].json["id"], letter["event_id"])
        self.delivery(endpoint, "delivered")
        self.assertEqual(letter["state"], "open")
        self.assertEqual(self.project.dead_letters(), [])
        self.assertEqual([(each["id"], each["state"])
                          for each in self.project.dead_letters(state="delivered")],
                         [(letter["id"], "delivered")])

    def test_an_endpoint_that_is_gone_is_not_tried_again(self):
        endpoint = self.endpoint("/a")
        self.answers["/a"] = 410
        self.open()
        self.delivery(endpoint, "dead")
        self.assertEqual(len(self.receiver.deliveries("/a")), 1)
        self.assertEqual(wait_for("the dead letter", self.project.dead_letters)[0]["cause"],
                         "endpoint_gone")

    def test_an_endpoint_that_refuses_connections_costs_nobody_else(self):
        unreachable = self.project.new_endpoint("http://127.0.0.1:9/hooks", "email.opened")
        self.endpoint("/a")
        self.open()
        self.receiver.wait(1, "/a")
        self.delivery(unreachable, "dead")

    def test_a_fired_rule_is_told_to_those_who_ask(self):
        endpoint = self.endpoint("/fired", "trigger.fired")
        expect(202, self.project.identify("grace", email="grace@example.com"))
        expect(202, self.project.track("grace", "user_signed_up"))
        told = self.receiver.wait(1, "/fired")[0]
        self.assertIsNone(signature_fault(told.header, told.body, endpoint["secret"]))
        self.assertEqual(told.json["type"], "trigger.fired")
        self.assertEqual(told.json["data"]["externalUserId"], "grace")

    def test_an_open_nobody_can_place_is_quarantined_and_replays(self):
        body = postmark.open_body(None, "stranger@example.com")
        expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret", body))
        item = wait_for("the quarantine", self.project.quarantine)[0]
        self.assertEqual((item["stage"], item["code"]), ("mail", "unmatched_mail"))
        self.endpoint("/a")
        expect(202, self.project.identify("stranger", email="stranger@example.com"))
        wait_for("the user", lambda: self.project.user("stranger").status == 200)
        expect(202, self.project.console.post(f"/v1/quarantine/items/{item['id']}/replay",
                                              {"reason": "the user is known now"}))
        self.assertEqual(self.receiver.wait(1, "/a")[0].json["data"]["externalUserId"],
                         "stranger")

    def test_where_webhooks_may_go_is_checked_when_an_endpoint_is_made(self):
        for url in ("ftp://example.com/", "https://user@example.com/",
                    "nonsense", "https://169.254.169.254/"):
            with self.subTest(url):
                answer = self.project.console.post(
                    self.project.path("endpoints"), {"url": url, "event_types": ["email.opened"]})
                self.assertEqual(answer.status, 422, answer)
                self.assertEqual(answer.json["errors"][0]["field"], "url")
        answer = self.project.console.post(
            self.project.path("endpoints"),
            {"url": "https://example.com/", "event_types": ["email.exploded"]})
        self.assertEqual(answer.status, 422, answer)


if __name__ == "__main__":
    unittest.main()
