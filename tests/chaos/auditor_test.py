"""The auditor must find what is planted, and nothing in a clean run."""

import unittest

from auditor import Client, Receipt, Store, audit


def clean():
    client, store, receipts = Client(), Store(), []
    for user in ("ada", "grace"):
        client.accepted_users.add(user)
        client.signed_up.add(user)
        store.users.append(user)
        store.drafts.append((user, f"d-{user}"))
        store.fired.append((f"d-{user}", f"evt-fired-{user}"))
        for n in range(3):
            mark = f"{user}-{n}"
            client.accepted_events[mark] = user
            client.order[user].append(mark)
            store.events.append((mark, user, f"2024-11-20T12:00:0{n}"))
        message = f"m-{user}"
        client.accepted_opens.add(message)
        store.outcomes.append((message, f"evt-{user}"))
        for endpoint in ("ep-1", "ep-2"):
            receipts.append(Receipt(endpoint, f"evt-{user}", "email.opened", message, b"{}"))
            receipts.append(Receipt(endpoint, f"evt-fired-{user}", "trigger.fired", f"d-{user}",
                                    b"{}"))
    return client, store, receipts


class Auditor(unittest.TestCase):
    def faults(self, plant):
        client, store, receipts = clean()
        plant(client, store, receipts)
        return audit(client, store, receipts, ["ep-1", "ep-2"])

    def assert_one(self, plant, sentence):
        faults = self.faults(plant)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(sentence, faults[0])

    def test_a_clean_run_has_no_fault(self):
        self.assertEqual(self.faults(lambda client, store, receipts: None), [])

    def test_a_lost_event(self):
        self.assert_one(lambda c, s, r: s.events.pop(1), "is nowhere")

    def test_a_doubled_event(self):
        self.assert_one(lambda c, s, r: s.events.append(s.events[2]), "is in 2 places")

    def test_an_event_both_stored_and_quarantined(self):
        self.assert_one(lambda c, s, r: s.quarantined.append("ada-0"), "is in 2 places")

    def test_a_quarantined_event_is_not_lost(self):
        def plant(client, store, receipts):
            store.events.pop(0)
            store.quarantined += ["ada-0", "ada-0"]
        self.assertEqual(self.faults(plant), [])

    def test_a_malformed_event_that_was_taken_for_good(self):
        self.assert_one(lambda c, s, r: c.malformed.add("ada-0"), "was not set aside")

    def test_an_event_out_of_thin_air(self):
        self.assert_one(lambda c, s, r: s.events.append(("x", "ada", "2024-11-20T12:00:09")),
                        "was never accepted")

    def test_an_event_under_another_user(self):
        def plant(client, store, receipts):
            mark, _, at = store.events[0]
            store.events[0] = (mark, "grace", at)
        self.assertIn("is stored under grace", self.faults(plant)[0])

    def test_reordered_events(self):
        def plant(client, store, receipts):
            (first, user, at), (second, _, later) = store.events[0], store.events[1]
            store.events[0], store.events[1] = (first, user, later), (second, user, at)
        self.assert_one(plant, "out of order")

    def test_an_event_that_never_attached(self):
        def plant(client, store, receipts):
            store.unattached = 1
        self.assert_one(plant, "not attached")

    def test_a_lost_user(self):
        self.assert_one(lambda c, s, r: s.users.remove("ada"), "stored 0 times")

    def test_a_user_welcomed_twice(self):
        def plant(client, store, receipts):
            store.drafts.append(("ada", "d-more"))
            store.fired.append(("d-more", "evt-more"))
            store.dead += [("evt-more", "ep-1"), ("evt-more", "ep-2")]
        self.assert_one(plant, "welcomed 2 times")

    def test_a_user_not_welcomed(self):
        self.assert_one(lambda c, s, r: s.drafts.pop(0), "welcomed 0 times")

    def test_a_fire_that_was_not_told_onwards(self):
        self.assert_one(lambda c, s, r: s.fired.pop(0), "the fire of d-ada for ada is 0 events")

    def test_a_fire_under_two_ids(self):
        self.assert_one(lambda c, s, r: s.fired.append(("d-ada", "evt-x")),
                        "the fire of d-ada for ada is 2 events")

    def test_a_fire_an_endpoint_was_never_told_of(self):
        self.assert_one(lambda c, s, r: r.pop(1), "ep-1 was never told of trigger.fired d-ada")

    def test_a_lost_outcome(self):
        self.assert_one(lambda c, s, r: s.outcomes.pop(0), "decided 0 times")

    def test_an_outcome_decided_twice(self):
        self.assert_one(lambda c, s, r: s.outcomes.append(("m-ada", "evt-ada")),
                        "decided 2 times")

    def test_an_endpoint_that_was_never_told(self):
        self.assert_one(lambda c, s, r: r.pop(2), "ep-2 was never told of email.opened m-ada")

    def test_a_dead_letter_is_not_lost(self):
        def plant(client, store, receipts):
            receipts[2:4] = []
            store.dead += [("evt-ada", "ep-2"), ("evt-fired-ada", "ep-2")]
        self.assertEqual(self.faults(plant), [])

    def test_the_same_outcome_under_two_ids(self):
        other = Receipt("ep-1", "evt-x", "email.opened", "m-ada", b"{}")
        self.assert_one(lambda c, s, r: r.append(other), "under 2 ids")

    def test_a_repeat_with_other_bytes(self):
        other = Receipt("ep-1", "evt-ada", "email.opened", "m-ada", b"{ }")
        self.assert_one(lambda c, s, r: r.append(other), "different bodies")

    def test_a_repeat_with_the_same_bytes_is_allowed(self):
        self.assertEqual(self.faults(lambda c, s, r: r.append(r[0])), [])


if __name__ == "__main__":
    unittest.main()
