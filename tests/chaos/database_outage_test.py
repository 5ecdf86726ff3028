"""The database is frozen, and then read-only, under a running stack: who asks hears 503 and
Retry-After soon, every service says that it is not ready and why, no process ends, and all of it is
well again by itself once the database is."""

import http.client
import threading
import time
import unittest
import urllib.error
import urllib.request

from doors.database import execute
from doors.processes import frozen_database, process_id
from doors.stack import Stack, expect, run_dir, wait_for

# Those that work for the database; the gateway goes on without it.
SERVICES = ("normaliser", "trigger-evaluator", "webhook-dispatcher", "console")
# A call under way is given up after six seconds, who comes later is refused sooner.
ANSWER_SECONDS = 12
NOTICED_SECONDS = 15
RECOVERY_SECONDS = 30


def readiness(service):
    """Status and body of /readyz."""
    ports = dict(line.split("=", 1) for line in
                 (run_dir() / "ports").read_text(encoding="utf-8").split())
    port = ports[f"ADMIN_{service.upper().replace('-', '_')}_1"]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except (OSError, http.client.HTTPException) as nobody:
        return 0, str(nobody)


def unready_for(text):
    """Whether every service says that it waits for the database, for this reason."""
    seen = [readiness(service) for service in SERVICES]
    return all(status == 503 and '"database"' in body and text in body for status, body in seen)


def all_ready():
    return all(readiness(service)[0] == 200 for service in SERVICES)


class DatabaseOutage(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.project = self.stack.new_project("database outage")
        wait_for("readiness", all_ready, RECOVERY_SECONDS)
        self.processes = self.process_ids()

    @staticmethod
    def process_ids():
        return {service: process_id(f"{service}.1") for service in SERVICES}

    def wait_until_well(self, name):
        wait_for("readiness", all_ready, RECOVERY_SECONDS)
        wait_for(f"the event {name}", lambda: self.project.events(name=name), RECOVERY_SECONDS)
        self.assertEqual(self.process_ids(), self.processes)

    def ask(self, times):
        """What the console answers meanwhile, and after how long."""
        heard = []

        def one():
            began = time.monotonic()
            answer = self.stack.console.__class__(
                self.stack.env["VF_CONSOLE_URL"], self.stack.console.authorization
            ).get("/v1/projects")
            heard.append((answer.status, answer.headers.get("Retry-After"),
                          time.monotonic() - began))
        askers = [threading.Thread(target=one) for _ in range(times)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        return heard

    def test_a_database_that_is_frozen_keeps_nobody_waiting(self):
        expect(202, self.project.identify("frozen"))
        with frozen_database():
            heard = self.ask(12)
            wait_for("services that are not ready",
                     lambda: unready_for("database_unavailable"), NOTICED_SECONDS)
            later = self.ask(12)
            expect(202, self.project.track("frozen", "sent_meanwhile"))
        self.assertEqual({(status, retry) for status, retry, _ in heard + later}, {(503, "1")})
        self.assertLess(max(took for _, _, took in heard), ANSWER_SECONDS)
        self.assertLess(max(took for _, _, took in later), 1)
        self.wait_until_well("sent_meanwhile")
        expect(200, self.stack.console.get("/v1/projects"))

    def test_a_database_that_is_read_only_is_waited_for(self):
        expect(202, self.project.identify("reader"))
        wait_for("the user", lambda: self.project.user("reader").status == 200, RECOVERY_SECONDS)
        self.set_read_only("on")
        try:
            wait_for("services that are not ready", lambda: unready_for("read-only"),
                     NOTICED_SECONDS)
            expect(202, self.project.track("reader", "sent_to_a_reader"))
            refused = self.stack.console.post("/v1/projects", {"name": "no"})
            self.assertEqual((refused.status, refused.headers.get("Retry-After")), (503, "1"))
            expect(200, self.stack.console.get("/v1/projects"))
            wait_for("a lane that says what it waits for",
                     lambda: "database_read_only 25006" in readiness("normaliser")[1],
                     NOTICED_SECONDS)
        finally:
            self.set_read_only("off")
        self.wait_until_well("sent_to_a_reader")

    def set_read_only(self, state):
        """As after a failover: the connections end, and new ones take no writes."""
        execute(self.stack.env["VF_DATABASE_URL"],
                "SET default_transaction_read_only = off;"
                "SELECT format('ALTER DATABASE %I SET default_transaction_read_only = %s',"
                f" current_database(), '{state}') \\gexec\n"
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()")


if __name__ == "__main__":
    unittest.main()
