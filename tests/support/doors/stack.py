"""A running stack: its addresses and the two HTTP APIs."""

import http.client
import json
import os
import re
import time
import urllib.parse
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run_dir():
    return Path(os.environ.get("VF_RUN_DIR", ROOT / ".run"))


def read_env(path=None):
    """.run/env as a dictionary; lines are export NAME='value'."""
    text = (path or run_dir() / "env").read_text(encoding="utf-8")
    return dict(re.findall(r"^export (\w+)='([^']*)'$", text, re.MULTILINE))


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Api:
    """One base URL and one authorisation; a connection per thread is the caller's business."""

    def __init__(self, url, authorization=None, timeout=30):
        self.url = urllib.parse.urlsplit(url)
        self.authorization = authorization
        self.timeout = timeout
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        """Sends `body` (bytes as they are, anything else as JSON). Reconnects once when the kept
        connection turns out to be closed."""
        sent = {"Connection": "keep-alive", **(headers or {})}
        if self.authorization and "Authorization" not in sent:
            sent["Authorization"] = self.authorization
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        fresh = self.connection is None
        try:
            return self._send(method, path, body, sent)
        except (http.client.HTTPException, OSError):
            self.close()
            if fresh:
                raise
            return self._send(method, path, body, sent)

    def _send(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                self.url.hostname, self.url.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __del__(self):
        self.close()

    def get(self, path, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.request("GET", path)

    def post(self, path, body, **headers):
        return self.request("POST", path, body,
                            {name.replace("_", "-"): value for name, value in headers.items()})

    def put(self, path, body):
        return self.request("PUT", path, body)


class Stack:
    """What scripts/up started."""

    def __init__(self, env=None):
        self.env = env or read_env()
        self.console = Api(self.env["VF_CONSOLE_URL"], "Bearer " + self.env["VF_ADMIN_TOKEN"])
        self.project = self.env["VF_PROJECT_ID"]

    def ingest(self, key=None):
        return Api(self.env["VF_INGEST_URL"], "Bearer " + (key or self.env["VF_API_KEY"]))

    def new_project(self, name):
        """A project of its own, so that tests do not see each other."""
        return Project(self, name)


class Project:
    def __init__(self, stack, name):
        self.stack = stack
        self.console = stack.console
        self.id = expect(201, self.console.post("/v1/projects", {"name": name})).data["id"]
        key = expect(201, self.console.post(f"/v1/projects/{self.id}/keys", {"name": "tests"}))
        self.key = key.data["secret"]
        self.ingest = stack.ingest(self.key)

    def path(self, rest):
        return f"/v1/projects/{self.id}/{rest}"

    def identify(self, user, **fields):
        return self.ingest.post("/api/v1/users", {"external_user_id": user, **fields},
                                Idempotency_Key=str(uuid.uuid4()))

    def track(self, user, name, **fields):
        return self.ingest.post("/api/v1/events",
                                {"external_user_id": user, "name": name, **fields},
                                Idempotency_Key=str(uuid.uuid4()))

    def new_endpoint(self, url, *types):
        body = {"url": url, "event_types": list(types)}
        return expect(201, self.console.post(self.path("endpoints"), body)).data

    def activate(self, preset):
        rules = expect(200, self.console.get(self.path("rules"))).data
        rule = next(rule for rule in rules if rule["preset"] == preset)
        expect(200, self.console.post(self.path(f"rules/{rule['id']}/activate"),
                                      {"scope": "future"}))
        return rule["id"]

    def set_postmark(self, username, password):
        expect(200, self.console.put(self.path("postmark"),
                                     {"username": username, "password": password}))

    def user(self, external_id):
        quoted = urllib.parse.quote(external_id, safe="")
        return self.console.get(self.path(f"users/{quoted}"))

    def events(self, **query):
        return expect(200, self.console.get(self.path("events"), **query)).data

    def drafts(self, **query):
        return expect(200, self.console.get(self.path("drafts"), **query)).data

    def deliveries(self, **query):
        return expect(200, self.console.get(self.path("deliveries"), **query)).data

    def quarantine(self, **query):
        return expect(200, self.console.get("/v1/quarantine/items", project=self.id, **query)).data

    def dead_letters(self, **query):
        return expect(200, self.console.get("/v1/dead-letters/items", project=self.id,
                                            **query)).data


def expect(status, answer):
    if answer.status != status:
        raise AssertionError(f"expected {status}, got {answer!r}")
    return answer


def wait_for(what, check, seconds=30):
    """The first truthy answer of `check`."""
    last = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > last:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
