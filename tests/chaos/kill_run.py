"""usage: kill_run.py [--parts N] [--seed S]

A seeded load while everything that can die is killed: every replica of every service, the broker,
PostgreSQL, and one stage faster than its sessions end. It goes on through all parts of the plan;
after each, when everything has come to rest, the auditor judges all there has been so far. Called
by scripts/bench chaos, and by kill_test.py for a short one. The stack has two of each service."""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass

from auditor import Client, Receipt, audit
from doors.receiver import Receiver, signature_fault
from doors.stack import ROOT, Stack
from evidence import read_progress, read_store
from faults import Faults, plan_of
from load import Load
from rest import verdict_at_rest

TYPES = ("email.opened", "trigger.fired")
QUIET_SECONDS = 12  # longer than a session; leases are seen in the database
PATIENCE_SECONDS = 90
SIGNATURES = 10  # looked at, of each endpoint


@dataclass(frozen=True)
class Size:
    parts: int = 1
    kills: int = 1  # of each replica and store, in each part
    fast_kills: int = 4
    pace_seconds: float = 0.02


class Flaky:
    """A receiver that fails now and then, repeatably; seldom so often that a delivery dies of it."""

    def __init__(self, seed):
        self.rng = random.Random(f"receiver/{seed}")

    def __call__(self, path, body):
        return 500 if path == "/flaky" and self.rng.random() < 0.1 else 204


class Run:
    def __init__(self, stack, receiver, seed, size):
        self.url = stack.env["VF_DATABASE_URL"]
        self.project = stack.new_project(f"chaos {seed}")
        self.project.activate("welcome")
        self.project.set_postmark("postmark", "secret")
        self.receiver = receiver
        self.endpoints = {path: self.project.new_endpoint(receiver.url(path), *TYPES)
                          for path in ("/steady", "/flaky")}
        self.seed = seed
        self.size = size
        self.log = Client()

    def part(self, number):
        """Load and faults of a part, and what the auditor finds when it is over."""
        faults = Faults(plan_of(self.seed, number, self.size.kills, self.size.fast_kills))
        load = Load(self.project, self.log, self.seed, number,
                    pace_seconds=self.size.pace_seconds)
        began = time.monotonic()
        load.start()
        try:
            faults.start()
            faults.end()
        finally:
            load.end()
        ended = time.monotonic()
        verdict = verdict_at_rest(self.look, self.judge, QUIET_SECONDS, PATIENCE_SECONDS)
        return {"part": number + 1, "events": len(self.log.accepted_events),
                "malformed": len(self.log.malformed), "users": len(self.log.accepted_users),
                "opens": len(self.log.accepted_opens), "refused_tries": load.refusals,
                "webhooks": len(self.receiver.deliveries()), "faults": faults.counts(),
                "seconds": round(ended - began, 1),
                "rest_seconds": round(time.monotonic() - ended, 1), "verdict": verdict}

    def look(self):
        there_is, on_its_way = read_progress(self.url, self.project.id)
        return (there_is, len(self.receiver.deliveries())), on_its_way

    def judge(self):
        store = read_store(self.url, self.project.id)
        receipts, faults = [], []
        for path, endpoint in self.endpoints.items():
            taken = [told for told in self.receiver.deliveries(path) if told.status == 204]
            receipts += [receipt_of(endpoint["id"], told) for told in taken]
            faults += [f"signature: {fault}" for told in taken[-SIGNATURES:]
                       if (fault := signature_fault(told.header, told.body, endpoint["secret"],
                                                    told.at))]
        return faults + audit(self.log, store, receipts,
                              [endpoint["id"] for endpoint in self.endpoints.values()])


def receipt_of(endpoint, told):
    said = told.json
    subject = said["data"]["messageId" if said["type"] == "email.opened" else "draftId"]
    return Receipt(endpoint, said["id"], said["type"], subject, told.body)


def tell(seed, report):
    print(f"seed {seed}, part {report['part']}: so far {report['events']:,} events "
          f"({report['malformed']:,} of them malformed), {report['users']:,} users and "
          f"{report['opens']:,} opens accepted, {report['webhooks']:,} webhooks received; "
          f"{report['refused_tries']:,} refused tries in {report['seconds']} s; "
          f"at rest {report['rest_seconds']} s later; faults found = {len(report['verdict'])}")
    print(*(f"  {name}: {signals}" for name, signals in report["faults"].items()), sep="\n")
    print(*(f"  {fault}" for fault in report["verdict"][:20]), sep="\n", flush=True)


def run(stack, seed, size):
    """A report of each part; the last may have a verdict that is not empty."""
    print(f"seed {seed}", flush=True)
    reports = []
    with Receiver(Flaky(seed)) as receiver:
        chaos = Run(stack, receiver, seed, size)
        for number in range(size.parts):
            reports.append(chaos.part(number))
            tell(seed, reports[-1])
            if reports[-1]["verdict"]:
                break
    return reports


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--seed", type=int)
    options, _ = parser.parse_known_args()  # those of the other parts
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    reports = run(Stack(), seed, Size(options.parts, kills=2, fast_kills=8))
    target = ROOT / ".run" / "bench" / "chaos.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"seed": seed, "parts": reports}, indent=1) + "\n",
                      encoding="utf-8")
    sys.exit(1 if reports[-1]["verdict"] else 0)


if __name__ == "__main__":
    main()
