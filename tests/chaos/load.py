"""A seeded load through the front door, by a client that does what customers should: it keeps its
Idempotency-Key over its retries and believes nothing but a 202."""

import contextlib
import http.client
import json
import random
import threading
import time
import uuid

from doors import postmark

PATIENCE_SECONDS = 60
USERS_AT_ONCE = 8  # of a thread
MALFORMED = 0.02  # of the events: taken at the door, set aside behind it
AGAIN = 0.05  # of the requests
DRAFTS_AT_ONCE = 60
# What a client meets while the other side is being killed.
BROKEN = (OSError, http.client.HTTPException)


class Stopped(Exception):
    """The run has failed elsewhere."""


class Load:
    """Wave after wave of users over `threads` threads, until `end`: each is identified, signs up and
    sends events, some of them before it is known, some of them sent twice. Their drafts are opened
    as they come, each once. What was accepted is written into `log`, an auditor's Client."""

    def __init__(self, project, log, seed, part=0, events_per_user=12, threads=4,
                 pace_seconds=0.02):
        self.project = project
        self.log = log
        self.seed = seed
        self.part = part
        self.events_per_user = events_per_user
        self.pace_seconds = pace_seconds
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.refusals = 0
        self.failures = []
        works = [lambda number=number: self._waves(number) for number in range(threads)]
        self.workers = [threading.Thread(target=self._guard, args=(work,))
                        for work in (*works, self._opens)]

    def start(self):
        for worker in self.workers:
            worker.start()

    def end(self):
        """When all that was begun has been accepted."""
        self.ended.set()
        for worker in self.workers:
            worker.join()
        if self.failures:
            raise self.failures[0]

    def _guard(self, work):
        try:
            work()
        except Stopped:
            pass
        except Exception as failure:  # told by end()
            self.failures.append(failure)

    def _waves(self, number):
        api = self.project.stack.ingest(self.project.key)
        wave = 0
        while not self.ended.is_set():
            rng = random.Random(f"load/{self.seed}/{self.part}/{number}/{wave}")
            users = [f"user-{self.part}-{number}-{wave}-{n}" for n in range(USERS_AT_ONCE)]
            self._wave(api, rng, users)
            wave += 1

    def _wave(self, api, rng, users):
        steps = [(user, step) for user in users for step in range(self.events_per_user + 2)]
        # Interleave the users, each in its own order.
        steps.sort(key=lambda at: (at[1] + rng.random() * 3, at[0]))
        progress = {user: 0 for user in users}
        identify_at = {user: rng.choice([0, 0, 0, 2]) for user in users}
        for user, _ in steps:
            step = progress[user]
            progress[user] += 1
            if step == identify_at[user]:
                self._identify(api, rng, user)
            else:
                self._event(api, rng, user, step)
            time.sleep(self.pace_seconds)

    def _identify(self, api, rng, user):
        body = {"external_user_id": user, "email": f"{user}@example.com",
                "traits": {"name": user, "plan": rng.choice(["trial", "pro"])}}
        self._send(api, rng, "/api/v1/users", body)
        with self.lock:
            self.log.accepted_users.add(user)

    def _event(self, api, rng, user, step):
        mark = f"{user}/{step}"
        name, properties = "report_exported", {"mark": mark}
        if user not in self.log.signed_up:
            name = "user_signed_up"
        elif rng.random() < MALFORMED:
            name, properties = "trial_expiring", {"mark": mark, "daysLeft": "soon"}
        self._send(api, rng, "/api/v1/events",
                   {"external_user_id": user, "name": name, "properties": properties})
        with self.lock:
            self.log.accepted_events[mark] = user
            if name == "trial_expiring":
                self.log.malformed.add(mark)
            else:
                self.log.order[user].append(mark)
            if name == "user_signed_up":
                self.log.signed_up.add(user)

    def _send(self, api, rng, path, body):
        """Now and then once more after its acceptance, as a client does that lost the answer."""
        key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        raw = json.dumps(body).encode()
        for _ in range(2 if rng.random() < AGAIN else 1):
            self._until(202, lambda: api.request("POST", path, raw, {"Idempotency-Key": key}))

    def _opens(self):
        """One Postmark open per draft, repeated until 200 as Postmark does."""
        api = self.project.stack.ingest(self.project.key)
        opened = set()
        while not self.ended.wait(0.5):
            for draft in self._newest_drafts():
                if draft["id"] in opened or self.ended.is_set():
                    continue
                opened.add(draft["id"])
                body = postmark.open_body(draft["id"], "unknown@example.com")
                self._until(200, lambda body=body: postmark.post(
                    api, self.project.id, "postmark", "secret", body))
                self.log.accepted_opens.add(body["MessageID"])

    def _newest_drafts(self):
        with contextlib.suppress(*BROKEN):
            answer = self.project.console.get(self.project.path("drafts"), limit=DRAFTS_AT_ONCE)
            if answer.status == 200:
                return answer.data
        return []

    def _until(self, status, attempt):
        last = time.monotonic() + PATIENCE_SECONDS
        while not self.failures:
            answer = None
            with contextlib.suppress(*BROKEN):
                answer = attempt()
            if answer is not None and answer.status == status:
                return
            if answer is not None and answer.status < 500 and answer.status not in (408, 429):
                raise AssertionError(f"refused: {answer!r}")
            with self.lock:
                self.refusals += 1
            if time.monotonic() > last:
                raise AssertionError(f"not accepted within {PATIENCE_SECONDS} s: {answer!r}")
            time.sleep(0.05)
        raise Stopped
