"""What platform teams see of the processes: help, configuration, probes, metrics, drain."""

import base64
import json
import os
import re
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from doors.processes import binary, process_id, settings_removed
from doors.stack import Stack, run_dir, wait_for

SERVICES = ("ingest-gateway", "normaliser", "trigger-evaluator", "webhook-dispatcher", "console")


def run(service, *arguments, **environment):
    return subprocess.run([binary(service), *arguments],
                          env={**settings_removed(os.environ), **environment},
                          capture_output=True, text=True, timeout=20)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


class Operations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()

    def admin(self, service):
        name = "VF_ADMIN_URL_" + service.upper().replace("-", "_") + "_1"
        return self.stack.env[name]

    def test_help_lists_every_setting(self):
        for service in SERVICES:
            with self.subTest(service):
                done = run(service, "--help")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("VF_ADMIN_LISTEN", done.stdout)
                self.assertIn("VF_DRAIN_LIMIT", done.stdout)

    def test_every_setting_of_help_is_known_to_all(self):
        names = set()
        for service in SERVICES:
            names |= set(re.findall(r"\bVF_[A-Z_]+", run(service, "--help").stdout))
        environment = {name: "" for name in names}
        done = run("normaliser", "--print-config", **environment)
        self.assertNotIn("unknown", done.stderr)

    def test_every_fault_of_the_configuration_is_told_at_once(self):
        for service in SERVICES:
            with self.subTest(service):
                done = run(service, VF_DRAIN_LIMIT="soon", VF_DRAIN_LIMT="1s")
                self.assertEqual(done.returncode, 64, done)
                self.assertIn("VF_DRAIN_LIMIT", done.stderr)
                self.assertIn("VF_DRAIN_LIMT", done.stderr)
                self.assertIn("VF_DATABASE_URL", done.stderr)

    def test_secrets_are_not_printed(self):
        done = run("console", "--print-config", VF_DATABASE_URL="postgresql://u:hush@h/d",
                   VF_KAFKA_BROKERS="b:1", VF_ADMIN_TOKEN="hush-token-hush-token",
                   VF_MASTER_KEY="aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g=",
                   VF_LINK_KEYS="1:aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g=")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("VF_KAFKA_BROKERS", done.stdout)
        self.assertNotIn("hush", done.stdout)

    def test_a_service_that_cannot_start_says_so(self):
        done = run("normaliser", VF_DATABASE_URL="postgresql://vf@127.0.0.1:9/vf",
                   VF_KAFKA_BROKERS="127.0.0.1:9", VF_START_LIMIT="1s",
                   VF_LINK_KEYS="1:" + base64.b64encode(bytes(32)).decode())
        self.assertEqual(done.returncode, 75, done)

    def test_probes_and_metrics(self):
        for service in SERVICES:
            with self.subTest(service):
                url = self.admin(service)
                self.assertEqual(fetch(url + "/livez")[0], 200)
                self.assertEqual(fetch(url + "/readyz")[0], 200)
                status, text = fetch(url + "/metrics")
                self.assertEqual(status, 200)
                names = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
                self.assertTrue(names)
                self.assertTrue(all(name.startswith("vf_") for name in names), names)

    def test_logs_are_json_lines_without_secrets(self):
        for service in SERVICES:
            with self.subTest(service):
                text = (run_dir() / "log" / f"{service}.1.log").read_text(encoding="utf-8")
                for line in text.splitlines():
                    entry = json.loads(line)
                    self.assertLessEqual({"ts", "level", "service", "msg"}, set(entry))
                self.assertNotIn(self.stack.env["VF_API_KEY"], text)
                self.assertNotIn(self.stack.env["VF_ADMIN_TOKEN"], text)

    def test_sigterm_drains_and_ends_with_zero(self):
        for service in SERVICES:
            with self.subTest(service):
                pid = process_id(f"{service}.1")
                started = time.monotonic()
                os.kill(pid, signal.SIGTERM)
                wait_for("the end", lambda: not os.path.exists(f"/proc/{pid}"), 30)
                self.assertLess(time.monotonic() - started, 26)
                wait_for("the next life", lambda: self.is_ready(service), 30)
                log = (run_dir() / "log" / f"{service}.1.log").read_text(encoding="utf-8")
                self.assertRegex(log, '"msg":"drained"')

    def is_ready(self, service):
        try:
            return fetch(self.admin(service) + "/readyz")[0] == 200
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
