"""A short seeded plan: every service is killed, told to stop and frozen in the middle of a load,
and the auditor finds nothing lost and nothing that had effect twice.

VF_TEST_SEED repeats a run; VF_TEST_USERS and VF_TEST_KILLS make it longer."""

import os
import random
import time
import unittest

from auditor import Receipt, audit
from doors.receiver import Receiver, signature_fault
from doors.stack import Stack, wait_for
from evidence import read_store
from faults import Faults
from load import Load

SEED = int(os.environ.get("VF_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
USERS = int(os.environ.get("VF_TEST_USERS", "120"))
EVENTS_PER_USER = 12
KILLS = int(os.environ.get("VF_TEST_KILLS", "2"))
SETTLE_SECONDS = 60


class Flaky:
    """A receiver that fails now and then, repeatably; never so often that a delivery dies of it."""

    def __init__(self, seed):
        self.rng = random.Random(f"receiver/{seed}")

    def __call__(self, path, body):
        return 500 if path == "/flaky" and self.rng.random() < 0.1 else 204


class Kill(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_has_effect_twice(self):
        print(f"seed {SEED}", flush=True)
        stack = Stack()
        project = stack.new_project(f"chaos {SEED}")
        project.activate("welcome")
        project.set_postmark("postmark", "secret")
        with Receiver(Flaky(SEED)) as receiver:
            endpoints = {path: project.new_endpoint(receiver.url(path), "email.opened")
                         for path in ("/steady", "/flaky")}
            faults = Faults(SEED, KILLS)
            load = Load(project, SEED, USERS, EVENTS_PER_USER)
            faults.start()
            client = load.run()
            drafts = self.wait_for_drafts(stack, project, client)
            load.opens(drafts, "postmark", "secret")
            faults.join()
            self.report(faults, load)
            verdict = self.settle(stack, project, client, receiver, endpoints)
        self.assertEqual(verdict, [])

    def wait_for_drafts(self, stack, project, client):
        """Half of the drafts are opened while faults go on; the rest must come all the same."""
        def enough():
            store = read_store(stack.env["VF_DATABASE_URL"], project.id)
            return len(store.drafts) >= len(client.signed_up) // 2
        wait_for("drafts", enough, SETTLE_SECONDS)
        return wait_for("the console", lambda: self.first_drafts(project), SETTLE_SECONDS)

    @staticmethod
    def first_drafts(project):
        try:
            found = project.drafts(limit=60)
        except Exception:  # the console is being killed too; asked again
            return None
        return [{"id": draft["id"], "recipient": "unknown@example.com"} for draft in found]

    def settle(self, stack, project, client, receiver, endpoints):
        """The verdict once the pipeline has come to rest, or when patience is over."""
        last = time.monotonic() + SETTLE_SECONDS
        while True:
            verdict = self.verdict(stack, project, client, receiver, endpoints)
            if not verdict or time.monotonic() > last:
                return verdict
            time.sleep(1)

    @staticmethod
    def verdict(stack, project, client, receiver, endpoints):
        store = read_store(stack.env["VF_DATABASE_URL"], project.id)
        receipts = []
        faults = []
        for path, endpoint in endpoints.items():
            for told in receiver.deliveries(path):
                if told.status == 204:
                    receipts.append(Receipt(endpoint["id"], told.json["id"],
                                            told.json["data"]["messageId"], told.body))
        for path, endpoint in endpoints.items():
            sample = receiver.deliveries(path)[:5]
            faults += [f"signature: {fault}" for told in sample
                       if (fault := signature_fault(told.header, told.body, endpoint["secret"],
                                                    told.at))]
        return faults + audit(client, store, receipts,
                              [endpoint["id"] for endpoint in endpoints.values()])

    @staticmethod
    def report(faults, load):
        counts = {}
        for _, fault in faults.done:
            counts[fault] = counts.get(fault, 0) + 1
        print(f"{len(load.log.accepted_events)} events and {len(load.log.accepted_users)} users "
              f"accepted, {len(load.log.accepted_opens)} opens, {load.refusals} refused tries, "
              f"faults {counts}", flush=True)


if __name__ == "__main__":
    unittest.main()
