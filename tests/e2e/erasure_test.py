"""A user who asked to be forgotten, as an outsider sees it and as the tables are."""

import re
import subprocess
import unittest
import urllib.request
import uuid

from doors import postmark
from doors.database import rows
from doors.receiver import Receiver
from doors.stack import Stack, expect, wait_for

# Where a name or an address could stand, in whatever column.
TABLES = ("users", "events", "mail_outcomes", "drafts", "fires", "webhook_events", "deliveries",
          "dead_letters", "quarantine_items", "audit", "erasures", "erasure_steps",
          "erasure_progress", "erased_addresses")


class Erasure(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.project = self.stack.new_project("erasure")
        self.name = "ada-" + uuid.uuid4().hex
        self.address = f"{self.name}@example.com"
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def live_through(self):
        """Leaves something of the user in every table."""
        self.project.activate("welcome")
        self.project.set_postmark("mail", "secret")
        self.project.new_endpoint(self.receiver.url("/a"), "email.opened", "trigger.fired")
        expect(202, self.project.track(self.name, "user_signed_up"))
        expect(202, self.project.identify(self.name, email=self.address, traits={"name": "Ada"}))
        draft = wait_for("a draft",
                         lambda: self.project.drafts(external_user_id=self.name))[0]
        expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret",
                                  postmark.open_body(draft["id"], self.address)))
        self.receiver.wait(2, "/a")
        expect(202, self.project.track(self.name, "trial_expiring",
                                       properties={"daysLeft": "soon"}))
        wait_for("the quarantine", self.project.quarantine)

    def erase(self):
        path = self.project.path(f"users/{self.name}/erase")
        self.assertEqual(self.project.console.post(path, {}).status, 422)
        asked = expect(202, self.project.console.post(path, {"reason": "asked by mail"})).data
        self.assertTrue(asked["id"].startswith("era_"))
        path = self.project.path("erasures/" + asked["id"])

        def finished():
            seen = expect(200, self.project.console.get(path)).data
            return seen["finished_at"] and seen
        return wait_for("the end of the erasure", finished, 60)

    def export(self):
        """What is kept beside the events, and all the events, page by page."""
        path = self.project.path(f"users/{self.name}/export")
        answer = expect(200, self.project.console.get(path, limit=1))
        kept, events = answer.data["kept"], answer.data["events"]
        while answer.json["meta"]["next_cursor"]:
            answer = expect(200, self.project.console.get(
                path, limit=1, cursor=answer.json["meta"]["next_cursor"]))
            self.assertNotIn("kept", answer.data)
            events += answer.data["events"]
        return kept, events

    def records(self, topic):
        """Partition, offset and key of every record of the user on a topic."""
        done = subprocess.run(
            ["kcat", "-C", "-b", self.stack.env["VF_KAFKA_BROKERS"], "-t", topic, "-e", "-q",
             "-f", "%p %o %k\\n"], capture_output=True, check=True, timeout=60)
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return [line.split(" ", 2) for line in lines if line.endswith(":" + self.name)]

    def left(self):
        found = {}
        for table in TABLES:
            count = rows(self.stack.env["VF_DATABASE_URL"],
                         f"SELECT count(*) AS n FROM {table} t WHERE position(:'name' IN t::text) > 0"
                         " OR position(encode(convert_to(:'name', 'UTF8'), 'hex') IN t::text) > 0",
                         name=self.name)[0][0]
            if count:
                found[table] = count
        return found

    def test_nothing_is_left_of_a_user_anywhere(self):
        self.live_through()
        before = self.left()
        self.assertLessEqual({"users", "events", "mail_outcomes", "drafts", "webhook_events",
                              "quarantine_items"}, set(before))
        kept, events = self.export()
        self.assertEqual(kept["user"]["email"], self.address)
        self.assertEqual(kept["user"]["name"], "Ada")
        self.assertEqual([event["name"] for event in events], ["user_signed_up"])
        self.assertEqual(len(kept["drafts"]), 1)
        self.assertEqual([one["type"] for one in kept["mail_outcomes"]], ["email.opened"])
        self.assertEqual({one["type"] for one in kept["webhooks"]},
                         {"email.opened", "trigger.fired"})
        self.assertTrue(all(one["deliveries"][0]["attempts"] for one in kept["webhooks"]))
        self.assertEqual([one["code"] for one in kept["quarantine"]], ["invalid_property"])
        item = self.project.quarantine()[0]
        done = self.erase()
        self.assertEqual({step["service"] for step in done["steps"]},
                         {"console", "normaliser", "trigger-evaluator", "webhook-dispatcher"})
        self.assertTrue(all(step["done_at"] for step in done["steps"]))
        self.assertTrue(all(step["rows_removed"] > 0 for step in done["steps"]), done)
        self.assertIsNone(done["external_user_id"])
        self.assertEqual(self.left(), {})
        self.assertEqual(self.export(), ({"user": None, "drafts": [], "mail_outcomes": [],
                                          "webhooks": [], "quarantine": []}, []))
        self.assertEqual(self.project.user(self.name).status, 404)
        self.assertEqual(self.project.events(external_user_id=self.name), [])
        self.assertEqual(self.project.quarantine(), [])
        replay = self.project.console.post(f"/v1/quarantine/items/{item['id']}/replay",
                                           {"reason": "too late"})
        self.assertEqual(replay.status, 404)

    def test_a_record_of_the_time_before_brings_nobody_back_and_a_new_one_does(self):
        key = str(uuid.uuid4())
        body = {"external_user_id": self.name, "email": self.address}
        expect(202, self.project.ingest.post("/api/v1/users", body, Idempotency_Key=key))
        wait_for("the user", lambda: self.project.user(self.name).status == 200)
        self.erase()
        # The client sends again what it is not sure of, which is the same write.
        expect(202, self.project.ingest.post("/api/v1/users", body, Idempotency_Key=key))
        # And the topic is read from further back than it should be.
        old = self.records("vf.ingest")
        self.assertTrue(old)
        self.send_again(*old[0])
        expect(202, self.project.identify("marker"))
        wait_for("what came after", lambda: self.project.user("marker").status == 200)
        self.assertEqual(self.project.user(self.name).status, 404)
        expect(202, self.project.identify(self.name, traits={"plan": "new"}))
        wait_for("the new user", lambda: self.project.user(self.name).status == 200)
        user = self.project.user(self.name).data
        self.assertIsNone(user["email"])
        self.assertEqual(user["traits"], {"plan": "new"})

    def test_an_open_of_an_old_mail_brings_no_address_back(self):
        self.project.set_postmark("mail", "secret")
        expect(202, self.project.identify(self.name, email=self.address))
        wait_for("the user", lambda: self.project.user(self.name).status == 200)
        self.erase()
        dropped = self.dropped()
        for address in (self.address.upper(), "somebody@example.com"):
            expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret",
                                      postmark.open_body("drf_of_before", address)))
        wait_for("the other's", self.project.quarantine)
        wait_for("the old mail", lambda: self.dropped() == dropped + 1)
        self.assertEqual(len(self.project.quarantine()), 1)
        self.assertEqual(self.left(), {})

    def dropped(self):
        """What arrived in quarantine of erased people and was not kept."""
        url = self.stack.env["VF_ADMIN_URL_CONSOLE_1"]
        with urllib.request.urlopen(url + "/metrics", timeout=5) as answer:
            text = answer.read().decode()
        found = re.findall(r'^vf_console_erased_total\{topic="quarantine"\} (\S+)$', text,
                           re.MULTILINE)
        return sum(float(n) for n in found)

    def send_again(self, partition, offset, key):
        """One record of vf.ingest, byte by byte, once more under its key."""
        where = ["-b", self.stack.env["VF_KAFKA_BROKERS"], "-t", "vf.ingest"]
        value = subprocess.run(
            ["kcat", "-C", *where, "-p", partition, "-o", offset, "-c", "1", "-q", "-f", "%s"],
            capture_output=True, check=True, timeout=30).stdout
        subprocess.run(["kcat", "-P", *where, "-k", key, "-D", "\n\n\n"], input=value, check=True,
                       timeout=30)


if __name__ == "__main__":
    unittest.main()
