"""What the measures of scripts/bench share: the load clients, runs interleaved with their
baselines, median and spread, memory, and where the figures are kept."""

import json
import os
import resource
import statistics
import subprocess
import time
import urllib.parse
from pathlib import Path

from doors.stack import ROOT, run_dir

BENCH = ROOT / ".run" / "build" / os.environ.get("BENCH_PRESET", "release") / "tests" / "bench"
SCRIPT = ROOT / "tests" / "bench" / "post.lua"
BATCH = 100


class Background:
    """A process that runs until the block ends."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def __enter__(self):
        time.sleep(0.7)
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


# The broker compiles its own code in the first seconds of load, with processors that whatever is
# measured then does not have.
WARM_UP_S = 20


def warm_up(stack, batch=0):
    path = "/api/v1/events" + ("/batch" if batch else "")
    wrk(stack.env["VF_INGEST_URL"] + path, 16 if batch else 128, WARM_UP_S,
        stack.env["VF_API_KEY"], batch)


def port_of(stack):
    return str(urllib.parse.urlsplit(stack.env["VF_INGEST_URL"]).port)


def wrk(url, connections, seconds, key, batch=0):
    """A closed loop. Requests a second, p50 and p99 in milliseconds; any answer but 2xx is a
    failure."""
    split = urllib.parse.urlsplit(url)
    environment = {**os.environ, "VF_API_KEY": key, "BENCH_PATH": split.path,
                   "BENCH_BATCH": str(batch)}
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), url],
        env=environment, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    requests, micros, bad, p50, p99 = (int(n) for n in line.split()[1:])
    if bad:
        raise SystemExit(f"{bad} of {requests} requests to {url} failed")
    return {"requests": requests, "rate": requests / (micros / 1e6), "p50_ms": p50 / 1000,
            "p99_ms": p99 / 1000}


def open_loop(stack, phases, connections, key=None, **options):
    """Requests sent when they are due: [(rate, seconds), …]. What open_loop.cpp prints."""
    done = subprocess.run(open_loop_command(stack, phases, connections, key, **options),
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def open_loop_command(stack, phases, connections, key=None, **options):
    schedule = ",".join(f"{rate:.1f}:{seconds}" for rate, seconds in phases)
    return [str(BENCH / "open_loop"), port_of(stack), key or stack.env["VF_API_KEY"],
            str(connections), schedule, *(f"{name}={value}" for name, value in options.items())]


def refused(part):
    return part["limited"] + part["unavailable"]


def all_accepted(found):
    """The figures of a run in which nothing may be refused."""
    total = found["all"]
    if total["accepted"] != total["offered"]:
        raise SystemExit(f"{total['offered'] - total['accepted']} of {total['offered']} requests "
                         f"were not accepted: {total}")
    return total


def interleaved(runs, measures):
    """{name: [result, …]} of measures run one after the other, `runs` times, after a warm-up."""
    for measure in measures.values():
        measure(1)
    results = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            results[name].append(measure(None))
    return results


def median(results, field="rate"):
    return statistics.median(result[field] for result in results)


def spread(results, field="rate"):
    values = [result[field] for result in results]
    digits = 0 if max(values) >= 100 else 1
    return f"{min(values):,.{digits}f}–{max(values):,.{digits}f}"


def summary(results, *more):
    """Median and spread of the rate, medians of other fields."""
    return {"rate": round(median(results)), "spread": spread(results),
            "runs": [round(result["rate"]) for result in results],
            **{field: round(median(results, field), 2) for field in more}}


def instances():
    """{name: process id} of the services, as scripts/up has them on file."""
    found = {}
    for path in sorted((run_dir() / "pids").glob("*.[0-9]")):
        pid = int(path.read_text(encoding="utf-8"))
        if Path(f"/proc/{pid}").exists():
            found[path.name] = pid
    return found


def memory_of(pid, field="VmRSS"):
    """Megabytes; VmHWM is the most there ever was."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field + ":"):
            return round(int(line.split()[1]) / 1024, 1)
    raise SystemExit(f"process {pid} has no memory")


def memory(field="VmRSS"):
    return {name: memory_of(pid, field) for name, pid in instances().items()}


def children_microseconds():
    """Processor time of the load clients that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e6


def write_report(name, report):
    target = ROOT / ".run" / "bench" / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    machine = {"processors": os.cpu_count(), "load": os.getloadavg()[0]}
    target.write_text(json.dumps({**report, "machine": machine}, indent=1) + "\n",
                      encoding="utf-8")
    print(f"written to {target.relative_to(ROOT)}")
