"""usage: drain.py [--events N] [--users N]

P3 of scripts/bench: the normaliser draining a backlog into PostgreSQL, every effect on, against
COPY of the same rows into a temporary table and INSERT … ON CONFLICT into a table like `event_rows`."""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from doors.database import execute, rows
from doors.processes import process_id, resident_megabytes, scale
from doors.stack import ROOT, Stack

FILL = ROOT / ".run" / "build" / "release" / "tests" / "bench" / "fill_backlog"
CHUNK = 10_000
PARTITIONED = """
CREATE TABLE {table} (LIKE event_rows INCLUDING DEFAULTS,
                      PRIMARY KEY (project, record_id, received_at))
    PARTITION BY RANGE (received_at);
CREATE TABLE {table}_default PARTITION OF {table} DEFAULT;
CREATE INDEX ON {table} (user_id, name, occurred_at);
CREATE INDEX ON {table} (project, received_at);
CREATE INDEX ON {table} (project, external_user_id) WHERE user_id IS NULL;
CREATE INDEX ON {table} (received_at) WHERE user_id IS NULL AND expired_at IS NULL;
"""


def events_settled(stack):
    """What the metrics of the one normaliser say it has written."""
    with urllib.request.urlopen(stack.env["VF_ADMIN_URL_NORMALISER_1"] + "/metrics") as answer:
        text = answer.read().decode()
    found = re.search(r'^vf_normaliser_records_total\{outcome="event"\} (\S+)$', text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def drain(events, users):
    """Rows a second from the first that is written to the last."""
    stack = Stack()
    subprocess.run([FILL, stack.env["VF_KAFKA_BROKERS"], stack.project, str(events), str(users)],
                   check=True)
    scale("normaliser", 1, preset="release")
    stack = Stack()
    first = None
    last_progress = time.monotonic()
    seen = 0.0
    while True:
        settled, now = events_settled(stack), time.monotonic()
        if settled > seen:
            last_progress = now
        if settled > 0 and first is None:
            first = (now, settled)
        seen = settled
        if settled >= events:
            break
        if now - last_progress > 60:
            raise SystemExit(f"the drain stands still at {settled:,.0f} of {events:,}")
        time.sleep(0.1)
    return (seen - first[1]) / max(time.monotonic() - first[0], 0.001)


def baseline(database_url, events):
    """Rows a second of COPY and INSERT … ON CONFLICT of the rows that are there now."""
    execute(database_url, PARTITIONED.format(table="bench_events"))
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        everything = Path(folder) / "all"
        execute(database_url, f"COPY (SELECT * FROM event_rows ORDER BY received_at LIMIT {events})"
                              f" TO '{everything}'")
        script = ["CREATE TEMP TABLE incoming (LIKE event_rows);"]
        with open(everything, "rb") as lines:
            count, chunk = 0, []
            for line in lines:
                chunk.append(line)
                if len(chunk) == CHUNK:
                    script.append(write_chunk(folder, count, chunk))
                    count, chunk = count + 1, []
            if chunk:
                script.append(write_chunk(folder, count, chunk))
        began = time.monotonic()
        subprocess.run(["psql", database_url, "-X", "-q", "-v", "ON_ERROR_STOP=1"],
                       input="\n".join(script), text=True, check=True, capture_output=True)
        took = time.monotonic() - began
    stored = rows(database_url, "SELECT count(*) AS n FROM bench_events")[0][0]
    execute(database_url, "DROP TABLE bench_events")
    return stored / took


def write_chunk(folder, number, lines):
    path = Path(folder) / str(number)
    path.write_bytes(b"".join(lines))
    path.chmod(0o666)
    return (f"BEGIN; COPY incoming FROM '{path}';"
            " INSERT INTO bench_events SELECT * FROM incoming ON CONFLICT DO NOTHING;"
            " TRUNCATE incoming; COMMIT;")


def measure(events, users):
    url = Stack().env["VF_DATABASE_URL"]
    ours = drain(events, users)
    stored = rows(url, "SELECT count(*) AS n FROM events")[0][0]
    if stored != events:
        raise SystemExit(f"{stored:,} of {events:,} events are stored")
    memory = resident_megabytes(process_id("normaliser.1"))
    scale("normaliser", 0, preset="release")
    copied = [baseline(url, events) for _ in range(3)]
    return {"events": events, "users": users, "rate": round(ours), "megabytes": round(memory, 1),
            "copy": round(statistics.median(copied)), "copy_runs": [round(one) for one in copied]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--users", type=int, default=50_000)
    options, _ = parser.parse_known_args()  # those of the other parts
    found = measure(options.events, options.users)
    print(f"P3 draining {found['events']:,} events of {found['users']:,} users: "
          f"{found['rate']:,} rows/s, {found['rate'] / found['copy']:.2f} of COPY and INSERT … ON "
          f"CONFLICT ({found['copy']:,}); normaliser {found['megabytes']} MB")
    target = ROOT / ".run" / "bench" / "drain.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
