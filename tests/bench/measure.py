"""The measures of scripts/bench. Each is interleaved with its baselines over several runs; what is
printed is the median and the spread of each, and the ratio of the medians."""

import argparse
import json
import os
import statistics
import subprocess
import time
import urllib.parse

from doors.stack import ROOT, Stack, run_dir

BENCH = ROOT / ".run" / "build" / "release" / "tests" / "bench"
SCRIPT = ROOT / "tests" / "bench" / "post.lua"
EVENT_BYTES = 512
BATCH = 100


class Background:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def __enter__(self):
        time.sleep(0.7)
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()


def wrk(url, connections, seconds, key, batch=0):
    """Requests per second, p50 and p99 in milliseconds; any answer but 2xx is a failure."""
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
    return {"rate": requests / (micros / 1e6), "p50_ms": p50 / 1000, "p99_ms": p99 / 1000}


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


def spread(results):
    rates = [result["rate"] for result in results]
    return f"{min(rates):,.0f}–{max(rates):,.0f}"


def resident_megabytes():
    memory = {}
    for path in sorted((run_dir() / "pids").glob("*.[0-9]")):
        try:
            status = open(f"/proc/{path.read_text().strip()}/status", encoding="utf-8").read()
        except OSError:
            continue
        kilobytes = next(int(line.split()[1]) for line in status.splitlines()
                         if line.startswith("VmRSS"))
        memory[path.name] = round(kilobytes / 1024, 1)
    return memory


def single(stack, options):
    key = stack.env["VF_API_KEY"]
    brokers = stack.env["VF_KAFKA_BROKERS"]
    found = []
    with Background(BENCH / "baseline_gateway", "18080", brokers, "vf.bench"), \
            Background(BENCH / "baseline_gateway", "18081"):
        for connections in (64, 128, 256):
            def at(url, connections=connections):
                return lambda warm: wrk(url, connections, warm or options.seconds, key)
            results = interleaved(options.runs, {
                "ours": at(stack.env["VF_INGEST_URL"] + "/api/v1/events"),
                "honest": at("http://127.0.0.1:18080/api/v1/events"),
                "bare": at("http://127.0.0.1:18081/api/v1/events")})
            found.append({"connections": connections, **{
                name: {"rate": round(median(all_runs)), "spread": spread(all_runs),
                       "p50_ms": median(all_runs, "p50_ms"), "p99_ms": median(all_runs, "p99_ms")}
                for name, all_runs in results.items()}})
    return found


def paced(stack, rows, options):
    """Latency at half of what was measured, requests sent when due: {connections: …}."""
    found = {}
    port = str(urllib.parse.urlsplit(stack.env["VF_INGEST_URL"]).port)
    for row in rows:
        rate = row["ours"]["rate"] / 2
        done = subprocess.run(
            [BENCH / "paced_post", port, stack.env["VF_API_KEY"], str(rate),
             str(options.seconds), str(row["connections"])],
            capture_output=True, text=True, check=True)
        requests, bad, p50, p99 = (int(n) for n in done.stdout.split()[1:])
        if bad:
            raise SystemExit(f"{bad} of {requests} paced requests failed")
        found[row["connections"]] = {"rate": round(rate), "p50_ms": p50 / 1000,
                                     "p99_ms": p99 / 1000}
    return found


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
    return {name: {"rate": round(median(all_runs)), "spread": spread(all_runs)}
            for name, all_runs in results.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    options, _ = parser.parse_known_args()  # those of the other parts
    stack = Stack()
    subprocess.run([BENCH / "make_topic", stack.env["VF_KAFKA_BROKERS"], "vf.bench"], check=True)
    report = {"idle_megabytes": resident_megabytes()}
    report["single"] = single(stack, options)
    report["paced"] = paced(stack, report["single"], options)
    report["batch"] = batches(stack, options)
    report["loaded_megabytes"] = resident_megabytes()

    print("\nP1 single-event POST, requests/s (median of "
          f"{options.runs} × {options.seconds} s)")
    for row in report["single"]:
        ours, honest, bare = (row[name]["rate"] for name in ("ours", "honest", "bare"))
        print(f"  {row['connections']:4d} connections: {ours:,} ({row['ours']['spread']}), "
              f"p50 {row['ours']['p50_ms']:.1f} ms, p99 {row['ours']['p99_ms']:.1f} ms; "
              f"{ours / honest:.2f} of the smallest honest gateway ({honest:,}), "
              f"{ours / bare:.2f} of a bare server ({bare:,})")
    for connections, row in report["paced"].items():
        print(f"  {connections:4d} connections at {row['rate']:,}/s, sent on time: "
              f"p50 {row['p50_ms']:.1f} ms, p99 {row['p99_ms']:.1f} ms")
    ours, loop = report["batch"]["ours"]["rate"], report["batch"]["loop"]["rate"]
    print(f"P2 batches of {BATCH}: {ours:,} events/s, {ours / loop:.2f} of a bare produce loop "
          f"({loop:,})")
    print(f"P8 resident MB idle {report['idle_megabytes']}, after load "
          f"{report['loaded_megabytes']}")
    target = ROOT / ".run" / "bench" / "latest.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"written to {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
