"""A stage that is killed and comes back goes on at once: its partitions do not wait until the dead
member's session has ended, not even when kills come faster than sessions end. Who leaves for good
costs the others nothing, and two that call themselves one are found out.

VF_TEST_KILLS makes the second test longer, at five seconds a kill."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from doors import postmark
from doors.database import rows
from doors.processes import process_id, scale
from doors.receiver import Receiver
from doors.stack import Stack, expect, wait_for
from faults import living

# But for those of large mail: the traffic has none.
CONSUMERS = {
    "normaliser": ("vf.normaliser.ingest", "vf.normaliser.backfill", "vf.normaliser.mail"),
    "webhook-dispatcher": ("vf.dispatcher.webhooks", "vf.dispatcher.fired",
                           "vf.dispatcher.deliveries"),
    "console": ("vf.console.quarantine", "vf.console.dead-letter"),
}
SESSION_SECONDS = 10
# Who waits for a session waits for nearly all of it.
AT_ONCE_SECONDS = SESSION_SECONDS / 2
KILL_EVERY_SECONDS = 5
KILLS = int(os.environ.get("VF_TEST_KILLS", "3"))
PACE_SECONDS = 0.1
SETTLE_SECONDS = 60


class Traffic(threading.Thread):
    """Something for every consumer of the house, a few times a second, until `end`."""

    def __init__(self, project, draft):
        super().__init__(daemon=True)
        self.project = project
        self.draft = draft
        self.ended = threading.Event()
        self.sent = 0

    def run(self):
        while not self.ended.wait(PACE_SECONDS):
            with contextlib.suppress(Exception):  # what is refused is not sent again
                self.send(f"{self.sent}-{uuid.uuid4()}")
            self.sent += 1

    def send(self, user):
        self.project.identify(user, email=f"{self.sent}@example.com")
        self.project.track(user, "user_signed_up")  # a rule fires: fired, deliveries
        self.project.track(user, "trial_expiring", properties={"daysLeft": "soon"})  # quarantine
        self.project.ingest.post("/api/v1/events/bulk", {"events": [
            {"external_user_id": user, "name": "long_ago", "timestamp": "2024-01-01T00:00:00Z"}]})
        postmark.post(self.project.ingest, self.project.id, "postmark", "secret",
                      postmark.open_body(self.draft, "somebody@example.com"))  # mail, webhooks

    def end(self):
        self.ended.set()
        self.join()


class Effects(threading.Thread):
    """When each effect was last seen to grow, and the longest time it did not."""

    def __init__(self, counts):
        super().__init__(daemon=True)
        self.counts = counts
        self.ended = threading.Event()
        self.last = {}
        self.since = {}
        self.longest = {}

    def run(self):
        while not self.ended.wait(0.25):
            now = time.monotonic()
            for name, count in self.counts().items():
                if count != self.last.get(name):
                    self.last[name] = count
                    self.since[name] = now
                gap = now - self.since[name]
                self.longest[name] = max(self.longest.get(name, 0), gap)

    def end(self):
        self.ended.set()
        self.join()
        return self.longest


def processed(stack, instance):
    """Records processed since this process started, by consumer."""
    url = stack.env["VF_ADMIN_URL_" + re.sub(r"[.-]", "_", instance).upper()] + "/metrics"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    found = re.findall(r'^vf_consumer_records_total\{consumer="([^"]+)"\} (\d+)', text,
                       re.MULTILINE)
    return {consumer: int(count) for consumer, count in found}


def readiness(url):
    try:
        with urllib.request.urlopen(url + "/readyz", timeout=2) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.load(refused)


class Twin:
    """A second process with the settings of a running one, its replica id among them."""

    def __init__(self, instance):
        pid = process_id(instance)
        raw = Path(f"/proc/{pid}/environ").read_bytes().decode()
        settings = dict(pair.split("=", 1) for pair in raw.split("\0") if "=" in pair)
        settings["VF_ADMIN_LISTEN"] = "127.0.0.1:0"
        self.process = subprocess.Popen([os.readlink(f"/proc/{pid}/exe")], env=settings,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.url = None

    def __enter__(self):
        for line in self.process.stdout:
            port = json.loads(line).get("admin_port")
            if port:
                self.url = f"http://127.0.0.1:{port}"
                break
        self.reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(30)
        self.reader.join()
        self.process.stdout.close()


def kill(service):
    pid = living(f"{service}.1")
    os.kill(pid, signal.SIGKILL)
    return pid


def await_restart(service, old):
    def restarted():
        with contextlib.suppress(OSError, ValueError):
            return process_id(f"{service}.1") != old
        return False
    wait_for(f"{service} to start again", restarted, SETTLE_SECONDS)
    return time.monotonic()


class Rejoin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.project = cls.stack.new_project("rejoin")
        cls.project.activate("welcome")
        cls.project.set_postmark("postmark", "secret")
        cls.receiver = Receiver(lambda path, body: 500 if path == "/failing" else 204)
        cls.addClassCleanup(cls.receiver.close)
        cls.project.new_endpoint(cls.receiver.url("/steady"), "email.opened", "trigger.fired")
        cls.project.new_endpoint(cls.receiver.url("/failing"), "trigger.fired")
        cls.project.identify("first", email="first@example.com")
        cls.project.track("first", "user_signed_up")
        draft = wait_for("a draft", cls.project.drafts)[0]["id"]
        cls.traffic = Traffic(cls.project, draft)
        cls.traffic.start()
        cls.addClassCleanup(cls.traffic.end)
        for service, consumers in CONSUMERS.items():
            cls.await_processed(service, consumers)

    @classmethod
    def await_processed(cls, service, consumers):
        """Seconds until each consumer has processed a record since its process started."""
        began = time.monotonic()
        seconds = {}

        def all_have():
            counts = processed(cls.stack, f"{service}.1")
            for consumer in consumers:
                if counts.get(consumer, 0) > 0:
                    seconds.setdefault(consumer, time.monotonic() - began)
            return len(seconds) == len(consumers)
        wait_for(f"every consumer of {service}", all_have, SETTLE_SECONDS)
        return seconds

    def effects(self):
        stored = rows(self.stack.env["VF_DATABASE_URL"], """
            SELECT (SELECT count(*) FROM events WHERE project_id = :'project') AS events,
                   (SELECT count(*) FROM mail_outcomes WHERE project_id = :'project') AS mail,
                   (SELECT count(*) FROM quarantine_items WHERE project_id = :'project')
            """, project=self.project.id)[0]
        return dict(zip(("events", "mail", "quarantine"), stored),
                    webhooks=len(self.receiver.deliveries("/steady")))

    def test_a_killed_stage_works_again_as_soon_as_it_is_back(self):
        for service, consumers in CONSUMERS.items():
            await_restart(service, kill(service))
            seconds = self.await_processed(service, consumers)
            print(*(f"{name} {took:.2f} s" for name, took in seconds.items()), flush=True)
            for consumer, took in seconds.items():
                with self.subTest(consumer=consumer):
                    self.assertLess(took, AT_ONCE_SECONDS)

    def test_kills_faster_than_sessions_end_do_not_stop_the_flow(self):
        effects = Effects(self.effects)
        effects.start()
        for _ in range(KILLS):
            began = time.monotonic()
            for service in CONSUMERS:
                kill(service)
            time.sleep(max(began + KILL_EVERY_SECONDS - time.monotonic(), 0))
        longest = effects.end()
        print(f"{KILLS} kills of all:", *(f"{name} stood still for {gap:.1f} s"
                                          for name, gap in longest.items()), flush=True)
        for name, gap in longest.items():
            with self.subTest(effect=name):
                self.assertLess(gap, SESSION_SECONDS / 2 + KILL_EVERY_SECONDS / 5)

    def await_stored(self, name, count):
        """Seconds until so many events of that name are stored."""
        began = time.monotonic()
        wait_for(f"{count} events {name}", lambda: rows(
            self.stack.env["VF_DATABASE_URL"],
            "SELECT count(*) AS n FROM events WHERE project_id = :'project' AND name = :'name'",
            project=self.project.id, name=name)[0][0] == count, SETTLE_SECONDS)
        return time.monotonic() - began

    def track_everywhere(self, name):
        """Events one after the other, for so long that every partition has some."""
        api = self.stack.ingest(self.project.key)  # the project's own is used by the traffic
        for number in range(100):
            expect(202, api.post("/api/v1/events",
                                 {"external_user_id": f"everywhere-{number}", "name": name}))
        return 100

    def readiness_of_first(self):
        return readiness(self.stack.env["VF_ADMIN_URL_NORMALISER_1"])

    def test_who_leaves_for_good_costs_the_others_no_session(self):
        scale("normaliser", 2)
        scale("normaliser", 1)
        took = self.await_stored("after_leaving", self.track_everywhere("after_leaving"))
        print(f"everything after one of two has left: {took:.2f} s", flush=True)
        self.assertLess(took, AT_ONCE_SECONDS)

    def test_two_of_one_replica_id_are_found_and_do_not_fight(self):
        conditions = {f"{name}_joined" for name in CONSUMERS["normaliser"]}
        first = process_id("normaliser.1")
        with Twin("normaliser.1") as twin:
            wait_for("the twin", lambda: readiness(twin.url)["ready"])
            wait_for("the first to say what is wrong", lambda: conditions <= {
                name for name, why in self.readiness_of_first().get("because", {}).items()
                if "another process has joined as normaliser.1" in why})
            took = self.await_stored("of_twins", self.track_everywhere("of_twins"))
            self.assertLess(took, AT_ONCE_SECONDS)
            # Neither has ended, and the first has not taken its place back.
            self.assertTrue(readiness(twin.url)["ready"])
            self.assertEqual(process_id("normaliser.1"), first)
        wait_for("the first to be ready again", lambda: self.readiness_of_first()["ready"],
                 AT_ONCE_SECONDS)
        self.await_stored("alone_again", self.track_everywhere("alone_again"))
        self.assertEqual(process_id("normaliser.1"), first)


if __name__ == "__main__":
    unittest.main()
