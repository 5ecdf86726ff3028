"""usage: profile_run.py [--part single|batch|drain] [--seconds N] [--connections N] [--top N]

Where the processor time goes while the stack does one thing: microseconds a request or row of each
process, from /proc, and by perf whose code they are spent in. The first is measured by itself,
without perf. Folded stacks, one line each, are in .run/bench/profile-*.folded."""

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from doors.stack import ROOT, Stack
from drain import await_drained, fill, normalisers
from load import BATCH, children_microseconds, warm_up, write_report, wrk
from processor_time import Meter, process_tree
from stacks import profiles_of, script

# Samples a second of each processor, and bytes of stack kept of each.
FREQUENCY = 299
STACK_BYTES = 8192
LOAD_CLIENT = "load client"
USERS = 50_000


class Recording:
    """perf over everything that runs, until the block ends. Nothing without perf."""

    def __init__(self):
        self.file = Path(tempfile.mkdtemp()) / "perf.data"
        self.profiles = {}

    def __enter__(self):
        self.process = subprocess.Popen(
            ["perf", "record", "-q", "-a", "-e", "cpu-clock", "-F", str(FREQUENCY),
             "--call-graph", f"dwarf,{STACK_BYTES}", "-o", str(self.file)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        return self

    def __exit__(self, *unused):
        names = {pid: name for name, pids in process_tree().items() for pid in pids}
        names["wrk"] = LOAD_CLIENT
        self.process.terminate()
        problem = self.process.communicate(timeout=60)[1]
        if not self.file.exists():
            raise SystemExit(f"perf record failed: {problem.strip()} (kernel.perf_event_paranoid "
                             "must be 0 or less, or be root)")
        self.profiles = profiles_of(script(self.file), names)
        shutil.rmtree(self.file.parent)


class Requests:
    """The load of P1 or P2, for so many seconds."""

    unit = "request"

    def __init__(self, options, batch):
        self.stack = Stack()
        self.options = options
        self.batch = batch
        self.path = "/api/v1/events" + ("/batch" if batch else "")

    def run(self, seconds):
        connections = 16 if self.batch else self.options.connections
        return wrk(self.stack.env["VF_INGEST_URL"] + self.path, connections, seconds,
                   self.stack.env["VF_API_KEY"], self.batch)["requests"]

    def measured(self):
        warm_up(self.stack, self.batch)
        meter, client = Meter(), children_microseconds()
        count = self.run(self.options.seconds)
        used = meter.microseconds()
        used[LOAD_CLIENT] = children_microseconds() - client
        return {"count": count, "rate": count / self.options.seconds}, used

    def recorded(self, recording):
        with recording:
            self.run(self.options.seconds)


class Draining:
    """The load of P3, from the start of the normaliser to the last row; users are identified too."""

    unit = "row"

    def __init__(self, options):
        self.events = options.events

    def run(self):
        normalisers(1)
        return await_drained(Stack(), self.events)

    def measured(self):
        fill(Stack(), self.events, USERS)
        meter = Meter()
        rate = self.run()
        used = meter.microseconds()
        normalisers(0)
        return {"count": self.events, "rate": rate}, used

    def recorded(self, recording):
        fill(Stack(), self.events, USERS)
        with recording:
            self.run()
        normalisers(0)


def show(found):
    print(f"\nprocessor time of {found['part']}, µs a {found['unit']} "
          f"({found['count']:,} of them; {found['unit']}s/s without perf: {found['rate']:,})")
    for name, process in found["processes"].items():
        print(f"  {name:24s} {process['microseconds']:8.2f}")
        for group, share in list(process.get("groups", {}).items()):
            if share >= 0.01:
                print(f"      {group:24s} {share * process['microseconds']:8.2f}  {share:6.1%}")
        for symbol in process.get("top", []):
            print(f"        {symbol['share']:6.1%}  {symbol['group']:20s} {symbol['symbol']}")


def profile(part, options):
    load = Draining(options) if part == "drain" else Requests(
        options, BATCH if part == "batch" else 0)
    done, used = load.measured()
    count = done["count"]
    processes = {name: {"microseconds": round(micros / count, 3)}
                 for name, micros in sorted(used.items(), key=lambda one: -one[1])
                 if micros / count >= 0.005}
    if shutil.which("perf") is None:
        print("perf is not installed (Debian: linux-perf): microseconds only, no symbols")
    else:
        recording = Recording()
        load.recorded(recording)
        folded = ROOT / ".run" / "bench" / f"profile-{part}.folded"
        folded.parent.mkdir(parents=True, exist_ok=True)
        with open(folded, "w", encoding="utf-8") as lines:
            for name, found in recording.profiles.items():
                if name in processes:
                    processes[name].update(samples=found.samples, groups=found.shares(),
                                           top=found.top(options.top))
                for stack, samples in found.folded.items():
                    lines.write(f"{name};{stack} {samples}\n")
    found = {"part": part, "unit": load.unit, "count": count, "rate": round(done["rate"]),
             "processes": processes}
    show(found)
    write_report(f"profile-{part}", found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["single", "batch", "drain"], action="append")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=128)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--top", type=int, default=12)
    options, _ = parser.parse_known_args()
    for part in options.part or ["single", "batch", "drain"]:
        profile(part, options)


if __name__ == "__main__":
    main()
