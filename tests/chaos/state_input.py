"""A seeded input for the run against the oracle, as a file of JSON lines: the first says when it
was made, each other one is a request as it is to be sent. Users are divided among the lanes, so
that what one user says without a time of its own is said in the order of the file.

Times are out of order, events come before the identify they wait for, traits are cleared and
respelt, subscriptions change, and one request in twenty is sent once more, later."""

import json
import random
import time
import uuid
from datetime import datetime, timedelta, timezone

RECORDS_PER_USER = 20
BATCH_MOST = 500  # of /events/batch
NEVER_IDENTIFIED = 0.05
AGAIN = 0.05
WITHOUT_TIME = 0.2
AHEAD = 0.01  # of those with a time
DAY_MS = 86_400_000

# Two spellings are one trait.
TRAITS = (("name",), ("plan",), ("company",), ("role",), ("signupDate", "signup_date"),
          ("timezone", "timeZone"), ("workspaceId", "workspace_id"), ("score",), ("beta",),
          ("tags",), ("favouriteColour", "favourite_colour"))
PLANS = ("trial", "starter", "pro", "enterprise")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "not/a zone")


def write_input(path, seed, records, lanes):
    """How many lines of requests were written."""
    made_ms = int(time.time() * 1000)
    lines = 0
    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps({"made_ms": made_ms, "seed": seed}) + "\n")
        for lane in range(lanes):
            part = records // lanes + (1 if lane < records % lanes else 0)
            for request in Lane(seed, lane, part, made_ms).requests():
                out.write(json.dumps({"lane": lane, **request}) + "\n")
                lines += 1
    return lines


class Lane:
    def __init__(self, seed, lane, records, made_ms):
        self.rng = random.Random(f"state/{seed}/{lane}")
        self.lane = lane
        self.wanted = records
        self.made_ms = made_ms

    def requests(self):
        """In order; what is sent again follows up to 200 requests later."""
        due = []
        for number, request in enumerate(self._first_time()):
            yield request
            if self.rng.random() < AGAIN:
                due.append((number + self.rng.randint(1, 200), {**request, "again": True}))
            timed = [event for event in request["body"].get("events", []) if "timestamp" in event]
            if request["path"].endswith("events/bulk") and timed and self.rng.random() < AGAIN:
                self.rng.shuffle(timed)
                due.append((number + self.rng.randint(1, 200), self._request(
                    "events/bulk", {"events": timed}) | {"natural": True}))
            for _, late in [one for one in due if one[0] <= number]:
                yield late
            due = [one for one in due if one[0] > number]
        for _, late in due:
            yield late

    def _first_time(self):
        waiting = self._records()
        at = 0
        while at < len(waiting):
            size = 1 if self.rng.random() < 0.9 else self.rng.choice((5, 20, 100, BATCH_MOST))
            chunk = waiting[at:at + size]
            at += size
            users = [record for record in chunk if "name" not in record]
            events = [record for record in chunk if "name" in record]
            sent = [("users", users), ("events", events)]
            self.rng.shuffle(sent)
            for kind, some in sent:
                if len(some) == 1:
                    yield self._request(kind, some[0])
                elif some:
                    door = "bulk" if kind == "users" else self.rng.choice(("batch", "bulk"))
                    yield self._request(f"{kind}/{door}", {kind: some})

    def _request(self, door, body):
        key = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        return {"path": f"/api/v1/{door}", "key": key, "body": body}

    def _records(self):
        """Of all users of the lane, mixed."""
        count = max(self.wanted // RECORDS_PER_USER, 1)
        users = [f"user-{self.lane}-{n:06d}" for n in range(count)]
        owners = users + self.rng.choices(users, k=max(self.wanted - count, 0))
        self.rng.shuffle(owners)
        of_user = {user: [] for user in users}
        for place, user in enumerate(owners):
            of_user[user].append(place)
        records = [None] * len(owners)
        for user, places in of_user.items():
            self._tell(user, places, records)
        return records

    def _tell(self, user, places, records):
        stamps = iter(self.rng.sample(range(DAY_MS // 24, 60 * DAY_MS), len(places)))
        ahead = iter(self.rng.sample(range(DAY_MS // 4, DAY_MS * 3 // 4), len(places)))
        identified = {place for place in places if self.rng.random() < 0.15}
        if self.rng.random() < NEVER_IDENTIFIED:
            identified = set()
        elif not identified:
            identified = {self.rng.choice(places)}
        for place in places:
            body = self._identify(user) if place in identified else self._event(
                user, f"{self.lane}/{place}")
            if self.rng.random() >= WITHOUT_TIME:
                late = self.rng.random() < AHEAD
                body["timestamp"] = self._text(
                    self.made_ms + next(ahead) if late else self.made_ms - next(stamps))
            records[place] = body

    def _text(self, milliseconds):
        at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
        if self.rng.random() < 0.2:
            return at.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat(
                timespec="milliseconds")
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _identify(self, user):
        body = {"external_user_id": user}
        traits = {}
        for spellings in self.rng.sample(TRAITS, self.rng.randint(0, 5)):
            traits[self.rng.choice(spellings)] = self._trait(spellings[0])
        draw = self.rng.random()
        address = f"{user}+{self.rng.randrange(1000)}@example.com"
        if draw < 0.6:
            body["email"] = address
        elif draw < 0.7:
            traits["email"] = address
        if traits or self.rng.random() < 0.5:
            body["traits"] = traits
        return body

    def _trait(self, name):
        draw = self.rng.random()
        if draw < 0.15:
            return None
        if draw < 0.20:
            return self.rng.choice(({"nested": [1, None]}, ["a", "b"]))
        if draw < 0.24:
            return self.rng.choice((True, False, self.rng.randrange(100)))
        if name == "plan":
            return self.rng.choice(PLANS)
        if name == "timezone":
            return self.rng.choice(ZONES)
        return f"{name} {self.rng.randrange(1000)} é☃"

    def _event(self, user, mark):
        name, properties = self.rng.choice((
            ("report_exported", {}), ("invoice_viewed", {}), ("feature_used", self._feature()),
            ("onboarding_step", {"step": "profile"}), ("subscription_changed", self._changed()),
            ("subscription_cancelled", self._cancelled()), ("payment_failed", {}),
            ("trial_started", self._either("trialDays", self.rng.choice((7, 14, 30.5)))),
            ("trial_expiring", self._either("daysLeft", self.rng.randint(0, 5))),
            ("user_signed_up", {"plan": "not the plan"})))
        return {"external_user_id": user, "name": name, "properties": {**properties, "mark": mark}}

    def _either(self, camel, value):
        """Under one of its two spellings."""
        snake = "".join("_" + c.lower() if c.isupper() else c for c in camel)
        return {self.rng.choice((camel, snake)): value}

    def _feature(self):
        return {"feature": self.rng.choice(("export", "share")), "count": self.rng.randint(1, 9)}

    def _changed(self):
        said = {"to": self.rng.choice(PLANS)}
        if self.rng.random() < 0.7:
            said["interval"] = self.rng.choice(("month", "year"))
        if self.rng.random() < 0.7:
            said["mrr"] = self.rng.randrange(100_000)
        return said

    def _cancelled(self):
        if self.rng.random() < 0.5:
            return {}
        days = self.rng.randint(-40, 40)
        return self._either("effectiveAt", self._text(self.made_ms + days * DAY_MS))
