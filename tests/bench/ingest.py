"""usage: ingest.py [--seconds N] [--runs N] [--connections N,N]

P1 and P2 of scripts/bench: single events against the smallest honest gateway and against a bare
server, their latency at half that rate, sent on time, and batches against a bare produce loop."""

import argparse
import subprocess

from doors.stack import Stack
from load import (BATCH, BENCH, Background, all_accepted, interleaved, memory, open_loop, spread,
                  summary, median, warm_up, write_report, wrk)

EVENT_BYTES = 512


def single(stack, options):
    key = stack.env["VF_API_KEY"]
    brokers = stack.env["VF_KAFKA_BROKERS"]
    found = []
    with Background(BENCH / "baseline_gateway", "18080", brokers, "vf.bench"), \
            Background(BENCH / "baseline_gateway", "18081"):
        for connections in options.connections:
            def run(url, connections=connections):
                return lambda warm: wrk(url, connections, warm or options.seconds, key)
            results = interleaved(options.runs, {
                "ours": run(stack.env["VF_INGEST_URL"] + "/api/v1/events"),
                "honest": run("http://127.0.0.1:18080/api/v1/events"),
                "bare": run("http://127.0.0.1:18081/api/v1/events")})
            found.append({"connections": connections, **{
                name: summary(all_runs, "p50_ms", "p99_ms")
                for name, all_runs in results.items()}})
    return found


def paced(stack, rows, options):
    """Latency at half of what was measured, requests sent when due."""
    def run(row):
        rate = row["ours"]["rate"] / 2

        def measure(warm):
            total = all_accepted(open_loop(stack, [(rate, warm or options.seconds)],
                                           row["connections"]))
            return {**total, "rate": rate}
        return measure
    results = interleaved(options.runs, {row["connections"]: run(row) for row in rows})
    return {connections: {"rate": round(median(all_runs)),
                          **{field: round(median(all_runs, field), 2)
                             for field in ("p50_ms", "p99_ms", "late_p99_ms")},
                          "p99_spread": spread(all_runs, "p99_ms")}
            for connections, all_runs in results.items()}


def batches(stack, options):
    key = stack.env["VF_API_KEY"]

    def ours(warm):
        got = wrk(stack.env["VF_INGEST_URL"] + "/api/v1/events/batch", 16,
                  warm or options.seconds, key, BATCH)
        return {**got, "rate": got["rate"] * BATCH}

    def loop(warm):
        records = "50000" if warm else "500000"
        done = subprocess.run([BENCH / "baseline_produce", stack.env["VF_KAFKA_BROKERS"],
                               "vf.bench", records, str(EVENT_BYTES)],
                              capture_output=True, text=True, check=True)
        return {"rate": float(done.stdout)}
    results = interleaved(options.runs, {"ours": ours, "loop": loop})
    return {"ours": summary(results["ours"], "p50_ms", "p99_ms"), "loop": summary(results["loop"])}


def share(row, baseline):
    return row["ours"]["rate"] / row[baseline]["rate"]


def show(report, options):
    print(f"\nP1 single-event POST, requests/s (median of {options.runs} × {options.seconds} s, "
          "spread)")
    for row in report["single"]:
        ours = row["ours"]
        print(f"  {row['connections']:4d} connections: {ours['rate']:,} ({ours['spread']}), "
              f"p50 {ours['p50_ms']:.1f} ms, p99 {ours['p99_ms']:.1f} ms; "
              f"{share(row, 'honest'):.2f} of the smallest honest gateway "
              f"({row['honest']['rate']:,}, {row['honest']['spread']}), "
              f"{share(row, 'bare'):.2f} of a bare server ({row['bare']['rate']:,})")
    for connections, row in report["paced"].items():
        print(f"  {connections:4d} connections at {row['rate']:,}/s, sent on time: "
              f"p50 {row['p50_ms']:.1f} ms, p99 {row['p99_ms']:.1f} ms ({row['p99_spread']}); "
              f"the client itself late by p99 {row['late_p99_ms']:.1f} ms")
    batch = report["batch"]
    print(f"P2 batches of {BATCH}: {batch['ours']['rate']:,} events/s ({batch['ours']['spread']}), "
          f"{share(batch, 'loop'):.2f} of a bare produce loop ({batch['loop']['rate']:,}, "
          f"{batch['loop']['spread']})")
    print(f"P8 resident MB idle {report['idle_megabytes']}, at most {report['peak_megabytes']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")],
                        default=[64, 128, 256])
    options, _ = parser.parse_known_args()  # those of the other parts
    stack = Stack()
    subprocess.run([BENCH / "make_topic", stack.env["VF_KAFKA_BROKERS"], "vf.bench"], check=True)
    report = {"idle_megabytes": memory()}
    warm_up(stack)
    warm_up(stack, BATCH)
    report["single"] = single(stack, options)
    report["paced"] = paced(stack, report["single"], options)
    report["batch"] = batches(stack, options)
    report["peak_megabytes"] = memory("VmHWM")
    show(report, options)
    write_report("ingest", report)


if __name__ == "__main__":
    main()
