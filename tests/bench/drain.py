"""usage: drain.py [--events N] [--users N] [--runs N]

P3 of scripts/bench: the normaliser draining a backlog into PostgreSQL, every effect on, against
COPY of the same rows into a temporary table and INSERT … ON CONFLICT into a table like `event_rows`."""

import argparse
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from doors.database import execute, rows
from doors.processes import process_id
from doors.stack import ROOT, Stack
from load import BENCH, instances, median, memory_of, summary, write_report

CHUNK = 10_000
OTHERS = ("ingest-gateway", "trigger-evaluator", "webhook-dispatcher", "console")


def normalisers(count):
    """So many of them, each ready when this returns. Nobody else is started: scripts/up starts one
    of each service that it is not told to leave out."""
    running = {name.rsplit(".", 1)[0] for name in instances()}
    left_out = [f"{service}=0" for service in OTHERS if service not in running]
    subprocess.run([ROOT / "scripts" / "up", "--preset", "release",
                    *(part for one in (f"normaliser={count}", *left_out)
                      for part in ("--scale", one))],
                   stdout=subprocess.DEVNULL, timeout=120, check=True)


def events_settled(stack):
    """What the metrics of the one normaliser say it has written."""
    with urllib.request.urlopen(stack.env["VF_ADMIN_URL_NORMALISER_1"] + "/metrics") as answer:
        text = answer.read().decode()
    found = re.search(r'^vf_normaliser_records_total\{outcome="event"\} (\S+)$', text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


def fill(stack, events, users, stride=1):
    """A backlog of events of so many users, each known by a multiple of the stride."""
    subprocess.run([BENCH / "fill_backlog", stack.env["VF_KAFKA_BROKERS"], stack.project,
                    str(events), str(users), str(stride)], check=True)


def await_drained(stack, events, first_written=lambda: None):
    """Rows a second from the first that is written to the last, by a normaliser that has just
    started."""
    first = None
    last_progress = time.monotonic()
    seen = 0.0
    while True:
        settled, now = events_settled(stack), time.monotonic()
        if settled > seen:
            last_progress = now
        if settled > 0 and first is None:
            first_written()
            first = (now, settled)
        seen = settled
        if settled >= events:
            if settled == first[1]:
                raise SystemExit(f"{events:,} events are too few: drained before anybody looked")
            return (settled - first[1]) / max(now - first[0], 0.001)
        if now - last_progress > 60:
            raise SystemExit(f"the drain stands still at {settled:,.0f} of {events:,}")
        time.sleep(0.1)


def drain(events, users, stride=1):
    fill(Stack(), events, users, stride)
    normalisers(1)
    rate = await_drained(Stack(), events)
    peak = memory_of(process_id("normaliser.1"), "VmHWM")
    normalisers(0)
    return {"rate": rate, "megabytes": peak}


def copy_and_insert(database_url, events):
    """Rows a second of COPY and INSERT … ON CONFLICT of the newest rows that are there now."""
    execute(database_url, "CREATE TABLE bench_events (LIKE event_rows INCLUDING ALL)")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o777)
        everything = Path(folder) / "all"
        execute(database_url, "COPY (SELECT * FROM event_rows ORDER BY received_at DESC"
                              f" LIMIT {events}) TO '{everything}'")
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
    return {"rate": stored / took}


def write_chunk(folder, number, lines):
    path = Path(folder) / str(number)
    path.write_bytes(b"".join(lines))
    path.chmod(0o666)
    return (f"BEGIN; COPY incoming FROM '{path}';"
            " INSERT INTO bench_events SELECT * FROM incoming ON CONFLICT DO NOTHING;"
            " TRUNCATE incoming; COMMIT;")


def bytes_of_an_event(database_url):
    """What is stored for one event, all told and besides its properties: every table and index
    that has a row for it."""
    size, events, payload = rows(
        database_url,
        "SELECT (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c"
        "        WHERE c.relkind = 'r' AND (c.relname = 'record_claims'"
        "              OR c.relname LIKE 'event\\_rows\\_%')) AS bytes,"
        " count(*) AS n, sum(octet_length(properties)) AS payload FROM events")[0]
    return {"all": round(size / events), "besides_payload": round((size - payload) / events)}


def measure(options):
    url = Stack().env["VF_DATABASE_URL"]
    ours, copied = [], []
    drain(options.users, options.users)  # the warm-up; everybody is known from then on
    for _ in range(options.runs):
        before = rows(url, "SELECT count(*) AS n FROM events")[0][0]
        ours.append(drain(options.events, options.users))
        stored = rows(url, "SELECT count(*) AS n FROM events")[0][0] - before
        if stored != options.events:
            raise SystemExit(f"{stored:,} of {options.events:,} events are stored")
        copied.append(copy_and_insert(url, options.events))
    return {"events": options.events, "users": options.users, "ours": summary(ours),
            "copy": summary(copied), "megabytes": median(ours, "megabytes"),
            "bytes_an_event": bytes_of_an_event(url)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    options, _ = parser.parse_known_args()  # those of the other parts
    found = measure(options)
    ours, copy = found["ours"], found["copy"]
    print(f"P3 draining {found['events']:,} events of {found['users']:,} users: {ours['rate']:,} "
          f"rows/s ({ours['spread']}), {ours['rate'] / copy['rate']:.2f} of COPY and INSERT … ON "
          f"CONFLICT ({copy['rate']:,}, {copy['spread']}); normaliser at most "
          f"{found['megabytes']} MB; {found['bytes_an_event']['besides_payload']} bytes an event "
          "besides its payload")
    write_report("drain", found)


if __name__ == "__main__":
    main()
