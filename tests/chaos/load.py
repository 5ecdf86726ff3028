"""A seeded load through the front door, by a client that does what customers should: it keeps its
Idempotency-Key over its retries and believes nothing but a 202."""

import json
import random
import threading
import time
import uuid

from auditor import Client
from doors import postmark

PATIENCE_SECONDS = 60


class Load:
    """`users` users over `threads` threads; each is identified, signs up and sends events, some of
    them before it is known, some of them sent twice."""

    def __init__(self, project, seed, users, events_per_user, threads=4):
        self.project = project
        self.seed = seed
        self.users = [f"user-{n}" for n in range(users)]
        self.events_per_user = events_per_user
        self.threads = threads
        self.log = Client()
        self.lock = threading.Lock()
        self.refusals = 0
        self.failures = []

    def run(self):
        workers = [threading.Thread(target=self._guard, args=(n,)) for n in range(self.threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.failures:
            raise self.failures[0]
        return self.log

    def _guard(self, number):
        try:
            self._work(number)
        except Exception as failure:  # told to the test by run()
            self.failures.append(failure)

    def _work(self, number):
        rng = random.Random(f"{self.seed}/{number}")
        api = self.project.stack.ingest(self.project.key)
        mine = self.users[number::self.threads]
        steps = [(user, step) for user in mine for step in range(self.events_per_user + 2)]
        # Interleave the users, each in its own order.
        steps.sort(key=lambda at: (at[1] + rng.random() * 3, at[0]))
        progress = {user: 0 for user in mine}
        identify_at = {user: rng.choice([0, 0, 0, 2]) for user in mine}
        for user, _ in steps:
            step = progress[user]
            progress[user] += 1
            if step == identify_at[user]:
                self._identify(api, rng, user)
            else:
                self._event(api, rng, user, step)

    def _identify(self, api, rng, user):
        body = {"external_user_id": user, "email": f"{user}@example.com",
                "traits": {"name": user, "plan": rng.choice(["trial", "pro"])}}
        self._send(api, rng, "/api/v1/users", body)
        with self.lock:
            self.log.accepted_users.add(user)

    def _event(self, api, rng, user, step):
        mark = f"{user}/{step}"
        name = "user_signed_up" if user not in self.log.signed_up else "report_exported"
        body = {"external_user_id": user, "name": name, "properties": {"mark": mark}}
        self._send(api, rng, "/api/v1/events", body)
        with self.lock:
            self.log.accepted_events[mark] = user
            self.log.order[user].append(mark)
            if name == "user_signed_up":
                self.log.signed_up.add(user)

    def _send(self, api, rng, path, body):
        """Until a 202; now and then once more after it, as a client does that lost the answer."""
        key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        raw = json.dumps(body).encode()
        last = time.monotonic() + PATIENCE_SECONDS
        repeats = 1 if rng.random() < 0.05 else 0
        while True:
            status = None
            try:
                status = api.request("POST", path, raw, {"Idempotency-Key": key}).status
            except OSError:
                pass
            except Exception as failure:
                if "http.client" not in type(failure).__module__:
                    raise
            if status == 202:
                if repeats == 0:
                    return
                repeats -= 1
                continue
            if status is not None and 400 <= status < 500 and status not in (408, 429):
                raise AssertionError(f"refused with {status}: {raw!r}")
            with self.lock:
                self.refusals += 1
            if time.monotonic() > last:
                raise AssertionError(f"not accepted within {PATIENCE_SECONDS} s: {raw!r}")
            time.sleep(0.05)

    def opens(self, drafts, username, password):
        """One Postmark open per draft, repeated until 200 as Postmark does."""
        api = self.project.stack.ingest(self.project.key)
        for draft in drafts:
            body = postmark.open_body(draft["id"], draft["recipient"])
            last = time.monotonic() + PATIENCE_SECONDS
            while True:
                try:
                    answer = postmark.post(api, self.project.id, username, password, body)
                    if answer.status == 200:
                        break
                except Exception as failure:
                    if not isinstance(failure, OSError) and \
                            "http.client" not in type(failure).__module__:
                        raise
                if time.monotonic() > last:
                    raise AssertionError("an open was not accepted")
                time.sleep(0.05)
            self.log.accepted_opens.add(body["MessageID"])
