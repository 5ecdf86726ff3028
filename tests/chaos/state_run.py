"""usage: state_run.py [--events N] [--seed S] [--kills N]

The run against the oracle: a seeded input through the gateway, two normalisers, SIGKILLs, and then
every user and every event of PostgreSQL against what oracle.py makes of the input alone. Called by
scripts/bench state; a small one is state_test.py."""

import argparse
import itertools
import json
import random
import sys
import time
from dataclasses import dataclass

from doors.database import execute, rows
from doors.stack import ROOT, Stack, run_dir
from oracle import compare_user, read_input
from state_input import write_input
from state_sender import Kills, Sender

KILLED = ("normaliser.1", "normaliser.2", "ingest-gateway.1")
USERS_AT_ONCE = 2_000
STANDSTILL_SECONDS = 90

ROWS = """
SELECT row_to_json(r) FROM (
  SELECT u.external_user_id, u.user_id, u.email, u.name, u.plan, u.company, u.role, u.signup_date,
         u.timezone, u.traits, u.stage, u.billing_interval, u.mrr_cents,
         {trial} AS trial_ends_at, {access} AS access_ends_at, {identified} AS identified_at,
         {first} AS first_seen_at, {last} AS last_seen_at
  FROM users u LEFT JOIN user_facts f USING (user_id)
  WHERE u.project_id = :'project'
    AND u.external_user_id = ANY (string_to_array(:'users', ','))) r
"""
EVENTS = """
SELECT json_build_array(e.external_user_id, e.properties::json ->> 'mark', e.name, {occurred},
                        e.user_id)
FROM events e
WHERE e.project_id = :'project'
  AND e.external_user_id = ANY (string_to_array(:'users', ','))
"""
SETTLED = """
SELECT (SELECT count(*) FROM record_claims)
     + (SELECT count(*) FROM natural_claims WHERE project_id = :'project') AS settled
"""


def in_microseconds(column):
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


ROWS = ROWS.format(trial=in_microseconds("u.trial_ends_at"),
                   access=in_microseconds("u.access_ends_at"),
                   identified=in_microseconds("u.identified_at"),
                   first=in_microseconds("f.first_seen_at"),
                   last=in_microseconds("f.last_seen_at"))
EVENTS = EVENTS.format(occurred=in_microseconds("e.occurred_at"))


@dataclass(frozen=True)
class Size:
    records: int
    lanes: int
    kills: int  # of each instance while requests are sent
    kills_late: bool  # one more of each normaliser, with the backlog that there is then


def run(stack, project, seed, size):
    """What was sent and done, and every difference as a sentence."""
    folder = run_dir() / "state"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"input-{project.id}.jsonl"
    lines = write_input(path, seed, size.records, size.lanes)
    sender = Sender(project, path, size.lanes)
    kills = Kills(seed, KILLED, size.kills, lambda: sender.sent / lines)
    kills.start()
    before = count_settled(stack, project)
    began = time.monotonic()
    try:
        sender.run()
    finally:
        kills.end()
    sent = time.monotonic()
    for instance in KILLED[:2] if size.kills_late else ():
        kills.kill(instance)
    given = read_input(path, sender.windows)
    await_drain(stack, project, before + given.records)
    drained = time.monotonic()
    differences = differ(stack, project, given)
    if not differences:
        path.unlink()
    return {"seed": seed, "requests": given.requests, "records": given.records,
            "events": given.events, "users": len(given.users), "identified": given.identified,
            "waiting": given.waiting, "sent_again": given.repeated,
            "refused_tries": sender.refusals,
            "kills": {name: sum(1 for one, _ in kills.done if one == name) for name in KILLED},
            "send_seconds": round(sent - began, 1), "drain_seconds": round(drained - sent, 1),
            }, differences


def count_settled(stack, project):
    return rows(stack.env["VF_DATABASE_URL"], SETTLED, project=project.id)[0][0]


def await_drain(stack, project, records):
    """Until so many are settled, or nothing has moved for long: then the tables tell."""
    seen, moved = -1, time.monotonic()
    while seen < records and time.monotonic() - moved < STANDSTILL_SECONDS:
        time.sleep(0.5)
        settled = count_settled(stack, project)
        if settled != seen:
            seen, moved = settled, time.monotonic()


def differ(stack, project, given):
    url = stack.env["VF_DATABASE_URL"]
    differences = strangers(url, project, given)
    names = iter(sorted(given.users))
    while some := list(itertools.islice(names, USERS_AT_ONCE)):
        asked = {"project": project.id, "users": ",".join(some)}
        stored = {}
        for line in execute(url, ROWS, **asked).splitlines():
            row = json.loads(line)
            stored[row["external_user_id"]] = row
        events = {user: [] for user in some}
        for line in execute(url, EVENTS, **asked).splitlines():
            user, *event = json.loads(line)
            events[user].append(event)
        for user in some:
            differences += compare_user(user, given.users[user], stored.get(user), events[user])
    return differences


def strangers(url, project, given):
    """What the input does not explain at all."""
    found = []
    for what, statement, wanted in (
            ("users", "SELECT count(*) AS n FROM users", given.identified),
            ("events", "SELECT count(*) AS n FROM events", given.events),
            ("quarantined records", "SELECT count(*) AS n FROM quarantine_items", 0)):
        got = rows(url, statement + " WHERE project_id = :'project'", project=project.id)[0][0]
        if got != wanted:
            found.append(f"{got:,} {what}, not {wanted:,}")
    return found


def tell(report, differences):
    print(f"seed {report['seed']}: {report['records']:,} records ({report['events']:,} events, "
          f"{report['waiting']:,} waiting) of {report['users']:,} users in "
          f"{report['requests']:,} requests, {report['sent_again']:,} records sent again, "
          f"{report['refused_tries']:,} refused tries, SIGKILL {report['kills']}; "
          f"sent in {report['send_seconds']} s, drained {report['drain_seconds']} s later; "
          f"differences = {len(differences)}", flush=True)
    for one in differences[:20]:
        print(f"  {one}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--kills", type=int, default=4)
    options, _ = parser.parse_known_args()  # those of the other parts
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    stack = Stack()
    project = stack.new_project(f"state {seed}")
    report, differences = run(stack, project, seed, Size(options.events, 8, options.kills, True))
    tell(report, differences)
    target = ROOT / ".run" / "bench" / "state.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({**report, "differences": len(differences)}, indent=1) + "\n",
                      encoding="utf-8")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
