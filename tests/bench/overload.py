"""usage: overload.py [--kind single|batch] [--factors N,N] [--seconds N] [--connections N]
                   [--quiet-rate N] [--runs N] [--skip-fairness]

What the gateway does when more comes than it can take, and what one project feels of another. The
load is an open loop: who finds no connection free is lost, and nobody waits longer than five
seconds. Exits with 1 when a bound of docs/benchmarks.md is broken."""

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time

from doors.processes import process_id
from doors.stack import Stack, expect
from load import (BATCH, memory_of, open_loop, open_loop_command, refused, warm_up,
                  write_report)

PATIENCE_MS = 5_000
NORMAL_SHARE = 0.5  # of peak: what counts as no load to speak of
LOUD_TIMES_QUIET = 100
SOLD_RATE = 1_000  # single requests a second that a project may send: the gateway's default

GOODPUT_SHARE = 0.9
REFUSAL_P99_MS = 100
MEMORY_MB = 256
NORMAL_WITHIN_S = 30
NEIGHBOUR_SHARE = 1.1
# A change of a project's limits is seen when the gateway looks its key up again.
KEYS_CACHED_S = 12
NEIGHBOUR_MS = 1  # what cannot be told from noise


class Memory:
    """Of the gateway, twice a second, until the block ends: [(second, MB), …]."""

    def __init__(self):
        self.pid = process_id("ingest-gateway.1")
        self.samples = []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        began = time.monotonic()
        while not self.ending.wait(0.5):
            self.samples.append((round(time.monotonic() - began, 1), memory_of(self.pid)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.ending.set()
        self.thread.join()


def peak_of(stack, options):
    """Requests a second of clients that always have one more: what can be had at most."""
    rates = []
    for _ in range(options.runs):
        found = open_loop(stack, [(200_000 / (options.batch or 1), 1 + options.seconds)],
                          options.connections, batch=options.batch, unsent="drop")
        seconds = found["series"][1:]
        rates.append(statistics.mean(second["answered"] for second in seconds))
    return statistics.median(rates)


def seconds_until_normal(after, before):
    """How many seconds of the calm after it were not yet as those before: nothing refused or lost,
    p99 no longer than twice."""
    bound = 2 * before["p99_ms"] + NEIGHBOUR_MS
    bad = [index for index, second in enumerate(after)
           if second["accepted"] < second["offered"] or second["p99_ms"] > bound]
    return max(bad) + 1 if bad else 0


def overloaded(stack, factor, peak, options):
    calm = max(5, options.seconds // 2)
    recovery = NORMAL_WITHIN_S + 2 if factor > 1 else calm
    schedule = [(NORMAL_SHARE * peak, calm), (factor * peak, options.seconds),
                (NORMAL_SHARE * peak, recovery)]
    with Memory() as seen:
        found = open_loop(stack, schedule, round(2 * options.connections * factor),
                          batch=options.batch, unsent="drop", patience=PATIENCE_MS)
    before, during, _ = found["phases"]
    in_calm = found["series"][:calm]
    # The first second finds caches and connections cold.
    before["p99_ms"] = statistics.median(second["p99_ms"] for second in in_calm[1:])
    after = found["series"][calm + options.seconds:]
    megabytes = [used for _, used in seen.samples]
    sent = max(during["offered"] - during["unsent"], 1)
    return {"factor": factor, "offered": round(during["offered"] / options.seconds),
            "sent": round(sent / options.seconds),
            "goodput": round(during["answered"] / options.seconds),
            "goodput_share": round(during["answered"] / options.seconds / peak, 3),
            "refused_share": round(refused(during) / sent, 3),
            **{name: during[name] for name in (
                "limited", "unavailable", "without_retry_after", "timed_out", "failed", "other",
                "unsent", "p50_ms", "p99_ms", "refused_p50_ms", "refused_p99_ms", "late_p99_ms")},
            "client_us": found["client_us"], "reasons": found["reasons"],
            "p99_before_ms": before["p99_ms"],
            "normal_after_s": seconds_until_normal(after, before),
            "megabytes": {"before": megabytes[0], "most": max(megabytes), "end": megabytes[-1],
                          "over_time": seen.samples}}


def overload_faults(found):
    name = f"at {found['factor']} times peak"
    if found["goodput_share"] < GOODPUT_SHARE:
        yield f"{name}: goodput is {found['goodput_share']:.0%} of peak"
    if found["without_retry_after"]:
        yield f"{name}: {found['without_retry_after']} refusals without Retry-After"
    if found["refused_share"] and found["refused_p99_ms"] > REFUSAL_P99_MS:
        yield f"{name}: p99 of a refusal is {found['refused_p99_ms']:.0f} ms"
    lost = found["timed_out"] + found["failed"] + found["other"]
    if lost:
        yield (f"{name}: {found['timed_out']} requests unanswered, {found['failed']} connections "
               f"lost, {found['other']} other answers")
    if found["megabytes"]["most"] > MEMORY_MB:
        yield f"{name}: the gateway took {found['megabytes']['most']} MB"
    if found["normal_after_s"] > NORMAL_WITHIN_S:
        yield f"{name}: not as before within {NORMAL_WITHIN_S} s"


def show_overload(found):
    print(f"  {found['factor']}×: offered {found['offered']:,}/s, sent {found['sent']:,}, goodput "
          f"{found['goodput']:,} = {found['goodput_share']:.0%} of peak; accepted p50 "
          f"{found['p50_ms']:.1f}, p99 {found['p99_ms']:.1f} ms; refused "
          f"{found['refused_share']:.1%} {found['reasons'] or ''}, "
          f"p50 {found['refused_p50_ms']:.1f}, p99 {found['refused_p99_ms']:.1f} ms; unanswered "
          f"{found['timed_out']}, lost {found['failed']}; memory {found['megabytes']['before']} → "
          f"{found['megabytes']['most']} MB; normal after {found['normal_after_s']} s; client late "
          f"by p99 {found['late_p99_ms']:.1f} ms", flush=True)


def beside(stack, quiet, loud, options, batch):
    """The quiet project by itself and beside the other, runs interleaved."""
    rate = options.quiet_rate
    loud_rate = rate * LOUD_TIMES_QUIET / (batch or 1)
    runs = {"without": [], "beside": []}
    others = []
    for run in range(options.runs + 1):
        for name in runs:
            other = None
            if name == "beside":
                command = open_loop_command(
                    stack, [(loud_rate, options.seconds + 2)], options.connections, loud,
                    batch=batch, unsent="drop", patience=PATIENCE_MS)
                other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                time.sleep(1)
            found = open_loop(stack, [(rate, options.seconds)], 32, quiet)["all"]
            if other:
                others.append(json.loads(other.communicate(timeout=120)[0])["all"])
            if run > 0:
                runs[name].append(found)
    summed = {name: {field: statistics.median(one[field] for one in found)
                     for field in ("p50_ms", "p99_ms")} for name, found in runs.items()}
    return {**summed, "p99_runs": {name: [one["p99_ms"] for one in found]
                                   for name, found in runs.items()},
            "quiet_not_accepted": sum(one["offered"] - one["accepted"]
                                      for found in runs.values() for one in found),
            "loud": {"offered": others[-1]["offered"], "accepted": others[-1]["accepted"],
                     "refused": refused(others[-1]), "unsent": others[-1]["unsent"]}}


def fairness(stack, options):
    """As sold: the loud one is held to its rate. Unlimited: it has all it can get. In batches: so
    many events in as many requests as the quiet one sends."""
    quiet, loud = stack.new_project("quiet"), stack.new_project("loud")
    found = {}
    for name, limit, batch in (("as sold", SOLD_RATE, 0), ("unlimited", None, 0),
                               ("in batches", None, BATCH)):
        expect(200, stack.console.request("PATCH", f"/v1/projects/{loud.id}",
                                          {"limits": {"single": limit}}))
        time.sleep(KEYS_CACHED_S)
        found[name] = beside(stack, quiet.key, loud.key, options, batch)
        row = found[name]
        print(f"  {name}: {options.quiet_rate}/s beside {LOUD_TIMES_QUIET} times as many events: "
              f"p50 {row['without']['p50_ms']:.1f} → {row['beside']['p50_ms']:.1f} ms, p99 "
              f"{row['without']['p99_ms']:.1f} → {row['beside']['p99_ms']:.1f} ms, "
              f"{row['quiet_not_accepted']} not accepted; of the other {row['loud']}", flush=True)
    return found


def fairness_faults(found):
    for name, row in found.items():
        bound = row["without"]["p99_ms"] * NEIGHBOUR_SHARE + NEIGHBOUR_MS
        if row["beside"]["p99_ms"] > bound:
            yield (f"{name}: the neighbour's p99 is {row['beside']['p99_ms']:.1f} ms beside "
                   f"{row['without']['p99_ms']:.1f} ms without")
        if row["quiet_not_accepted"]:
            yield f"{name}: {row['quiet_not_accepted']} requests of the neighbour were not accepted"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["single", "batch"], action="append")
    parser.add_argument("--factors", type=lambda text: [float(n) for n in text.split(",")],
                        default=[1.0, 2.0, 5.0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--quiet-rate", type=int, default=100)
    parser.add_argument("--skip-fairness", action="store_true")
    options, _ = parser.parse_known_args()
    stack = Stack()
    report, faults = {}, []
    for kind in options.kind or ["single", "batch"]:
        options.batch = BATCH if kind == "batch" else 0
        warm_up(stack, options.batch)
        peak = peak_of(stack, options)
        print(f"overload, {kind}: peak {peak:,.0f} requests/s", flush=True)
        report[kind] = {"peak": round(peak), "factors": []}
        for factor in options.factors:
            found = overloaded(stack, factor, peak, options)
            show_overload(found)
            report[kind]["factors"].append(found)
            faults += [f"{kind}, {fault}" for fault in overload_faults(found)]
    if not options.skip_fairness:
        print("fairness", flush=True)
        report["fairness"] = fairness(stack, options)
        faults += [f"fairness, {fault}" for fault in fairness_faults(report["fairness"])]
    report["faults"] = faults
    write_report("overload", report)
    for fault in faults:
        print(f"broken: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
