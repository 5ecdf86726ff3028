"""A gateway that is started while the database is away: with the keys it has seen, or with an honest
503 until the database is back."""

import os
import socket
import stat
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

from contract import EVENTS, ContractCase, event, new_key
from doors.gateway import Gateway, is_ready
from doors.stack import run_dir, wait_for
from doors.processes import binary

KEEP_SECONDS = 30


class Cable:
    """Between the gateway and the database, to be pulled and plugged in again."""

    def __init__(self, url):
        at = urllib.parse.urlsplit(url)
        self.target = (at.hostname, at.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = url.replace(f"{at.hostname}:{at.port}", f"127.0.0.1:{port}")
        self.plugged = True
        self.sockets = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self):
        self.plugged = False
        for each in list(self.sockets):
            self._end(each)

    def plug(self):
        self.plugged = True

    def close(self):
        self.pull()
        self.listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.plugged:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.sockets |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        self._end(one)
        self._end(other)

    def _end(self, each):
        self.sockets.discard(each)
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        each.close()


class StartWithoutPostgres(ContractCase):
    def setUp(self):
        self.cable = Cable(self.stack.env["VF_DATABASE_URL"])
        self.addCleanup(self.cable.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = Path(folder.name)

    def gateway(self, **settings):
        gateway = Gateway(self.stack, VF_DATABASE_URL=self.cable.url,
                          VF_CACHE_DIR=str(self.directory), **settings)
        self.addCleanup(gateway.stop)
        return gateway

    def start_unready(self, gateway):
        """As `Gateway.start`, but for a gateway that is not ready yet."""
        with open(run_dir() / "log" / "gateway-of-a-test.log", "ab") as log:
            gateway.process = subprocess.Popen(
                [binary("ingest-gateway")], env=gateway.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)

        def answers():
            try:
                return gateway.ingest(self.project.key).post(EVENTS, event()).status
            except OSError:
                return None
        return wait_for("an answer", answers, 30)

    def test_keys_seen_before_go_on_and_others_wait_for_the_database(self):
        gateway = self.gateway()
        gateway.start()
        self.assertEqual(gateway.ingest(self.project.key).post(EVENTS, event()).status, 202)
        self.cable.pull()
        gateway.restart()
        name = f"in_the_dark_{new_key()}"
        answer = gateway.ingest(self.project.key).post(
            EVENTS, event(external_user_id="dark", name=name), Idempotency_Key=new_key())
        self.assertEqual(answer.status, 202)
        unseen = self.stack.new_project("unseen")
        self.assert_refused(gateway.ingest(unseen.key).post(EVENTS, event()), 503, "unavailable")
        self.cable.plug()
        wait_for("the key not seen before",
                 lambda: gateway.ingest(unseen.key).post(EVENTS, event()).status == 202, 15)
        wait_for("the event", lambda: self.project.events(name=name))

    def test_without_any_key_it_says_so_and_becomes_ready_by_itself(self):
        self.cable.pull()
        gateway = self.gateway()
        self.assertEqual(self.start_unready(gateway), 503)
        self.assertFalse(is_ready(gateway.admin_url))
        self.cable.plug()
        wait_for("a gateway that is ready", lambda: is_ready(gateway.admin_url), 15)
        wait_for("an accepted event", lambda: gateway.ingest(self.project.key).post(
            EVENTS, event()).status == 202, 15)

    def test_a_key_is_not_taken_for_longer_than_the_limit(self):
        gateway = self.gateway(VF_KEY_OUTAGE_LIMIT="8s")
        gateway.start()
        api = gateway.ingest(self.project.key)
        self.assertEqual(api.post(EVENTS, event()).status, 202)
        self.cable.pull()
        last = time.monotonic()
        wait_for("the end of the limit", lambda: api.post(EVENTS, event()).status == 503, 30)
        self.assertLess(time.monotonic() - last, 20)

    def test_what_is_kept_is_sealed_and_a_crash_leaves_it(self):
        gateway = self.gateway()
        gateway.start()
        self.assertEqual(gateway.ingest(self.project.key).post(EVENTS, event()).status, 202)
        kept = self.directory / "keys.sealed"
        wait_for("the keys on disk", kept.exists, KEEP_SECONDS)
        self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)
        self.assertNotIn(self.project.id.encode(), kept.read_bytes())
        gateway.process.kill()
        gateway.process.wait()
        self.cable.pull()
        gateway.start()
        self.assertEqual(gateway.ingest(self.project.key).post(EVENTS, event()).status, 202)

    def test_a_foreign_file_is_no_key(self):
        (self.directory / "keys.sealed").write_bytes(os.urandom(500))
        self.cable.pull()
        self.assertEqual(self.start_unready(self.gateway()), 503)


if __name__ == "__main__":
    unittest.main()
