"""The processes behind a running stack: where they are, more or fewer of them, and holding them
still. For tests that take something away; an outsider never needs any of it."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from doors.stack import ROOT, run_dir

BINARIES = Path(os.environ.get("VF_SERVICES_DIR", ROOT / ".run" / "build" / "dev" / "services"))


def binary(service):
    return BINARIES / service / service


def process_id(name):
    """Of "broker", "postgres" or an instance such as "normaliser.1"."""
    return int((run_dir() / "pids" / name).read_text(encoding="utf-8"))


def settings_removed(environment):
    """The environment without what is set in it for us."""
    return {name: value for name, value in environment.items() if not name.startswith("VF_")}


def is_alive(pid):
    """Until its last thread has ended: so long it holds its ports and files. One that is dead and
    not yet reaped is not alive."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return stat.rpartition(") ")[2][0] not in "ZX" or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def scale(service, count, preset="dev"):
    """So many instances of a service, each ready when this returns."""
    scale_all({service: count}, preset)


def scale_all(counts, preset="dev"):
    """The same of several services."""
    wanted = [part for service, count in counts.items()
              for part in ("--scale", f"{service}={count}")]
    up("--preset", preset, *wanted)


def start_stores():
    """PostgreSQL and the broker, whichever of them has ended; both answer when this returns."""
    up("--stores")


def up(*arguments):
    done = subprocess.run([ROOT / "scripts" / "up", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"scripts/up: {done.stdout}")


def children_of(pid):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                found.append(int(path.parent.name))
    return found


@contextlib.contextmanager
def frozen(pids):
    """Holds processes still: connections are made and nothing is answered."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def frozen_database():
    """The server first, and then all it has started: a session answers without its help."""
    server = process_id("postgres")
    with frozen([server]), frozen(children_of(server)):
        yield


def resident_megabytes(pid):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} has no memory")
