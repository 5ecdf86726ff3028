"""What may stand in a body: every field with every wrong type, every limit one below, at and one
above it, and the traps of JSON. The same record is judged the same at each door that takes it."""

import datetime
import json
import unittest

from contract import (BATCH, EVENTS, EVENTS_BULK, KIB, MIB, USERS, USERS_BULK, ContractCase, event,
                      good_bodies, is_bulk, nested, padded, user)
from doors.raw_socket import RawSocket

NOT_TEXT = (1, 1.5, True, [], {}, ["u1"])
NOT_OBJECT = (1, "x", "", True, [], [{}])
NOT_EMAIL = ("", "x", "x@", "@x", "a@b@c.de", "a b@c.de", "a@b c.de", "a@b.co\n", "a@b.co\x7f",
             "x,victim@example.com", "a;b@c.d", "a@c.d, b@c.d", "a@x..com", "a@-x.com", "a@x-.com",
             "a@x.com.", ".a@x.com", "a..b@x.com", "Ann <a@b.co>", '"a b"@c.de', "a@[127.0.0.1]")
NOT_TIME = ("", "yesterday", "2024-01-15", "2024-01-15T10:00:00", "10:00:00Z", "1705312800",
            "2024-01-15T10Z", "2024-01-15T10:00", "2024-01-15T10:00:00+1", "2024-02-30T10:00Z",
            "2024-13-15T10:00:00Z", "2024-02-30T10:00:00Z", "2024-01-15T24:01:00Z",
            "2024-01-15T10:00:00 Europe/Berlin")

# What programs send where they have no id.
NO_ID = ("undefined", "UNDEFINED", "null", "Null", "NaN", "nan", "[object Object]", " ", "\t\n",
         " undefined ", "\u00a0", "\u200b")

REQUIRED = {"feature_used": {"feature": "export"}, "onboarding_step": {"step": "invite"},
            "subscription_changed": {"to": "pro"}, "trial_expiring": {"daysLeft": 3},
            "user_invited": {"invitedEmail": "a@b.co"}}
REQUIRE_NOTHING = ("user_signed_up", "trial_started", "subscription_cancelled", "payment_failed",
                   "usage_threshold_reached")
RESERVED = ("$pageview", "$", "vf_internal", "vibefollow_x", "email.opened", "email.")
NOT_RESERVED = ("a$", "vf", "VF_x", "vibefollow", "email", "emails.x", "my_vf_x", " $")

# A text of one character each: limits count code points, not bytes.
CHARACTERS = ("a", "é", "\U0001f600")


def without(record, field):
    return {name: value for name, value in record.items() if name != field}


def faults_of_who():
    for make in (event, user):
        for value in (*NOT_TEXT, *NO_ID, None, "", "x" * 256, "x" * MIB):
            yield make(external_user_id=value), "external_user_id"
        yield without(make(), "external_user_id"), "external_user_id"


def event_faults():
    """Every record that is no event, and the field that is told."""
    yield from ((record, field) for record, field in faults_of_who() if "name" in record)
    for value in (*NOT_TEXT, None, "", "x" * 201, "x" * MIB, *RESERVED):
        yield event(name=value), "name"
    yield without(event(), "name"), "name"
    for value in (*NOT_OBJECT, nested(11), {"a": "x" * MIB}):
        yield event(properties=value), "properties"
    for value in (*NOT_TEXT, *NOT_TIME):
        yield event(timestamp=value), "timestamp"
    for name, properties in REQUIRED.items():
        for bag in ({}, {next(iter(properties)): None}, {"other": 1}):
            yield event(name=name, properties=bag), "properties." + next(iter(properties))
        yield event(name=name), "properties." + next(iter(properties))
        yield event(name=name, properties=None), "properties." + next(iter(properties))


def user_faults():
    yield from ((record, field) for record, field in faults_of_who() if "name" not in record)
    yield user(email="x" * MIB + "@b.co"), "email"
    for value in (*NOT_TEXT, *NOT_EMAIL):
        yield user(email=value), "email"
        yield user(traits={"email": value}), "traits.email"
    for value in (*NOT_OBJECT, nested(11), {"a": "x" * MIB}):
        yield user(traits=value), "traits"
    for value in (*NOT_TEXT, *NOT_TIME):
        yield user(timestamp=value), "timestamp"


def is_small(record):
    return len(json.dumps(record)) < 255 * KIB


def in_parts(faults):
    """Lists of records that fit a body."""
    part, size = [], 0
    for each in faults:
        size += len(json.dumps(each[0]))
        if part and size > 4 * MIB:
            yield part
            part, size = [], len(json.dumps(each[0]))
        part.append(each)
    yield part


class Types(ContractCase):
    def test_a_single_record_is_told_its_field(self):
        for path, faults in ((EVENTS, event_faults()), (USERS, user_faults())):
            for record, field in faults:
                if is_small(record):
                    with self.subTest(path, field=field, record=str(record)[:200]):
                        self.invalid(field, path, record)

    def test_a_batch_is_told_the_index_and_field_of_each_bad_record(self):
        for part in in_parts(event_faults()):
            records = [event()] + [record for record, _ in part] + [event()]
            answer = self.post(BATCH, {"events": records})
            self.assert_refused(answer, 422, "validation_failed", f"events[1].{part[0][1]}")
            self.assertEqual([error["field"] for error in answer.json["errors"]],
                             [f"events[{at}].{field}" for at, (_, field) in enumerate(part, 1)])

    def test_bulk_is_told_the_index_and_field_of_each_bad_record(self):
        for path, name, good, faults in ((EVENTS_BULK, "events", event(), event_faults()),
                                         (USERS_BULK, "users", user(), user_faults())):
            for part in in_parts(faults):
                records = [good] + [record for record, _ in part] + [good]
                answer = self.post(path, {name: records})
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(answer.json["meta"], {"received": len(records)})
                self.assertEqual(answer.data["accepted"], 2)
                self.assertEqual(answer.data["rejected"], len(part))
                told = [(error["index"], error["field"]) for error in answer.data["errors"]]
                self.assertEqual(told, [(at, field) for at, (_, field) in enumerate(part, 1)])

    def test_one_bad_record_refuses_the_batch_and_names_its_index(self):
        self.invalid("events[3].external_user_id", BATCH,
                     {"events": [event(external_user_id="batch")] * 3 + [{"name": "n"}]})
        self.assertEqual(self.events_of("batch"), [])

    def test_a_record_must_be_an_object(self):
        for value in (1, "x", True, None, []):
            with self.subTest(value):
                self.invalid(None, EVENTS, json.dumps(value).encode())
                self.invalid(None, USERS, json.dumps(value).encode())
                self.invalid("events[1]", BATCH, {"events": [event(), value]})
        answer = self.post(EVENTS_BULK, {"events": [1, "x", True, None, []]})
        self.assertEqual(answer.data["rejected"], 5)
        self.assertTrue(all("field" not in error for error in answer.data["errors"]))

    def test_a_batch_in_a_batch_is_no_event(self):
        self.invalid("events[0].external_user_id", BATCH, {"events": [{"events": [event()]}]})
        self.invalid("events[0]", BATCH, {"events": [[event()]]})
        answer = self.post(EVENTS_BULK, {"events": [{"events": [event()]}]})
        self.assertEqual(answer.data["errors"][0]["field"], "external_user_id")

    def test_the_list_must_be_a_list(self):
        for path, name in ((BATCH, "events"), (EVENTS_BULK, "events"), (USERS_BULK, "users")):
            status, code = (400, "bad_request") if is_bulk(path) else (422, "validation_failed")
            for body in ({}, {name: None}, {name: {}}, {name: "x"}, {name: 1}, {name: []},
                         {"records": []}, event()):
                with self.subTest(path, body=body):
                    self.refused(status, code, name, path, body)
            for body in (b"[]", b"1", b"null"):
                with self.subTest(path, body=body):
                    self.refused(status, code, None, path, body)

    def test_historical_is_true_or_false(self):
        for path, good in good_bodies().items():
            if path in (EVENTS, USERS):
                continue
            status, code = (400, "bad_request") if is_bulk(path) else (422, "validation_failed")
            for value in (1, "true", [], {}):
                with self.subTest(path, value=value):
                    self.refused(status, code, "historical", path, {**good, "historical": value})
            for value in (True, False, None):
                with self.subTest(path, value=value):
                    self.accepted(path, {**good, "historical": value})

    def test_what_is_optional_may_be_null_and_what_is_unknown_is_let_be(self):
        self.accepted(EVENTS, event(properties=None, timestamp=None))
        self.accepted(USERS, user(email=None, traits=None, timestamp=None))
        self.accepted(USERS, user(traits={"email": None, "plan": None, "seats": None}))
        for path, good in good_bodies().items():
            self.accepted(path, {**good, "unknown": {"a": [1]}, "id": 1})

    def test_canonical_events_ask_for_what_they_cannot_do_without(self):
        for name, properties in REQUIRED.items():
            with self.subTest(name):
                self.accepted(EVENTS, event(name=name, properties=properties))
        for name in REQUIRE_NOTHING:
            with self.subTest(name):
                self.accepted(EVENTS, event(name=name))
        self.accepted(EVENTS, event(name="trial_expiring", properties={"days_left": 3}))
        self.accepted(EVENTS, event(name="user_invited", properties={"invited_email": "a@b.co"}))

    def test_names_that_only_look_reserved_are_free(self):
        for name in NOT_RESERVED:
            with self.subTest(name):
                self.accepted(EVENTS, event(name=name))


class Limits(ContractCase):
    def at_limit(self, most, field, path, make):
        """`make(n)` is a body that measures n."""
        for size in (most - 1, most):
            with self.subTest(field, size=size):
                self.accepted(path, make(size))
        with self.subTest(field, size=most + 1):
            self.invalid(field, path, make(most + 1))

    def test_lengths_of_text(self):
        # Of an address by its bytes: 64 before the @, 63 a label.
        domain = ".".join(("x" * 63, "x" * 63, "x" * 59, "co"))
        for field, make in (("email", lambda address: user(email=address)),
                            ("traits.email", lambda address: user(traits={"email": address}))):
            self.at_limit(254, field, USERS, lambda n, m=make: m("x" * (n - 191) + "@" + domain))
            self.at_limit(64, field, USERS, lambda n, m=make: m("x" * n + "@b.co"))
            self.at_limit(63, field, USERS, lambda n, m=make: m("a@" + "x" * n + ".co"))
        for one in CHARACTERS:
            self.at_limit(255, "external_user_id", USERS, lambda n: user(external_user_id=one * n))
            self.at_limit(255, "external_user_id", EVENTS,
                          lambda n: event(external_user_id=one * n))
            self.at_limit(200, "name", EVENTS, lambda n: event(name=one * n))

    def test_bags_by_their_bytes_as_sent(self):
        most = 32 * KIB
        self.at_limit(most, "properties", EVENTS, lambda n: event(properties={"a": "x" * (n - 9)}))
        self.at_limit(most, "traits", USERS, lambda n: user(traits={"a": "x" * (n - 9)}))
        self.at_limit(most, "events[0].properties", BATCH,
                      lambda n: {"events": [event(properties={"a": "x" * (n - 9)})]})
        # White space inside the bag is the customer's, and counts.
        self.at_limit(most, "properties", EVENTS, lambda n:
                      b'{"external_user_id":"u","name":"n","properties":{' + b" " * (n - 2) + b"}}")

    def test_bags_by_their_depth(self):
        self.at_limit(10, "properties", EVENTS, lambda n: event(properties=nested(n)))
        self.at_limit(10, "properties", EVENTS, lambda n: event(properties=nested(n - 1, [])))
        self.at_limit(10, "traits", USERS, lambda n: user(traits=nested(n)))

    def test_a_body_by_its_depth(self):
        field = "unknown" + ".a" * 31
        self.at_limit(32, field, EVENTS, lambda n: event(unknown=nested(n - 1)))
        self.at_limit(32, "events[0]." + field, BATCH,
                      lambda n: {"events": [event(unknown=nested(n - 1))]})
        self.invalid("[0]" * 32, EVENTS, b"[" * 100_000)

    def test_records_of_a_batch(self):
        self.at_limit(500, "events", BATCH, lambda n: {"events": [event()] * n})
        self.accepted(BATCH, {"events": [event()]})

    def test_records_of_bulk(self):
        for path, name, record in ((USERS_BULK, "users", user()), (EVENTS_BULK, "events", event())):
            for count in (1, 999, 1000):
                with self.subTest(path, count=count):
                    answer = self.accepted(path, {name: [record] * count})
                    self.assertEqual(answer.data["accepted"], count)
            for count in (0, 1001):
                with self.subTest(path, count=count):
                    self.refused(400, "bad_request", name, path, {name: [record] * count})

    def test_sizes_of_bodies(self):
        for path, body in good_bodies().items():
            most = 256 * KIB if path in (USERS, EVENTS) else 5 * MIB
            for size in (most - 1, most):
                with self.subTest(path, size=size):
                    self.accepted(path, padded(body, size))
            with self.subTest(path, size=most + 1):
                self.too_large_by_its_announcement(path, most + 1)

    def too_large_by_its_announcement(self, path, size):
        """Not a byte of the body is waited for."""
        def send():
            with RawSocket(self.stack.env["VF_INGEST_URL"]) as raw:
                raw.send(self.head(path, f"Content-Length: {size}"))
                answer = raw.answer()
                if answer.status == 413:
                    self.assertIsNone(raw.answer())
                return answer
        self.assert_refused(self.within_the_rate(send), 413, "payload_too_large")

    def head(self, path, *lines):
        return "\r\n".join((f"POST {path} HTTP/1.1", "Host: h", "Content-Type: application/json",
                            f"Authorization: Bearer {self.project.key}", *lines, "", "")).encode()

    def test_a_body_that_does_not_announce_its_size_is_measured_as_it_comes(self):
        for size, status in ((256 * KIB - 1, 202), (256 * KIB, 202), (256 * KIB + 1, 413)):
            with RawSocket(self.stack.env["VF_INGEST_URL"]) as raw, self.subTest(size):
                raw.send(self.head(EVENTS, "Transfer-Encoding: chunked"))
                body = padded(event(), size)
                for at in range(0, size, 8 * KIB):
                    piece = body[at:at + 8 * KIB]
                    raw.send(b"%x\r\n%s\r\n" % (len(piece), piece))
                raw.send(b"0\r\n\r\n")
                self.assertEqual(raw.answer().status, status)

    def test_a_string_of_a_megabyte_is_too_much_for_a_single_record(self):
        for path, record in ((EVENTS, event(name="x" * MIB)), (USERS, user(email="x" * MIB))):
            self.refused(413, "payload_too_large", None, path, record)

    def test_a_record_by_the_number_of_its_values(self):
        def record(values):
            # Of these the event, its two texts and `unknown` are four.
            return event(unknown=[1] * (values - 4))
        for count in (19_999, 20_000):
            self.accepted(EVENTS, record(count))
            self.accepted(BATCH, {"events": [record(count)] * 3})
        field = "unknown[19996]"
        self.refused(413, "payload_too_large", field, EVENTS, record(20_001))
        self.invalid("events[1]." + field, BATCH, {"events": [event(), record(20_001)]})

    def test_a_full_bulk_of_many_properties_is_within_every_limit(self):
        bag = {f"p{n}": n for n in range(200)}
        for path, name, record in ((EVENTS_BULK, "events", event(properties=bag)),
                                   (USERS_BULK, "users", user(traits=bag))):
            self.accepted(path, {name: [record] * 1000})

    def test_the_idempotency_key(self):
        for one, (path, good) in zip("abcde", good_bodies().items()):
            for key in (one, one * 254, one * 255, one + " word", one + "~!{}"):
                with self.subTest(path, key=key[:10], length=len(key)):
                    self.accepted(path, good, Idempotency_Key=key)
            for key in ("", one * 256, "a\tb", "\xe9"):
                with self.subTest(path, key=key[:10], length=len(key)):
                    self.invalid("Idempotency-Key", path, good, Idempotency_Key=key)

    def test_a_timestamp_may_be_a_day_ahead(self):
        def ahead(**more):
            at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**more)
            return at.isoformat()
        for path, make in ((EVENTS, event), (USERS, user)):
            self.accepted(path, make(timestamp=ahead(hours=24, seconds=-30)))
            self.invalid("timestamp", path, make(timestamp=ahead(hours=24, seconds=30)))

    def test_a_timestamp_may_be_written_in_any_zone(self):
        for text in ("2024-01-15T10:00:00Z", "2024-01-15t10:00:00Z", "2024-01-15 10:00:00Z",
                     "2024-01-15T10:00:00.123456789Z", "2024-01-15T10:00:00+05:30",
                     "2024-01-15T10:00:00-0800", "1900-01-01T00:00:00Z", "2024-01-15T10:00Z",
                     "2024-01-15t10:00z", "2024-01-15 10:00:00+00", "2024-01-15T10:00:00+0000",
                     "2024-01-15T10:00:00+01", "2024-01-15T10:00+01:00"):
            with self.subTest(text):
                self.accepted(EVENTS, event(timestamp=text))


class TrapsOfJson(ContractCase):
    def test_what_is_not_json_is_a_bad_request(self):
        good = json.dumps(event()).encode()
        for path in good_bodies():
            for body in (b"", b" ", b"{", b"nonsense", b"{'a':1}", b'{"a":1,}', b"[1 2]", b"NaN",
                         b"\xef\xbb\xbf" + good, b"\xff\xfe{}", good + b" x", good + good,
                         good + b"\x00", b'{"a":"\t"}', b'{"a":"\x00"}', b'{"a":01}', b"//\n{}"):
                with self.subTest(path, body=body[-20:]):
                    self.refused(400, "bad_request", None, path, body)

    # What cannot be kept, and the field of the bag that is named.
    UNFIT = ((rb'{"a":"\u0000"}', "a"), (rb'{"\u0000":1}', r"\u0000"), (rb'{"a":"\udc00"}', "a"),
             (rb'{"a":"\ud800"}', "a"), (rb'{"a":"\ud800\u0041"}', "a"),
             (rb'{"a":"\udc00\ud800"}', "a"), (rb'{"k\ud800":1}', r"k\ud800"),
             (b'{"a":1,"a":2}', "a"), (rb'{"a":1,"\u0061":2}', "a"),
             (b'{"a":{"b":1,"b":1}}', "a.b"), (b'{"a":1e400}', "a"), (b'{"a":-1e400}', "a"),
             (b'{"a":[0,{"b":1e-20000}]}', "a[1].b"), (b'{"a":0e-20000}', "a"),
             (b'{"a":1e-16383}', "a"), (b'{"a":1e-325}', "a"), (b'{"a":' + b"1" * 65 + b"}", "a"),
             (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "a" + "[0]" * 30))

    def test_a_record_that_cannot_be_kept_is_refused_alone_among_good_ones(self):
        for path, name, bag_name, good in (
                (EVENTS_BULK, "events", "properties", b'{"external_user_id":"ok","name":"n"}'),
                (USERS_BULK, "users", "traits", b'{"external_user_id":"ok"}')):
            bad = [good[:-1] + b',"%s":' % bag_name.encode() + bag + b"}" for bag, _ in self.UNFIT]
            bad.append(good[:-1] + b',"x":"\xff"}')
            records = [record for each in bad for record in (good, each)]
            body = b'{"' + name.encode() + b'":[' + b",".join(records) + b"]}"
            answer = self.post(path, body)
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(answer.json["meta"], {"received": 2 * len(bad)})
            self.assertEqual((answer.data["accepted"], answer.data["rejected"]),
                             (len(bad), len(bad)))
            self.assertEqual({error["code"] for error in answer.data["errors"]}, {"validation"})
            told = [(error["index"], error["field"]) for error in answer.data["errors"]]
            wanted = [(2 * n + 1, f"{bag_name}.{field}") for n, (_, field) in enumerate(self.UNFIT)]
            self.assertEqual(told, [*wanted, (2 * len(bad) - 1, "x")])

    def test_a_batch_with_a_record_that_cannot_be_kept_names_it(self):
        good = self.with_properties(b"{}")
        bad = [self.with_properties(bag) for bag, _ in self.UNFIT]
        answer = self.post(BATCH, b'{"events":[' + b",".join([good, *bad, good]) + b"]}")
        self.assert_refused(answer, 422, "validation_failed", "events[1].properties.a")
        self.assertEqual([error["field"] for error in answer.json["errors"]],
                         [f"events[{n}].properties.{field}"
                          for n, (_, field) in enumerate(self.UNFIT, 1)])

    def test_bytes_that_are_not_utf_8_are_a_bad_request(self):
        for text in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\xf5\x80\x80\x80"):
            with self.subTest(text):
                self.refused(400, "bad_request", None, EVENTS, self.with_properties(
                    b'{"a":"' + text + b'"}'))

    def test_what_programs_read_in_two_ways_is_refused(self):
        for bag, field in self.UNFIT:
            with self.subTest(bag):
                self.invalid("properties." + field, EVENTS, self.with_properties(bag))
        self.invalid("name", EVENTS, b'{"name":"a","external_user_id":"trap","name":"b"}')
        self.invalid("events", BATCH, b'{"events":[],"events":[' + self.with_properties(b"{}") + b"]}")
        self.assertEqual(self.events_of("trap"), [])

    def test_what_only_looks_odd_is_let_be(self):
        for bag in (rb'{"a":"\ud83d\ude00\u00e9\/\b"}', '{"a":"\u2028é\U0001f600"}'.encode(),
                    b'{"a":1e308,"b":-0,"c":1E+2,"d":' + b"1" * 64 + b"}", b'{"":1}',
                    b'{"a":1,"A":2}', b'{"__proto__":{"x":1}}', rb'{"a":"\uffff"}'):
            with self.subTest(bag):
                self.accepted(EVENTS, self.with_properties(bag, b"odd"))

    @staticmethod
    def with_properties(bag, who=b"trap"):
        return b'{"external_user_id":"' + who + b'","name":"n","properties":' + bag + b"}"


if __name__ == "__main__":
    unittest.main()
