"""usage: growth.py [--sizes N,N,…] [--events N] [--users N] [--runs N]

P9 of scripts/bench: P3 and the first pages of the console's lists with so many million events
stored. The stored ones are multiplied in SQL from some that the normaliser itself has written:
rows, indexes, claims, users and facts as they are, twenty events a user, ids in no order, spread
over the four weeks that claims are kept for. Exits with 1 when a bound of docs/benchmarks.md is
broken."""

import argparse
import concurrent.futures
import statistics
import subprocess
import sys
import time
import urllib.parse

from doors.database import execute, rows
from doors.stack import Stack, expect
from drain import drain
from load import median, summary, write_report

MILLION = 1_000_000
SEED_EVENTS = 100_000
EVENTS_A_USER = 20
SEED_USERS = SEED_EVENTS // EVENTS_A_USER
SPREAD_DAYS = 28
COPIES_A_STATEMENT = 5
LOOKS = 21

DRAIN_SHARE = 0.7
PAGE_MS = 50

# Tables of the normaliser in the order in which they may be filled; those that are there.
TABLES = ["users", "user_facts", "user_due", "record_claims", "event_rows"]
# What a copy differs in. The rest of a row is as it was written. s is the row, k the copy's number.
BY_NAME = {
    "user_id": f"s.user_id + k * {SEED_USERS * 2}",
    "external_user_id": f"'user-' || (substr(s.external_user_id, 6)::bigint + k * {SEED_USERS})",
    "email": f"'user-' || (substr(s.external_user_id, 6)::bigint + k * {SEED_USERS})"
             " || '@example.com'",
    "next_eval_at": "now() + interval '1 day'",
    "claimed_at": "s.claimed_at",
}
BY_TYPE = {
    "uuid": "md5(s.{name}::text || k)::uuid",
    "timestamp with time zone": "s.{name} - k * interval '{step} seconds'",
}


def multiply_statement(url, table, step):
    columns = rows(url, "SELECT column_name, data_type FROM information_schema.columns"
                        f" WHERE table_schema = 'public' AND table_name = '{table}'"
                        " AND is_generated = 'NEVER' ORDER BY ordinal_position")
    values = [BY_NAME.get(name) or BY_TYPE.get(kind, "s.{name}").format(name=name, step=step)
              for name, kind in columns]
    names = ", ".join(name for name, _ in columns)
    return (f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)}"
            f" FROM growth_seed.{table} s CROSS JOIN generate_series({{low}}::bigint, {{high}}) k")


def run_sql(url, statements):
    subprocess.run(["psql", url, "-X", "-q", "-v", "ON_ERROR_STOP=1"],
                   input=";\n".join(statements) + ";\n", text=True, check=True,
                   stdout=subprocess.DEVNULL)


class Stored:
    """Events in the tables, from which more are made."""

    def __init__(self, stack, largest):
        self.url = stack.env["VF_DATABASE_URL"]
        self.step = SPREAD_DAYS * 86_400 * SEED_EVENTS / (largest * MILLION)
        self.copies = 1
        # The months in which copies are dated; those from now on are there.
        execute(self.url, "SELECT make_partitions('event_rows'::regclass, 'month',"
                          f" (now() - interval '{SPREAD_DAYS + 1} days')::date, 2)")
        drain(SEED_EVENTS, SEED_USERS)
        self.tables = [name for name in TABLES if rows(
            self.url, f"SELECT to_regclass('public.{name}') IS NOT NULL AS there")[0][0]]
        execute(self.url, "CREATE SCHEMA growth_seed;" + "".join(
            f"CREATE TABLE growth_seed.{name} AS SELECT * FROM public.{name};"
            for name in self.tables))

    def grow_to(self, millions):
        """Seconds it took."""
        began = time.monotonic()
        wanted = round(millions * MILLION / SEED_EVENTS)
        statements = {name: multiply_statement(self.url, name, self.step) for name in self.tables}
        pieces = [(low, min(low + COPIES_A_STATEMENT, wanted) - 1)
                  for low in range(self.copies, wanted, COPIES_A_STATEMENT)]

        def fill(piece):
            run_sql(self.url, ["SET synchronous_commit = off"] + [
                statements[name].format(low=piece[0], high=piece[1]) for name in self.tables])
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(fill, pieces))
        self.copies = max(self.copies, wanted)
        # New users come after the copies.
        run_sql(self.url, ["SELECT setval(pg_get_serial_sequence('users', 'user_id'),"
                           " (SELECT max(user_id) FROM users))",
                           f"VACUUM (ANALYZE) {', '.join(self.tables)}", "CHECKPOINT"])
        return time.monotonic() - began


def first_pages(stack):
    """Milliseconds of the first page of each list, median and longest of several looks."""
    project = f"/v1/projects/{stack.project}"
    newest = expect(200, stack.console.get(project + "/events")).data[0]
    first = expect(200, stack.console.get(project + "/users")).data[0]
    user = urllib.parse.quote(first["external_user_id"], safe="")
    paths = {"users": f"{project}/users", "one user": f"{project}/users/{user}",
             "events": f"{project}/events", "events of a user": f"{project}/events?external_user_id={user}",
             "events of a name": f"{project}/events?name={newest['name']}",
             "lifeline": f"/v1/lifeline/{newest['id']}", "drafts": f"{project}/drafts",
             "deliveries": f"{project}/deliveries", "quarantine": "/v1/quarantine/items",
             "dead letters": "/v1/dead-letters/items"}
    found = {}
    for name, path in paths.items():
        took = []
        for _ in range(LOOKS):
            began = time.monotonic()
            expect(200, stack.console.request("GET", path))
            took.append(1000 * (time.monotonic() - began))
        found[name] = {"median_ms": round(statistics.median(took), 1),
                       "first_ms": round(took[0], 1), "most_ms": round(max(took), 1)}
    return found


def at_size(stack, stored, millions, options):
    filled = stored.grow_to(millions)
    users = round(millions * MILLION / EVENTS_A_USER)
    # So many users each time, spread over all there are.
    drained = min(options.users, users)
    stride = users // drained
    drain(drained, drained, stride)  # the warm-up
    runs = [drain(options.events, drained, stride) for _ in range(options.runs)]
    size = rows(stored.url, "SELECT pg_database_size(current_database()) AS bytes")[0][0]
    return {"millions": millions, "filled_s": round(filled), "gigabytes": round(size / 1e9, 1),
            "drain": summary(runs), "megabytes": median(runs, "megabytes"),
            "pages": first_pages(stack)}


def show(found, smallest):
    pages = ", ".join(f"{name} {page['median_ms']:.0f} ({page['most_ms']:.0f})"
                      for name, page in found["pages"].items())
    print(f"P9 {found['millions']:g} M events stored ({found['gigabytes']} GB, filled in "
          f"{found['filled_s']} s): P3 {found['drain']['rate']:,} rows/s "
          f"({found['drain']['spread']}), "
          f"{found['drain']['rate'] / smallest['drain']['rate']:.2f} of that at "
          f"{smallest['millions']:g} M; normaliser at most {found['megabytes']} MB\n"
          f"   first pages, median (longest) ms: {pages}", flush=True)


def faults_of(found, smallest):
    share = found["drain"]["rate"] / smallest["drain"]["rate"]
    if share < DRAIN_SHARE:
        yield f"at {found['millions']:g} M: P3 is {share:.2f} of that at {smallest['millions']:g} M"
    for name, page in found["pages"].items():
        if page["median_ms"] > PAGE_MS:
            yield f"at {found['millions']:g} M: {name} took {page['median_ms']} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=lambda text: sorted(float(n) for n in text.split(",")),
                        default=[1.0, 10.0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    options, _ = parser.parse_known_args()
    stack = Stack()
    stored = Stored(stack, max(options.sizes))
    report = []
    for millions in options.sizes:
        report.append(at_size(stack, stored, millions, options))
        show(report[-1], report[0])
    faults = [fault for found in report for fault in faults_of(found, report[0])]
    write_report("growth", {"sizes": report, "faults": faults})
    for fault in faults:
        print(f"broken: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
