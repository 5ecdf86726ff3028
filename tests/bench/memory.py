"""usage: memory.py [--seconds N] [--rate N]

P8 of scripts/bench: resident memory of every service, idle and under a load that reaches all of
them: single events on time, and new users whose sign-up fires a rule, which makes a draft and a
webhook for a receiver that answers at once. Exits with 1 above the bounds of docs/benchmarks.md."""

import argparse
import subprocess
import sys
import time

from doors.stack import Stack, expect
from load import BENCH, Background, memory, open_loop_command, write_report

IDLE_MB = 64
MOST_MB = 256
USERS_AT_ONCE = 500


def welcome(project, first):
    """Users that did not exist, and the event that a rule waits for."""
    names = [f"new-{first + i}" for i in range(USERS_AT_ONCE)]
    expect(200, project.ingest.post("/api/v1/users/bulk", {"users": [
        {"external_user_id": name, "email": f"{name}@example.com"} for name in names]}))
    expect(202, project.ingest.post("/api/v1/events/batch", {"events": [
        {"external_user_id": name, "name": "user_signed_up"} for name in names]}))


def measure(options):
    stack = Stack()
    time.sleep(5)
    idle = memory()
    project = stack.new_project("memory")
    project.activate("welcome")
    with Background(BENCH / "baseline_gateway", "18082"):
        project.new_endpoint("http://127.0.0.1:18082/hook", "trigger.fired")
        client = subprocess.Popen(
            open_loop_command(stack, [(options.rate, options.seconds)], 128),
            stdout=subprocess.DEVNULL)
        began, made = time.monotonic(), 0
        while time.monotonic() - began < options.seconds:
            welcome(project, made)
            made += USERS_AT_ONCE
            time.sleep(0.5)
        client.wait(timeout=60)
        time.sleep(3)
        delivered = len(project.deliveries(limit=500))
    if delivered == 0:
        raise SystemExit("nothing was delivered: the load did not reach the dispatcher")
    return {"idle_megabytes": idle, "peak_megabytes": memory("VmHWM"), "rate": options.rate,
            "users": made}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=3_000)
    options, _ = parser.parse_known_args()
    found = measure(options)
    print(f"P8 resident MB, idle and at most under {found['rate']:,} events/s and {found['users']:,} "
          "welcomed users:")
    broken = False
    for name, idle in found["idle_megabytes"].items():
        peak = found["peak_megabytes"].get(name, 0)
        broken = broken or idle > IDLE_MB or peak > MOST_MB
        print(f"  {name:24s} {idle:7.1f} {peak:7.1f}")
    write_report("memory", found)
    if broken:
        print(f"broken: more than {IDLE_MB} MB idle or {MOST_MB} MB ever")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
