"""What the tables must hold after an input, worked out from the file alone by a program that shares
nothing with the normaliser: every record is kept in memory, sorted by time, and played once.

The one thing it cannot know from the file is when a record without a time was received. Of those it
knows their order, and the client's log says between which two moments each was: `windows`."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone

SLACK_US = 50_000
DAY_US = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
COLUMNS = ("name", "plan", "company", "role", "signup_date", "timezone")
STAGES = {"user_signed_up": "signed_up", "trial_started": "trialing",
          "subscription_changed": "active", "subscription_cancelled": "cancelled",
          "payment_failed": "past_due"}


@dataclass(frozen=True)
class Span:
    """A moment in microseconds, known to lie between two."""
    low: int
    high: int

    def plus(self, days):
        return Span(self.low + round(days * DAY_US), self.high + round(days * DAY_US))

    def holds(self, value):
        return value is not None and self.low <= value <= self.high


@dataclass(slots=True)
class Record:
    order: int  # sorts the records of one user by time; one dated ahead is as new as its receipt
    at: Span  # as it says
    seen: Span  # no later than its receipt
    body: dict

    @property
    def is_event(self):
        return "name" in self.body


@dataclass
class Input:
    users: dict = field(default_factory=dict)  # external id -> records, each once
    requests: int = 0
    records: int = 0
    events: int = 0
    identified: int = 0  # users
    waiting: int = 0  # events of the others
    repeated: int = 0  # records sent once more


def microseconds(text):
    span = datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def records_of(body):
    return body.get("events") or body.get("users") or [body]


def read_input(path, windows):
    """`windows`: key -> (sent, answered) of every request, in microseconds."""
    found = Input()
    keys, natural = set(), set()
    with open(path, encoding="utf-8") as lines:
        first = json.loads(next(lines))["made_ms"] * 1000
        for line in lines:
            request = json.loads(line)
            found.requests += 1
            again = request["key"] in keys
            keys.add(request["key"])
            bulk = request["path"] == "/api/v1/events/bulk"
            for body in records_of(request["body"]):
                name = (body["external_user_id"], body.get("name"), body.get("timestamp"))
                if again or (bulk and name in natural):
                    found.repeated += 1
                    continue
                if bulk and name[2] is not None:
                    natural.add(name)
                add(found, body, first, windows[request["key"]])
    for records in found.users.values():
        if all(one.is_event for one in records):
            found.waiting += len(records)
        else:
            found.identified += 1
    return found


def add(found, body, first, window):
    order = first + found.records
    seen = at = Span(window[0] - SLACK_US, window[1] + SLACK_US)
    if "timestamp" in body:
        said = microseconds(body["timestamp"])
        at = Span(said, said)
        if said <= first:
            order, seen = said, at
    found.users.setdefault(body["external_user_id"], []).append(Record(order, at, seen, body))
    found.records += 1
    found.events += 1 if "name" in body else 0


def expected_events(records):
    """mark -> (name, when)"""
    return {one.body["properties"]["mark"]: (one.body["name"], one.at)
            for one in records if one.is_event}


def expected_user(records):
    """The row of a user, a Span where a moment is meant; None for one that was never identified."""
    identifies = [one for one in records if not one.is_event]
    if not identifies:
        return None
    row = {"email": None, "stage": "lead", "billing_interval": None, "mrr_cents": None,
           "trial_ends_at": None, "access_ends_at": None}
    traits = {}  # snake name -> (spelling, value), a value of None being cleared
    zone = [None]
    for one in sorted(records, key=lambda record: record.order):
        if one.is_event:
            play_event(one, row, traits)
        else:
            play_identify(one.body, row, traits, zone)
    row.update({name: None for name in COLUMNS})
    row["timezone"] = zone[0]
    row["traits"] = {}
    for name, (spelling, value) in traits.items():
        if name in COLUMNS and fits_column(name, value):
            row[name] = as_text(value)
        elif value is not None:
            row["traits"][spelling] = value
    row["first_seen_at"] = edge(min, records)
    row["last_seen_at"] = edge(max, records)
    row["identified_at"] = edge(max, identifies)
    return row


def edge(pick, records):
    return pick(records, key=lambda record: record.order).seen


def play_identify(body, row, traits, zone):
    said = dict(body.get("traits") or {})
    within = said.pop("email", None)
    row["email"] = body.get("email") or within or row["email"]
    for spelling, value in said.items():
        name = "timezone" if snake(spelling) == "time_zone" else snake(spelling)
        traits[name] = (spelling, value)
        # The column keeps the last name of a zone that exists; what is none is a trait like any.
        if name == "timezone" and fits_column(name, value):
            zone[0] = value


def play_event(one, row, traits):
    name = one.body["name"]
    said = {snake(key): value for key, value in one.body["properties"].items()}
    row["stage"] = STAGES.get(name, row["stage"])
    if name == "trial_started":
        row["trial_ends_at"] = one.at.plus(said["trial_days"])
    elif name == "trial_expiring":
        row["trial_ends_at"] = one.at.plus(said["days_left"])
    elif name == "subscription_changed":
        traits["plan"] = ("plan", said["to"])
        row["billing_interval"] = said.get("interval", row["billing_interval"])
        row["mrr_cents"] = said.get("mrr", row["mrr_cents"])
        row["access_ends_at"] = None
    elif name == "subscription_cancelled":
        told = said.get("effective_at")
        exact = microseconds(told) if told else None
        row["access_ends_at"] = Span(exact, exact) if told else one.at


def fits_column(name, value):
    if name == "timezone":
        return value is None or (isinstance(value, str) and " " not in value)
    return not isinstance(value, (dict, list))


def as_text(value):
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def compare_user(user, records, row, stored_events):
    """Every difference of one user as a sentence. `row` is what the tables say, or None;
    `stored_events` are (mark, name, when, user_id)."""
    wanted = expected_user(records)
    if (wanted is None) != (row is None):
        yield f"{user} is {'stored and was never identified' if row else 'not stored'}"
        return
    if wanted is not None:
        yield from compare_row(user, wanted, row)
    yield from compare_events(user, expected_events(records), stored_events,
                              row["user_id"] if row else None)


def compare_row(user, wanted, row):
    for name, value in wanted.items():
        got = row[name]
        if isinstance(value, Span):
            same = value.holds(got)
        else:
            same = value == got and json.dumps(value, sort_keys=True) == json.dumps(
                got, sort_keys=True)
        if not same:
            yield f"{user}: {name} is {got!r}, not {value!r}"


def compare_events(user, wanted, stored, user_id):
    seen = set()
    for mark, name, when, owner in stored:
        if mark in seen:
            yield f"{user}: event {mark} is stored twice"
            continue
        seen.add(mark)
        if mark not in wanted:
            yield f"{user}: event {mark} was never sent"
            continue
        said, at = wanted[mark]
        if said != name:
            yield f"{user}: event {mark} is {name!r}, not {said!r}"
        if not at.holds(when):
            yield f"{user}: event {mark} is of {when}, not {at}"
        if owner != user_id:
            yield f"{user}: event {mark} belongs to {owner}, not {user_id}"
    for mark in sorted(wanted.keys() - seen):
        yield f"{user}: event {mark} is nowhere"
