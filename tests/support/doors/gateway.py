"""One more gateway on the stores of a running stack, with settings and a port of its own, so that a
test of limits or restarts disturbs nobody."""

import contextlib
import os
import socket
import subprocess
import urllib.error
import urllib.request

from doors.processes import binary, settings_removed
from doors.stack import Api, run_dir, wait_for

STOP_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """Ready inside its `with`; `restart` gives a new process at the same address."""

    def __init__(self, stack, **settings):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin_url = f"http://127.0.0.1:{free_port()}"
        self.environment = {
            **settings_removed(os.environ), **master_key(),
            "VF_DATABASE_URL": stack.env["VF_DATABASE_URL"],
            "VF_KAFKA_BROKERS": stack.env["VF_KAFKA_BROKERS"],
            "VF_KAFKA_REPLICATION": "1", "VF_KAFKA_MIN_INSYNC_REPLICAS": "1",
            "VF_LISTEN": f"127.0.0.1:{self.port}",
            "VF_ADMIN_LISTEN": self.admin_url.removeprefix("http://"),
            **settings,
        }
        self.process = None

    def ingest(self, key):
        return Api(self.url, "Bearer " + key)

    def start(self):
        with open(run_dir() / "log" / "gateway-of-a-test.log", "ab") as log:
            self.process = subprocess.Popen([binary("ingest-gateway")], env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_for("a gateway that is ready", self._is_ready)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def _is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the gateway ended with {self.process.returncode}")
        return is_ready(self.admin_url)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stop()


def master_key():
    """The stack's own, which scripts/up has made unless somebody gave one."""
    given = {name: os.environ[name] for name in ("VF_MASTER_KEY", "VF_MASTER_KEY_FILE")
             if name in os.environ}
    return given or {"VF_MASTER_KEY_FILE": str(run_dir() / "secrets" / "master_key")}


def is_ready(admin_url):
    with contextlib.suppress(OSError, urllib.error.URLError):
        with urllib.request.urlopen(admin_url + "/readyz", timeout=2) as answer:
            return answer.status == 200
    return False
