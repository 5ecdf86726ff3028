"""Requests that two programs would read in two ways are refused and their connection is closed, so
that nothing can hide behind them; whoever sends slowly is told so."""

import json
import threading
import unittest

from contract import EVENTS, ContractCase, event
from doors.raw_socket import RawSocket

BODY = json.dumps(event(external_user_id="framing")).encode()
LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
HOST = b"Host: ingest.example"

# Name: (header lines, body).
AMBIGUOUS = {
    "chunked and identity": ([HOST, b"Transfer-Encoding: chunked, identity"], CHUNKS),
    "an unheard-of encoding": ([HOST, b"Transfer-Encoding: xchunked"], CHUNKS),
    "an unheard-of encoding and a length": ([HOST, b"Transfer-Encoding: xchunked", LENGTH], BODY),
    "gzip and chunked": ([HOST, b"Transfer-Encoding: gzip, chunked"], CHUNKS),
    "identity": ([HOST, b"Transfer-Encoding: identity", LENGTH], BODY),
    "chunked twice": ([HOST, CHUNKED, CHUNKED], CHUNKS),
    "chunked twice in a list": ([HOST, b"Transfer-Encoding: chunked, chunked"], CHUNKS),
    "an empty encoding": ([HOST, b"Transfer-Encoding:", LENGTH], BODY),
    "a length and chunked": ([HOST, LENGTH, CHUNKED], CHUNKS),
    "chunked and a length": ([HOST, CHUNKED, LENGTH], CHUNKS),
    "two lengths that agree": ([HOST, LENGTH, LENGTH], BODY),
    "two lengths that do not": ([HOST, LENGTH, b"Content-Length: 3"], BODY),
    "a list of lengths": ([HOST, b"Content-Length: 3, 3"], BODY),
    "a length with a sign": ([HOST, b"Content-Length: +%d" % len(BODY)], BODY),
    "a negative length": ([HOST, b"Content-Length: -1"], BODY),
    "a hexadecimal length": ([HOST, b"Content-Length: 0x3"], BODY),
    "an empty length": ([HOST, b"Content-Length:"], BODY),
    "a length that no number holds": ([HOST, b"Content-Length: " + b"9" * 30], BODY),
    "no host": ([LENGTH], BODY),
    "two hosts": ([HOST, HOST, LENGTH], BODY),
    "a host that is none": ([b"Host: a b", LENGTH], BODY),
    "a folded header": ([HOST, b"X-Folded: a\r\n b", LENGTH], BODY),
    "a folded length": ([HOST, b"Content-Length:\r\n %d" % len(BODY)], BODY),
    "a space before the colon": ([HOST, b"Content-Length : %d" % len(BODY)], BODY),
    "a space before the name": ([HOST, b" " + LENGTH], BODY),
    "a header without a colon": ([HOST, b"nonsense", LENGTH], BODY),
    "a header without a name": ([HOST, b": x", LENGTH], BODY),
    "a bare line feed": ([HOST + b"\n" + LENGTH], BODY),
    "a bare carriage return": ([HOST, b"X-A: a\rb", LENGTH], BODY),
    "a NUL in a value": ([HOST, b"X-A: a\x00b", LENGTH], BODY),
    "a NUL in a name": ([HOST, b"X\x00A: a", LENGTH], BODY),
    "a chunk size that is none": ([HOST, CHUNKED], b"zz\r\n" + CHUNKS),
    "a negative chunk size": ([HOST, CHUNKED], b"-1\r\n" + CHUNKS),
    "a chunk size with a prefix": ([HOST, CHUNKED], b"0x" + CHUNKS),
    "a chunk size that no number holds": ([HOST, CHUNKED], b"f" * 20 + b"\r\n" + CHUNKS),
    "a chunk longer than it says": ([HOST, CHUNKED], b"1\r\n{}\r\n0\r\n\r\n"),
    "a chunk that ends in a bare line feed": ([HOST, CHUNKED], b"2\n{}\r\n0\r\n\r\n"),
}

REQUEST_LINES = (b"POST %s HTTP/2.0", b"POST %s HTTP/1.2", b"POST %s", b"POST  %s HTTP/1.1",
                 b"P(ST %s HTTP/1.1", b"POST %s\t HTTP/1.1", b"POST %s http/1.1",
                 b"POST %s HTTP/1.1 x", b"POST %s#x HTTP/1.1", b"POST %s\x00 HTTP/1.1")


class Connection(ContractCase):
    def connect(self, seconds=10):
        raw = RawSocket(self.stack.env["VF_INGEST_URL"], seconds)
        self.addCleanup(raw.close)
        return raw

    def request(self, lines, body, first=b"POST %s HTTP/1.1"):
        first = first.replace(b"%s", EVENTS.encode())
        key = b"Authorization: Bearer " + self.project.key.encode()
        return b"\r\n".join([first, *lines, key, b"Content-Type: application/json", b"", body])

    def closes_after(self, status, code, data):
        """One refusal, no answer to what stands behind it, and the connection is gone."""
        raw = self.connect()
        raw.send(data + self.request([HOST, LENGTH], BODY))
        answer = raw.answer()
        self.assertIsNotNone(answer, data)
        self.assert_refused(answer, status, code)
        self.assertEqual(answer.headers["Connection"], "close")
        self.assertIsNone(raw.answer())


class Ambiguous(Connection):
    def tearDown(self):
        self.assertEqual(self.events_of("framing"), [])

    def test_what_can_be_read_in_two_ways_is_refused_and_nothing_hides_behind_it(self):
        for name, (lines, body) in AMBIGUOUS.items():
            with self.subTest(name):
                self.closes_after(400, "bad_request", self.request(lines, body))

    def test_http_1_0_has_no_chunks(self):
        self.closes_after(400, "bad_request",
                          self.request([HOST, CHUNKED], CHUNKS, b"POST %s HTTP/1.0"))

    def test_request_lines_that_are_none(self):
        for line in REQUEST_LINES:
            with self.subTest(line):
                self.closes_after(400, "bad_request", self.request([HOST, LENGTH], BODY, line))


class Head(Connection):
    def test_heads_that_are_too_large(self):
        def head(size):
            known = len(self.request([HOST, b"X-Filler: ", LENGTH], b""))
            return self.request([HOST, b"X-Filler: " + b"x" * (size - known), LENGTH], BODY)
        most = 16 << 10
        for size in (most - 1, most):
            with self.subTest(size):
                raw = self.connect()
                raw.send(head(size))
                self.assertEqual(raw.answer().status, 202)
        self.closes_after(431, "headers_too_large", head(most + 1))

    def test_heads_of_too_many_lines(self):
        def head(count):
            more = [b"X-%d: x" % n for n in range(count - 4)]
            return self.request([HOST, LENGTH, *more], BODY)
        for count in (99, 100):
            with self.subTest(count):
                raw = self.connect()
                raw.send(head(count))
                self.assertEqual(raw.answer().status, 202)
        self.closes_after(431, "headers_too_large", head(101))


class Bodies(Connection):
    def test_requests_behind_each_other_are_answered_in_order(self):
        raw = self.connect()
        raw.send(self.request([HOST, LENGTH], BODY) + self.request([HOST, CHUNKED], CHUNKS) +
                 self.request([HOST, b"Content-Length: 2"], b"{}"))
        self.assertEqual([raw.answer().status for _ in range(3)], [202, 202, 422])

    def test_chunks_of_any_size_make_one_body(self):
        chunks = b"".join(b"1;a=b\r\n%c\r\n" % byte for byte in BODY)
        raw = self.connect()
        raw.send(self.request([HOST, b"transfer-encoding: Chunked"], chunks + b"00\r\n\r\n"))
        self.assertEqual(raw.answer().status, 202)

    def test_who_asks_first_is_told_to_go_on(self):
        raw = self.connect()
        raw.send(self.request([HOST, LENGTH, b"Expect: 100-continue"], b""))
        self.assertEqual(raw.answer().status, 100)
        raw.send(BODY)
        self.assertEqual(raw.answer().status, 202)

    def test_who_asks_first_with_too_much_is_refused_before_it_is_sent(self):
        raw = self.connect()
        raw.send(self.request([HOST, b"Content-Length: 262145", b"Expect: 100-continue"], b""))
        self.assert_refused(raw.answer(), 413, "payload_too_large")

    def test_the_slow_are_told_that_they_are_slow(self):
        """Ten seconds for a head, thirty for a body; both at once, so that it takes thirty."""
        slow = {"head": self.request([HOST, LENGTH], BODY)[:40],
                "body": self.request([HOST, LENGTH], BODY)[:-1]}
        answers = {}

        def wait(name):
            raw = self.connect(seconds=40)
            raw.send(slow[name])
            answers[name] = raw.answer()
            answers[name + ", then"] = raw.answer()

        waiting = [threading.Thread(target=wait, args=(name,)) for name in slow]
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join()
        for name in slow:
            with self.subTest(name):
                self.assert_refused(answers[name], 408, "request_timeout")
                self.assertIsNone(answers[name + ", then"])


if __name__ == "__main__":
    unittest.main()
