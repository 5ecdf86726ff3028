"""usage: freshness.py [--rate N] [--seconds N]

P7 of scripts/bench, first half: from the door to the tables. A client posts events on time, and
somebody who only asks PostgreSQL looks every few milliseconds how old the newest row is that can be
seen. The age is that of a record plus what lies between two records."""

import argparse
import statistics
import subprocess
import threading
import time

from doors.stack import Stack
from load import all_accepted, open_loop, write_report

CONNECTIONS = 64
ASK = ("SELECT round(1000 * extract(epoch FROM clock_timestamp() - max(received_at)), 3)"
       " FROM events WHERE received_at > now() - interval '10 seconds';\n")


class Observer:
    """Ages in milliseconds, asked through one connection."""

    def __init__(self, database_url):
        self.ages = []
        self.stopping = threading.Event()
        self.psql = subprocess.Popen(["psql", database_url, "-X", "-A", "-t", "-q"], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.stopping.is_set():
            self.psql.stdin.write(ASK)
            self.psql.stdin.flush()
            age = self.psql.stdout.readline().strip()
            if age:
                self.ages.append(float(age))
            time.sleep(0.003)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.stopping.set()
        self.thread.join()
        self.psql.stdin.close()
        self.psql.wait(timeout=10)


def post(stack, rate, seconds):
    total = all_accepted(open_loop(stack, [(rate, seconds)], CONNECTIONS))
    return {field: total[field] for field in ("accepted", "p50_ms", "p99_ms")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=20)
    options, _ = parser.parse_known_args()  # those of the other parts
    stack = Stack()
    post(stack, options.rate, options.seconds)
    with Observer(stack.env["VF_DATABASE_URL"]) as observer:
        # What is there from before only ages.
        begun = threading.Timer(1, observer.ages.clear)
        begun.start()
        accepted = post(stack, options.rate, options.seconds)
        looks = list(observer.ages)
    cuts = statistics.quantiles(looks, n=100)
    found = {"rate": options.rate, "looks": len(looks), "p50_ms": round(cuts[49], 1),
             "p99_ms": round(cuts[98], 1), "accepted": accepted}
    print(f"P7 accept → visible at {options.rate}/s: p50 {found['p50_ms']} ms, "
          f"p99 {found['p99_ms']} ms over {len(looks):,} looks; "
          f"the 202 itself p50 {accepted['p50_ms']:.1f} ms, p99 {accepted['p99_ms']:.1f} ms")
    write_report("freshness", found)


if __name__ == "__main__":
    main()
