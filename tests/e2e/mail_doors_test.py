"""The doors of mail: what the provider sends is kept whatever it is, large mail stops nobody, and a
link unsubscribes whom it was made for."""

import base64
import hashlib
import hmac
import struct
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from contract import EVENTS, MIB, ContractCase, event
from doors import postmark
from doors.gateway import Gateway, keys_of_the_stack
from doors.processes import resident_megabytes
from doors.raw_socket import RawSocket
from doors.stack import Api, wait_for

PAIR = b"List-Unsubscribe=One-Click"
# What the provider has sent before now and no JSON parser takes.
AWKWARD = {
    "nothing": b"",
    "half an emoji": rb'{"RecordType":"Open","MessageID":"m","UserAgent":"\ud83d"}',
    "NUL": b'{"RecordType":"Open","MessageID":"m","UserAgent":"a\x00b"}',
    "NUL as an escape": rb'{"RecordType":"Open","MessageID":"m","UserAgent":"\u0000"}',
    "Latin-1": b'{"RecordType":"Bounce","MessageID":"m","Subject":"caf\xe9"}',
    "a member twice": b'{"RecordType":"Open","RecordType":"Click","MessageID":"m"}',
    "a list": b"[]",
    "no JSON": b"hello",
    "half a body": b'{"RecordType":"Open","MessageID":"m',
    "deep": b"[" * 10_000,
}
NO_JSON = ("nothing", "a list", "no JSON", "half a body", "deep")
LARGE_AT_ONCE = 8
# Two budgets of 64 megabytes, one body more on each of two loops, and what a process has anyway.
RESIDENT_MEGABYTES = 64 + 64 + 2 * 50 + 80


def link_key():
    keys = keys_of_the_stack()
    text = keys.get("VF_LINK_KEYS") or Path(keys["VF_LINK_KEYS_FILE"]).read_text(encoding="ascii")
    version, _, secret = max((each.strip() for each in text.split(",")),
                             key=lambda each: int(each.partition(":")[0])).partition(":")
    return int(version), base64.b64decode(secret)


def token_of(project, user_id, draft=""):
    """As libs/mail makes them, by another hand."""
    version, secret = link_key()
    content = struct.pack(">BIQB", 1, version, user_id, len(project)) + (project + draft).encode()
    key = hmac.new(secret, b"unsubscribe link", hashlib.sha256).digest()
    signature = hmac.new(key, content, hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(content + signature).rstrip(b"=").decode()


def visit(url, method, body=None, content_type="application/x-www-form-urlencoded"):
    request = urllib.request.Request(url, body, {"Content-Type": content_type}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


class Provider(ContractCase):
    def setUp(self):
        self.project.set_postmark("mail", "secret")
        self.path = f"/api/v1/postmark/{self.project.id}"
        self.stranger = Api(self.stack.env["VF_INGEST_URL"])
        self.post(200, b"{}")

    def post(self, status, body, password="secret"):
        answer = wait_for("the credentials", lambda: self.settled(body, password))
        self.assertEqual(answer.status, status, answer)
        return answer

    def settled(self, body, password):
        """Credentials that were just set may be refused for some seconds."""
        answer = postmark.post(self.api, self.project.id, "mail", password, body)
        return answer if answer.status != 401 or password == "wrong" else None

    def test_every_sample_of_the_provider_is_taken(self):
        for kind, body in postmark.sample_bodies(str(uuid.uuid4())).items():
            with self.subTest(kind):
                self.assertEqual(self.post(200, body).json, {"data": {"accepted": True}})

    def test_what_nobody_can_read_is_taken_and_kept_to_the_byte(self):
        before = self.quarantined()
        for what, body in AWKWARD.items():
            with self.subTest(what):
                self.post(200, body)
        wait_for("what is no JSON", lambda: len(self.quarantined() - before) >= len(NO_JSON))

    def quarantined(self):
        return {item["id"] for item in self.project.quarantine(limit=500)}

    def test_wrong_credentials_are_401_whatever_they_are(self):
        self.post(401, b"{}", "wrong")
        for name, value in (("Authorization", "Bearer " + self.project.key),
                            ("X-Vibefollow-Webhook-Secret", "wrong"), ("X-Other", "secret")):
            with self.subTest(name):
                answer = self.stranger.request("POST", self.path, b"{}", {name: value})
                self.assert_refused(answer, 401, "auth_required")

    def test_the_password_is_as_good_in_a_header(self):
        answer = self.stranger.request("POST", self.path, b"{}",
                                       {"X-Vibefollow-Webhook-Secret": "secret"})
        self.assertEqual(answer.status, 200, answer)

    def test_the_largest_body_is_taken_and_one_byte_more_is_not(self):
        for size, status in ((MIB, 200), (MIB + 1, 200), (20 * MIB, 200), (50 * MIB - 1, 200),
                             (50 * MIB, 200)):
            with self.subTest(size):
                body = postmark.inbound_of(size)
                self.assertEqual(len(body), size)
                answer = wait_for("room", lambda body=body: self.with_room(body))
                self.assertEqual(answer.status, status, answer)

        # Refused by its head: nothing of it is sent.
        token = base64.b64encode(b"mail:secret").decode()
        head = (f"POST /api/v1/postmark/{self.project.id} HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Basic {token}\r\nContent-Length: {50 * MIB + 1}\r\n\r\n")
        with RawSocket(self.stack.env["VF_INGEST_URL"]) as raw:
            raw.send(head.encode())
            self.assertEqual(raw.answer().status, 413)

    def with_room(self, body):
        answer = postmark.post(self.api, self.project.id, "mail", "secret", body)
        return None if answer.status == 503 else answer

    def test_large_mail_that_cannot_be_read_is_set_aside_and_can_be_sent_again(self):
        before = self.quarantined()
        self.assertEqual(self.with_room(b"{" + b"x" * (20 * MIB)).status, 200)
        item = next(iter(wait_for("the item", lambda: self.quarantined() - before, 60)))
        answer = self.stack.console.post(f"/v1/quarantine/items/{item}/replay",
                                         {"reason": "a test"})
        self.assertEqual(answer.status, 202, answer)


class LargeAtOnce(ContractCase):
    def setUp(self):
        self.project.set_postmark("mail", "secret")
        self.gateway = Gateway(self.stack, VF_BODY_BUDGET="64", VF_LARGE_BODY_BUDGET="64",
                               VF_LOOPS="2")
        self.gateway.start()
        self.addCleanup(self.gateway.stop)

    def test_many_large_bodies_at_once_stop_nobody_and_hold_what_they_may(self):
        api = self.gateway.ingest(self.project.key)
        body = postmark.inbound_of(50 * MIB)
        wait_for("the credentials", lambda: postmark.post(
            api, self.project.id, "mail", "secret", b"{}").status == 200)
        statuses = []

        def send():
            try:
                own = self.gateway.ingest(self.project.key)
                statuses.append(postmark.post(own, self.project.id, "mail", "secret", body).status)
            except OSError:
                statuses.append(503)  # refused and closed while it was sending

        senders = [threading.Thread(target=send) for _ in range(LARGE_AT_ONCE)]
        for sender in senders:
            sender.start()
        most, slowest, sent = 0, 0, 0
        while any(sender.is_alive() for sender in senders):
            begun = time.monotonic()
            self.assertEqual(api.post(EVENTS, event()).status, 202)
            slowest = max(slowest, time.monotonic() - begun)
            sent += 1
            most = max(most, resident_megabytes(self.gateway.process.pid))
        self.assertIn(200, statuses)
        self.assertLessEqual(set(statuses), {200, 503})
        self.assertGreater(sent, 0)
        self.assertLess(most, RESIDENT_MEGABYTES)
        self.assertLess(slowest, 5)


class OneClick(ContractCase):
    def setUp(self):
        self.url = f"{self.stack.env['VF_INGEST_URL']}/u/{token_of(self.project.id, 2**40)}"

    def test_a_click_is_200_as_often_as_it_is_sent(self):
        for _ in range(2):
            status, headers, _ = visit(self.url, "POST", PAIR)
            self.assertEqual(status, 200)
            self.assertIsNone(headers["Set-Cookie"])
            self.assertIsNone(headers["Location"])
        part = (b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
                b"One-Click\r\n--b--\r\n")
        status, _, _ = visit(self.url, "POST", part, "multipart/form-data; boundary=b")
        self.assertEqual(status, 200)

    def test_without_the_pair_it_is_400_and_too_much_is_413(self):
        self.assertEqual(visit(self.url, "POST", b"")[0], 400)
        self.assertEqual(visit(self.url, "POST", b"x" * 4097)[0], 413)

    def test_a_look_is_a_page_that_is_kept_close(self):
        status, headers, page = visit(self.url, "GET")
        self.assertEqual(status, 200)
        self.assertIn(b"<form", page)
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertIn("form-action 'self'", headers["Content-Security-Policy"])
        status, headers, nothing = visit(self.url, "HEAD")
        self.assertEqual((status, nothing), (200, b""))
        self.assertEqual(headers["Content-Length"], str(len(page)))

    def test_every_bad_token_is_the_same_404(self):
        other = self.url[:-1] + ("A" if self.url[-1] != "A" else "B")
        answers = set()
        for url in (other, self.url[:-2], self.url + "A", self.url[:-40]):
            for method, body in (("GET", None), ("POST", PAIR), ("POST", b"")):
                status, _, text = visit(url, method, body)
                answers.add((status, text))
        self.assertEqual(answers, {(404, b"There is no such link.\n")})

    def test_the_token_is_in_no_metric(self):
        visit(self.url, "GET")
        token = self.url.rpartition("/")[2]
        with urllib.request.urlopen(self.stack.env["VF_ADMIN_URL_INGEST_GATEWAY_1"] + "/metrics",
                                    timeout=5) as answer:
            text = answer.read().decode()
        self.assertIn('route="one_click_page"', text)
        self.assertNotIn(token, text)


if __name__ == "__main__":
    unittest.main()
