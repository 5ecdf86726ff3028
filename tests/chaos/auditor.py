"""The independent auditor. It reads what the client wrote down, what the receivers wrote down and
what PostgreSQL holds, never our metrics, and finds everything that was lost, doubled, changed or
put out of order. It is itself tested: auditor_test.py plants each fault."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass
class Client:
    """The client's own log. An event is known by its mark, unique in the run."""
    accepted_events: dict = field(default_factory=dict)  # mark -> user
    malformed: set = field(default_factory=set)  # marks of events that belong in quarantine
    order: dict = field(default_factory=lambda: defaultdict(list))  # user -> marks as accepted
    accepted_users: set = field(default_factory=set)
    signed_up: set = field(default_factory=set)  # users whose user_signed_up was accepted
    accepted_opens: set = field(default_factory=set)  # Postmark message ids


@dataclass
class Store:
    """What SQL says."""
    events: list = field(default_factory=list)  # (mark, user, received_at)
    quarantined: list = field(default_factory=list)  # marks
    users: list = field(default_factory=list)
    unattached: int = 0
    drafts: list = field(default_factory=list)  # (user, draft id) of every welcome
    fired: list = field(default_factory=list)  # (draft id, event id) of every fire told onwards
    outcomes: list = field(default_factory=list)  # (message id, event id)
    dead: list = field(default_factory=list)  # (event id, endpoint)


@dataclass
class Receipt:
    """One webhook that a receiver answered with 2xx."""
    endpoint: str
    event_id: str
    type: str
    subject: str  # a message id of email.opened, a draft id of trigger.fired
    body: bytes


def audit(client, store, receipts, endpoints):
    """Every fault as one sentence; none means nothing was lost and nothing had effect twice."""
    faults = []
    faults += audit_events(client, store)
    faults += audit_order(client, store)
    faults += audit_users(client, store)
    faults += audit_outcomes(client, store)
    faults += audit_fires(store)
    faults += audit_receipts(client, store, receipts, endpoints)
    return faults


def audit_events(client, store):
    stored = Counter(mark for mark, _, _ in store.events)
    quarantined = Counter(store.quarantined)
    for mark, user in client.accepted_events.items():
        places = stored[mark] + (1 if quarantined[mark] else 0)
        if places == 0:
            yield f"event {mark} of {user} was accepted and is nowhere"
        elif places > 1:
            yield f"event {mark} of {user} is in {places} places"
    for mark, user, _ in store.events:
        known = client.accepted_events.get(mark)
        if known is None:
            yield f"event {mark} is stored and was never accepted"
        elif known != user:
            yield f"event {mark} belongs to {known} and is stored under {user}"
        elif mark in client.malformed:
            yield f"event {mark} is malformed and was not set aside"
    if store.unattached:
        yield f"{store.unattached} events of identified users are not attached"


def audit_order(client, store):
    stored = defaultdict(list)
    for mark, user, received_at in store.events:
        stored[user].append((received_at, mark))
    for user, marks in client.order.items():
        there = {mark for _, mark in stored[user]}
        wanted = [mark for mark in marks if mark in there]
        got = [mark for _, mark in sorted(stored[user])]
        if Counter(wanted) == Counter(got) and wanted != got:
            yield f"the events of {user} are out of order"


def audit_users(client, store):
    stored = Counter(store.users)
    for user in client.accepted_users:
        if stored[user] != 1:
            yield f"user {user} was accepted and is stored {stored[user]} times"
    drafts = Counter(user for user, _ in store.drafts)
    for user in client.signed_up:
        if drafts[user] != 1:
            yield f"user {user} signed up and was welcomed {drafts[user]} times"


def audit_outcomes(client, store):
    outcomes = Counter(message for message, _ in store.outcomes)
    for message in client.accepted_opens:
        if outcomes[message] != 1:
            yield f"the open of {message} was accepted and decided {outcomes[message]} times"


def audit_fires(store):
    fired = Counter(draft for draft, _ in store.fired)
    for user, draft in store.drafts:
        if fired[draft] != 1:
            yield f"the fire of {draft} for {user} is {fired[draft]} events"


def audit_receipts(client, store, receipts, endpoints):
    told = defaultdict(set)  # (endpoint, type, subject) -> event ids
    bodies = defaultdict(set)  # event id -> bodies
    for receipt in receipts:
        told[receipt.endpoint, receipt.type, receipt.subject].add(receipt.event_id)
        bodies[receipt.event_id].add(receipt.body)
    decided, fired, dead = dict(store.outcomes), dict(store.fired), set(store.dead)
    due = [("email.opened", message, decided.get(message)) for message in client.accepted_opens]
    due += [("trigger.fired", draft, fired.get(draft)) for _, draft in store.drafts]
    for kind, subject, event_id in due:
        for endpoint in endpoints:
            ids = told[endpoint, kind, subject]
            if not ids and (event_id, endpoint) not in dead:
                yield f"endpoint {endpoint} was never told of {kind} {subject}"
            if len(ids) > 1:
                yield f"endpoint {endpoint} was told of {kind} {subject} under {len(ids)} ids"
    for event_id, variants in bodies.items():
        if len(variants) > 1:
            yield f"{event_id} was sent with {len(variants)} different bodies"
