"""A cluster of three real nodes, three copies of each record and two that must have it: one node is
killed and comes back, and nothing is lost. TLS, client certificates and SCRAM are on all the time,
and whoever is not let in says why."""

import base64
import json
import os
import subprocess
import threading
import unittest
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from doors.gateway import free_port
from doors.kafka_cluster import Authority, KafkaCluster
from doors.processes import binary, settings_removed
from doors.stack import ROOT, Stack, run_dir, wait_for

TRAFFIC = Path(os.environ.get("VF_SERVICES_DIR", ROOT / ".run" / "build" / "dev" / "services")
               ).parent / "tests" / "chaos" / "cluster_traffic"
# More than what may have been on its way.
ENOUGH = 200


class Traffic:
    """Records written and read all the time, in a process of their own, on a topic that no service
    of these tests reads."""

    def __init__(self, settings):
        self.process = subprocess.Popen([TRAFFIC, "vf.deliveries", f"test.{uuid.uuid4()}"],
                                        env=settings, stdout=subprocess.PIPE, text=True)
        self.last = {"acknowledged": 0, "read": 0}
        self.reader = threading.Thread(target=self.follow, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def follow(self):
        for line in self.process.stdout:
            if line.startswith('{"acknowledged"'):
                self.last = json.loads(line)

    def wait_for_more(self):
        """Many more acknowledged, and read, than now."""
        before = self.last
        wait_for("the traffic to go on", lambda: all(
            self.last[what] > before[what] + ENOUGH for what in ("acknowledged", "read")))

    def end(self):
        self.process.terminate()
        self.process.wait(120)
        self.reader.join()
        return self.last


class Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.cluster = KafkaCluster()
        cls.enterClassContext(cls.cluster)
        done = cls.migrate()
        if done.returncode != 0:
            raise AssertionError(done.stdout)

    @classmethod
    def environment(cls, **changes):
        return {**settings_removed(os.environ), **cls.cluster.settings(**changes),
                "VF_DATABASE_URL": cls.stack.env["VF_DATABASE_URL"]}

    @classmethod
    def migrate(cls, **changes):
        environment = {**cls.environment(**changes),
                       "VF_MIGRATIONS_DIR": str(ROOT / "deploy" / "migrations")}
        return subprocess.run([binary("console"), "migrate"], env=environment, timeout=90,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def refused(self, **changes):
        """What `console migrate` says of settings that cannot work."""
        done = self.migrate(**changes)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_a_node_that_dies_and_comes_back_costs_no_record(self):
        with Traffic({**settings_removed(os.environ), **self.cluster.settings()}) as traffic:
            traffic.wait_for_more()
            self.cluster.kill(1)
            traffic.wait_for_more()  # without the node
            self.cluster.start(1)
            self.cluster.wait()
            traffic.wait_for_more()
            found = traffic.end()
        print(found, flush=True)
        self.assertEqual(found["missing"], 0)
        # Twice is only what was sent twice because no answer came in time.
        self.assertLessEqual(found["doubled"], found["repeated"])

    def test_a_wrong_password_is_said_to_be_one(self):
        said = self.refused(VF_KAFKA_SASL_PASSWORD="wrong")
        self.assertIn("broker_refused", said)
        self.assertIn("SASL authentication error", said)
        self.assertNotIn("wrong", said)

    def test_an_authority_that_is_not_ours_and_a_name_that_is_not_theirs_are_refused(self):
        directory = self.cluster.directory / "other"
        directory.mkdir()
        said = self.refused(VF_KAFKA_TLS_CA_FILE=str(Authority(directory).certificate))
        self.assertIn("broker_refused", said)
        self.assertIn("certificate verify failed", said)
        by_number = ",".join(f"127.0.0.1:{self.cluster.ports[node, 'client']}"
                             for node in self.cluster.nodes)
        self.assertIn("certificate verify failed", self.refused(VF_KAFKA_BROKERS=by_number))
        done = self.migrate(VF_KAFKA_BROKERS=by_number, VF_KAFKA_TLS_VERIFY_NAME="false")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_topics_that_keep_less_than_the_settings_say_are_refused_with_their_values(self):
        said = self.refused(VF_KAFKA_REPLICATION="4", VF_KAFKA_MIN_INSYNC_REPLICAS="2")
        self.assertIn("topic_mismatch vf.ingest has 3 replicas", said)
        self.assertIn("VF_KAFKA_REPLICATION says 4", said)
        said = self.refused(VF_KAFKA_MIN_INSYNC_REPLICAS="3")
        self.assertIn("topic_mismatch vf.", said)
        self.assertIn("min.insync.replicas=2, VF_KAFKA_MIN_INSYNC_REPLICAS says 3", said)

    def test_a_service_says_in_its_readiness_why_it_is_not_let_in(self):
        port = free_port()
        environment = {**self.environment(VF_KAFKA_SASL_PASSWORD="wrong"),
                       "VF_ADMIN_LISTEN": f"127.0.0.1:{port}", "VF_START_LIMIT": "5s"}
        with subprocess.Popen([binary("trigger-evaluator")], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as service:
            wait_for("the reason", lambda: "Authentication failed" in because(port).get("broker", ""))
            log, _ = service.communicate(timeout=30)
        self.assertEqual(service.returncode, 75)
        self.assertIn("Authentication failed", log.splitlines()[-1])

    def test_a_service_that_is_let_in_is_ready(self):
        port = free_port()
        environment = {**self.environment(), "VF_ADMIN_LISTEN": f"127.0.0.1:{port}",
                       "VF_REPLICA": "of-a-test",
                       "VF_LINK_KEYS": "1:" + base64.b64encode(bytes(32)).decode()}
        with open(run_dir() / "log" / "normaliser-of-a-cluster.log", "wb") as log, \
                subprocess.Popen([binary("normaliser")], env=environment, stdout=log,
                                 stderr=subprocess.STDOUT) as service:
            try:
                wait_for("the service", lambda: readiness(port).get("ready"))
            finally:
                service.terminate()
                service.wait(30)
        self.assertEqual(service.returncode, 0)


def readiness(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.load(refused)
    except OSError:
        return {}


def because(port):
    return readiness(port).get("because", {})


if __name__ == "__main__":
    unittest.main()
