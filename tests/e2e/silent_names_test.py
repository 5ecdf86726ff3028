"""Names of endpoints that nobody answers for: they cost their own project and nobody else, and
when no name resolves at all it costs nobody an attempt."""

import os
import subprocess
import unittest
from pathlib import Path

from doors import postmark
from doors.name_server import NameServer
from doors.processes import binary, process_id, scale, settings_removed
from doors.receiver import Receiver
from doors.stack import Stack, expect, run_dir, wait_for

EACH = 10
SILENT = 20
# So many that the silent ones are looked up for as long as the test runs.
SCHEDULE = ",".join(["0s"] * 100)


def environment_of(pid):
    pairs = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(pair.decode().split("=", 1) for pair in pairs if b"=" in pair)


class Customer:
    """A project with a draft, of which opens can be told."""

    def __init__(self, stack, name):
        self.project = stack.new_project(name)
        self.project.activate("welcome")
        self.project.set_postmark("mail", "secret")
        expect(202, self.project.identify("ada", email="ada@example.com"))
        expect(202, self.project.track("ada", "user_signed_up"))
        self.draft = wait_for("a draft", lambda: self.project.drafts(external_user_id="ada"))[0]

    def open(self, count):
        for _ in range(count):
            body = postmark.open_body(self.draft["id"], "ada@example.com")
            expect(200, postmark.post(self.project.ingest, self.project.id, "mail", "secret", body))


class SilentNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.names = NameServer({"sound.test", "later.test"})
        cls.addClassCleanup(cls.names.close)
        running = environment_of(process_id("webhook-dispatcher.1"))
        scale("webhook-dispatcher", 0)
        cls.addClassCleanup(scale, "webhook-dispatcher", 1)
        settings = {name: value for name, value in running.items() if name.startswith("VF_")}
        settings |= {"VF_NAME_SERVERS": cls.names.address, "VF_NAME_LIMIT": "1s",
                     "VF_RETRY_SCHEDULE": SCHEDULE, "VF_ADMIN_LISTEN": "127.0.0.1:0"}
        log = (run_dir() / "log" / "silent_names_test.log").open("w", encoding="utf-8")
        cls.addClassCleanup(log.close)
        cls.dispatcher = subprocess.Popen([binary("webhook-dispatcher")],
                                          env=settings_removed(os.environ) | settings,
                                          stdout=log, stderr=subprocess.STDOUT)
        cls.addClassCleanup(cls.end_dispatcher)

    @classmethod
    def end_dispatcher(cls):
        cls.dispatcher.terminate()
        cls.dispatcher.wait(60)

    def setUp(self):
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def url(self, host, path):
        return self.receiver.url(path).replace("127.0.0.1", host)

    def test_a_project_of_silent_names_costs_no_other_a_delivery(self):
        sound = Customer(self.stack, "sound")
        sound.project.new_endpoint(self.url("sound.test", "/alone"), "email.opened")
        sound.open(EACH)
        self.receiver.wait(EACH, "/alone")

        silent = Customer(self.stack, "silent")
        for number in range(SILENT):
            silent.project.new_endpoint(self.url(f"silent{number}.test", "/never"), "email.opened")
        silent.open(EACH)
        wait_for("all silent names to be looked up", lambda: len(
            {name for name in self.names.queries if name.startswith("silent")}) == SILENT)

        sound.project.new_endpoint(self.url("sound.test", "/beside"), "email.opened")
        sound.open(EACH)
        self.receiver.wait(EACH, "/beside", seconds=15)
        states = {delivery["state"] for delivery in silent.project.deliveries()}
        self.assertEqual(states, {"pending"}, "the silent ones were not there all the time")
        self.assertEqual(self.receiver.deliveries("/never"), [])
        tried = wait_for("a failed attempt of a silent name", lambda: [
            d for d in silent.project.deliveries() if d["attempts"] > 0])
        self.assertEqual(tried[0]["state"], "pending")

    def test_while_no_name_resolves_a_delivery_keeps_its_attempts(self):
        customer = Customer(self.stack, "later")
        endpoint = customer.project.new_endpoint(self.url("later.test", "/later"), "email.opened")
        self.names.mute = True
        self.addCleanup(setattr, self.names, "mute", False)
        customer.open(1)
        # A look-up sends four queries: this is the second, after the delivery was put off.
        wait_for("two look-ups", lambda: self.names.queries.count("later.test") > 4)
        waiting = customer.project.deliveries(endpoint=endpoint["id"])
        self.assertEqual([(d["state"], d["attempts"]) for d in waiting], [("pending", 0)])
        self.names.mute = False
        self.receiver.wait(1, "/later")
        done = wait_for("the delivery", lambda: [
            d for d in customer.project.deliveries(endpoint=endpoint["id"])
            if d["state"] == "delivered"])
        self.assertEqual(done[0]["attempts"], 1)


if __name__ == "__main__":
    unittest.main()
