"""Bodies: none is read for somebody without a key, many together take what they may and no more, and
gzip is as good as plain."""

import gzip
import http.client
import json
import threading
import time
import unittest

from contract import (BATCH, EVENTS, EVENTS_BULK, KIB, MIB, USERS, ContractCase, event, new_key,
                      padded)
from doors.gateway import Gateway
from doors.processes import resident_megabytes
from doors.raw_socket import RawSocket
from doors.stack import wait_for

CONNECTIONS = 200
WRONG_KEY = "sk_live_" + "0" * 38
# Of a process that holds a budget of 16 MB; 200 bodies of a megabyte would be 200.
GROWTH_MEGABYTES = 48


def head(path, key, *lines):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}",
                        "Content-Type: application/json", *lines, "", ""]).encode()


class Crowd(ContractCase):
    """Many connections at once, to a gateway with a small budget."""

    def setUp(self):
        self.gateway = Gateway(self.stack, VF_BODY_BUDGET="16", VF_LOOPS="2",
                               VF_RATE_LIMITS="off")
        self.gateway.start()
        self.addCleanup(self.gateway.stop)

    def crowd(self, key):
        """The statuses of those answered, while all but a byte of each body is sent."""
        statuses = []
        sockets = [RawSocket(self.gateway.url, 20) for _ in range(CONNECTIONS)]

        def send(raw):
            try:
                raw.send(head(EVENTS_BULK, key, f"Content-Length: {MIB}"))
                raw.send(b" " * (MIB - 1))
            except OSError:
                pass  # refused meanwhile
            answer = raw.answer() if key == WRONG_KEY else None
            statuses.append(answer.status if answer else None)

        workers = [threading.Thread(target=send, args=(raw,)) for raw in sockets]
        for worker in workers:
            worker.start()
        return sockets, workers, statuses

    def growth_while(self, key):
        pid = self.gateway.process.pid
        first = most = resident_megabytes(pid)
        sockets, workers, statuses = self.crowd(key)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            most = max(most, resident_megabytes(pid))
            time.sleep(0.02)
        for raw in sockets:
            if key != WRONG_KEY:
                raw.close()
        for worker in workers:
            worker.join()
        for raw in sockets:
            raw.close()
        print(f"{CONNECTIONS} connections: {first:.0f} -> {most:.0f} MB", flush=True)
        return most - first, statuses

    def test_a_wrong_key_is_refused_before_its_body_is_read(self):
        growth, statuses = self.growth_while(WRONG_KEY)
        self.assertEqual(set(statuses), {401})
        self.assertLess(growth, GROWTH_MEGABYTES)

    def test_bodies_of_one_project_take_their_share_and_leave_the_rest(self):
        other = self.gateway.ingest(self.stack.new_project("beside it").key)
        self.assertEqual(other.post(EVENTS, event()).status, 202)
        sockets, workers, _ = self.crowd(self.project.key)
        for worker in workers:
            worker.join()
        # A quarter of 16 MB holds three of them whole; the rest was refused or waits for nothing.
        self.assertEqual(other.post(EVENTS, event()).status, 202)
        self.assertEqual(self.gateway.ingest(self.project.key).post(
            BATCH, padded({"events": [event()]}, MIB)).status, 503)
        self.assertLess(resident_megabytes(self.gateway.process.pid), 20 + GROWTH_MEGABYTES)
        for raw in sockets:
            raw.close()
        mine = self.gateway.ingest(self.project.key)
        wait_for("room again", lambda: mine.post(
            BATCH, padded({"events": [event()]}, MIB)).status == 202)


class Expectation(ContractCase):
    def answer(self, key, *lines):
        raw = RawSocket(self.stack.env["VF_INGEST_URL"])
        self.addCleanup(raw.close)
        raw.send(head(EVENTS, key, "Expect: 100-continue", *lines))
        return raw, raw.answer()

    def test_who_has_no_key_is_not_told_to_go_on(self):
        _, answer = self.answer(WRONG_KEY, "Content-Length: 100")
        self.assert_refused(answer, 401, "auth_required")

    def test_what_is_too_large_or_in_another_coding_is_not_asked_for(self):
        _, answer = self.answer(self.project.key, f"Content-Length: {256 * KIB + 1}")
        self.assert_refused(answer, 413, "payload_too_large")
        _, answer = self.answer(self.project.key, "Content-Length: 100", "Content-Encoding: br")
        self.assert_refused(answer, 415, "unsupported_media_type")
        self.assertEqual(answer.headers["Accept-Encoding"], "gzip")

    def test_who_may_go_on_is_told_so(self):
        body = json.dumps(event()).encode()
        raw, answer = self.answer(self.project.key, f"Content-Length: {len(body)}")
        self.assertEqual(answer.status, 100)
        raw.send(body)
        self.assertEqual(raw.answer().status, 202)

    def test_a_refusal_keeps_the_connection_of_a_short_body(self):
        connection = http.client.HTTPConnection(self.api.url.hostname, self.api.url.port, timeout=20)
        self.addCleanup(connection.close)
        for key, status in ((WRONG_KEY, 401), (self.project.key, 202)):
            connection.request("POST", EVENTS, json.dumps(event()), {
                "Authorization": "Bearer " + key, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, status)
            self.assertNotEqual(answer.headers["Connection"], "close")


class Gzip(ContractCase):
    def packed(self, path, raw, **headers):
        return self.post(path, gzip.compress(raw), Content_Encoding="gzip", **headers)

    def test_a_packed_event_is_stored_as_it_was_before(self):
        body = json.dumps(event(external_user_id="packed", properties={"n": 1.5})).encode()
        self.assertEqual(self.packed(EVENTS, body).status, 202)
        stored = self.events_of("packed")
        self.assertEqual([each["properties"] for each in stored], [{"n": 1.5}])

    def test_a_key_stands_for_a_body_packed_or_not(self):
        key, body = new_key(), json.dumps(event(external_user_id="twice")).encode()
        self.assertEqual(self.post(EVENTS, body, Idempotency_Key=key).status, 202)
        self.assertEqual(self.packed(EVENTS, body, Idempotency_Key=key).status, 202)
        other = json.dumps(event(external_user_id="other")).encode()
        self.assert_refused(self.packed(EVENTS, other, Idempotency_Key=key), 422,
                            "idempotency_key_reuse", "Idempotency-Key")
        self.assertEqual(len(self.events_of("twice")), 1)

    def test_limits_are_of_what_was_packed(self):
        self.assertEqual(self.packed(USERS, padded({"external_user_id": "u"}, 256 * KIB)).status,
                         202)
        self.assert_refused(self.packed(USERS, padded({"external_user_id": "u"}, 256 * KIB + 1)),
                            413, "payload_too_large")

    def test_a_bomb_is_refused(self):
        bomb = gzip.compress(b" " * (64 * MIB))
        self.assertLess(len(bomb), 256 * KIB)
        self.assert_refused(self.post(EVENTS, bomb, Content_Encoding="gzip"), 413,
                            "payload_too_large")

    def test_what_is_no_gzip_is_malformed(self):
        sound = gzip.compress(json.dumps(event()).encode())
        for body in (sound[:-1], sound + b"x", json.dumps(event()).encode()):
            self.assert_refused(self.post(EVENTS, body, Content_Encoding="gzip"), 400,
                                "bad_request")


if __name__ == "__main__":
    unittest.main()
