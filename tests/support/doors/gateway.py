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
            **settings_removed(os.environ), **keys_of_the_stack(),
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


def keys_of_the_stack():
    """Its own, which scripts/up has made unless somebody gave one."""
    keys = {}
    for name in ("VF_MASTER_KEY", "VF_LINK_KEYS"):
        given = {each: os.environ[each] for each in (name, name + "_FILE") if each in os.environ}
        keys |= given or {name + "_FILE": str(run_dir() / "secrets" / name[3:].lower())}
    return keys


def is_ready(admin_url):
    with contextlib.suppress(OSError, urllib.error.URLError):
        with urllib.request.urlopen(admin_url + "/readyz", timeout=2) as answer:
            return answer.status == 200
    return False
