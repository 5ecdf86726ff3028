-- The house stands: configuration, users and events, rules and drafts, webhooks, what was set aside.
-- Every table has one writer, named in its owner line; others read. The one shared column is
-- user_due.next_eval_at. Ids are text with a prefix; records and claims use the 16 bytes behind it.

-- owner: console
CREATE TABLE projects (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL
);

-- owner: console
CREATE TABLE api_keys (
    id          text PRIMARY KEY,
    project_id  text NOT NULL REFERENCES projects (id),
    name        text NOT NULL,
    digest      bytea NOT NULL UNIQUE,  -- SHA-256 of the whole key
    last4       text NOT NULL,
    created_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);
CREATE INDEX ON api_keys (project_id);

-- owner: console
CREATE TABLE postmark_credentials (
    project_id       text PRIMARY KEY REFERENCES projects (id),
    username         text NOT NULL,
    password_sealed  bytea NOT NULL,  -- context "postmark:<project>:password"
    updated_at       timestamptz NOT NULL
);

-- owner: console
CREATE TABLE endpoints (
    id                      text PRIMARY KEY,
    project_id              text NOT NULL REFERENCES projects (id),
    url                     text NOT NULL,
    event_types             text[] NOT NULL,
    signature               text NOT NULL DEFAULT 'timestamped' CHECK (signature IN ('timestamped', 'body')),
    secret_sealed           bytea NOT NULL,  -- context "endpoint:<id>:secret"
    previous_secret_sealed  bytea,           -- signs beside the new one until previous_until
    previous_until          timestamptz,
    created_at              timestamptz NOT NULL,
    deleted_at              timestamptz
);
CREATE INDEX ON endpoints (project_id);

-- owner: console
CREATE TABLE rules (
    id           text PRIMARY KEY,
    project_id   text NOT NULL REFERENCES projects (id),
    kind         text NOT NULL,
    preset       text NOT NULL,
    params       jsonb NOT NULL,
    state        text NOT NULL DEFAULT 'paused' CHECK (state IN ('paused', 'active')),
    active_from  timestamptz,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    UNIQUE (project_id, preset)
);

-- owner: console
CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    actor   text NOT NULL,
    action  text NOT NULL,
    target  text NOT NULL,
    reason  text,
    detail  jsonb NOT NULL DEFAULT '{}'
);

-- owner: console
CREATE TABLE quarantine_items (
    id            text PRIMARY KEY,
    project_id    text,
    event_id      text,  -- evt_… of the record, where it could be told
    stage         text NOT NULL,
    code          text NOT NULL,
    field         text NOT NULL,
    detail        text NOT NULL,
    topic         text NOT NULL,
    partition     integer NOT NULL,
    "offset"      bigint NOT NULL,
    key           bytea,
    value         bytea NOT NULL,  -- the record as it came
    headers       jsonb NOT NULL,  -- [[name, base64 of value], …]
    body          bytea NOT NULL,  -- what a person reads and corrects
    received_at   timestamptz NOT NULL,
    set_aside_at  timestamptz NOT NULL,
    replayed_at   timestamptz,
    replays       integer NOT NULL DEFAULT 0
);
CREATE INDEX ON quarantine_items (project_id, set_aside_at DESC, id);
CREATE INDEX ON quarantine_items (set_aside_at DESC, id);
CREATE INDEX ON quarantine_items (event_id) WHERE event_id IS NOT NULL;

-- owner: console
CREATE TABLE dead_letters (
    id           text PRIMARY KEY,
    project_id   text NOT NULL,
    delivery_id  text NOT NULL,
    event_id     text NOT NULL,
    endpoint_id  text NOT NULL,
    cause        text NOT NULL,
    detail       text NOT NULL,
    attempts     integer NOT NULL,
    died_at      timestamptz NOT NULL,
    resent_at    timestamptz
);
CREATE INDEX ON dead_letters (project_id, died_at DESC, id);
CREATE INDEX ON dead_letters (delivery_id);

-- owner: normaliser
CREATE TABLE users (
    user_id           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    project_id        text NOT NULL,
    external_user_id  text NOT NULL,
    email             text,
    name              text,
    plan              text,
    company           text,
    role              text,
    signup_date       text,
    traits            jsonb NOT NULL DEFAULT '{}',
    stage             text NOT NULL DEFAULT 'lead',
    subscribed        boolean NOT NULL DEFAULT true,
    first_seen_at     timestamptz NOT NULL,
    last_seen_at      timestamptz NOT NULL,
    identified_at     timestamptz NOT NULL,
    PRIMARY KEY (project_id, external_user_id)
) WITH (fillfactor = 80);
CREATE INDEX ON users (project_id, lower(email)) WHERE email IS NOT NULL;

-- One row an accepted record, so that a record has one effect however often it arrives. A retry of
-- the same write may be received on the next day, never later: a claim looks at the days beside.
-- owner: normaliser
CREATE TABLE ingest_claims (
    project_id  text NOT NULL,
    record_id   uuid NOT NULL,
    day         date NOT NULL,  -- of received_at, UTC
    PRIMARY KEY (project_id, record_id, day)
) PARTITION BY RANGE (day);
CREATE TABLE ingest_claims_default PARTITION OF ingest_claims DEFAULT;

-- owner: normaliser
CREATE TABLE events (
    project_id        text NOT NULL,
    record_id         uuid NOT NULL,
    external_user_id  text NOT NULL,
    user_id           bigint,  -- NULL while nobody of that id was identified
    name              text NOT NULL,
    properties        text NOT NULL,  -- the customer's bytes
    occurred_at       timestamptz NOT NULL,
    received_at       timestamptz NOT NULL,
    attached_at       timestamptz,
    historical        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (project_id, record_id, received_at)
) PARTITION BY RANGE (received_at);
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE INDEX ON events (user_id, name, occurred_at);
CREATE INDEX ON events (project_id, received_at DESC, record_id);
CREATE INDEX ON events (project_id, external_user_id) WHERE user_id IS NULL;

-- What was decided of one mail outcome, keyed by its input: a repeat publishes what stands here.
-- owner: normaliser
CREATE TABLE mail_outcomes (
    project_id   text NOT NULL,
    event_id     text NOT NULL,  -- derived from the provider's identity of the outcome
    type         text NOT NULL,
    user_id      bigint NOT NULL,
    draft_id     text,
    message_id   text NOT NULL,
    body         text NOT NULL,  -- the webhook body, frozen
    occurred_at  timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, event_id)
);
CREATE INDEX ON mail_outcomes (user_id);

-- The evaluator's only work queue. Whoever changes a user's facts sets -infinity in the same
-- transaction; the evaluator sets it forward.
-- owner: normaliser, trigger-evaluator
CREATE TABLE user_due (
    user_id       bigint PRIMARY KEY,
    project_id    text NOT NULL,
    next_eval_at  timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ON user_due (next_eval_at);

-- owner: trigger-evaluator
CREATE TABLE fires (
    project_id     text NOT NULL,
    rule_id        text NOT NULL,
    user_id        bigint NOT NULL,
    occurrence     text NOT NULL,
    fire_id        text NOT NULL UNIQUE,
    draft_id       text NOT NULL,
    fired_at       timestamptz NOT NULL,
    explain        jsonb NOT NULL,
    announced_at   timestamptz,  -- NULL until vf.fired has acknowledged it
    PRIMARY KEY (project_id, rule_id, user_id, occurrence)
);
CREATE INDEX ON fires (fired_at) WHERE announced_at IS NULL;
CREATE INDEX ON fires (user_id, rule_id, fired_at DESC);

-- owner: trigger-evaluator
CREATE TABLE drafts (
    id                text PRIMARY KEY,
    project_id        text NOT NULL,
    rule_id           text NOT NULL,
    preset            text NOT NULL,
    user_id           bigint NOT NULL,
    external_user_id  text NOT NULL,
    status            text NOT NULL CHECK (status IN ('pending_review', 'scheduled', 'sending', 'sent', 'cancelled', 'failed', 'suppressed')),
    message_id        text,
    created_at        timestamptz NOT NULL
);
CREATE INDEX ON drafts (project_id, created_at DESC, id);
CREATE INDEX ON drafts (project_id, external_user_id);
CREATE INDEX ON drafts (project_id, message_id) WHERE message_id IS NOT NULL;

-- owner: webhook-dispatcher
CREATE TABLE webhook_events (
    event_id    text PRIMARY KEY,
    project_id  text NOT NULL,
    type        text NOT NULL,
    body        bytea NOT NULL,  -- frozen: every attempt of every delivery sends these bytes
    created_at  timestamptz NOT NULL
);

-- owner: webhook-dispatcher
CREATE TABLE deliveries (
    id               text PRIMARY KEY,
    project_id       text NOT NULL,
    event_id         text NOT NULL REFERENCES webhook_events (event_id),
    endpoint_id      text NOT NULL,
    type             text NOT NULL,
    state            text NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts         integer NOT NULL DEFAULT 0,  -- of the present run; a resend starts at 0
    run              integer NOT NULL DEFAULT 1,  -- 1, and one more for every resend
    next_attempt_at  timestamptz,                 -- NULL unless pending
    lease_until      timestamptz,
    lease_token      text,
    created_at       timestamptz NOT NULL,
    settled_at       timestamptz,
    announced_at     timestamptz,  -- of a dead one: when vf.dead-letter acknowledged it
    UNIQUE (event_id, endpoint_id)
) WITH (fillfactor = 80);
CREATE INDEX ON deliveries (next_attempt_at) WHERE state = 'pending';
CREATE INDEX ON deliveries (settled_at) WHERE state = 'dead' AND announced_at IS NULL;
CREATE INDEX ON deliveries (project_id, created_at DESC, id);
CREATE INDEX ON deliveries (endpoint_id, created_at DESC);

-- owner: webhook-dispatcher
CREATE TABLE attempts (
    delivery_id    text NOT NULL,
    run            integer NOT NULL,
    attempt        integer NOT NULL,
    endpoint_id    text NOT NULL,
    started_at     timestamptz NOT NULL,
    took           interval NOT NULL,
    outcome        text NOT NULL,  -- delivered, retry, dead
    status         integer,        -- NULL when no answer came
    error          text,           -- NULL when an answer came
    address        text,
    response_body  bytea,
    PRIMARY KEY (delivery_id, run, attempt, started_at)
) PARTITION BY RANGE (started_at);
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;

-- Each resend has its effect once, however often its nudge arrives.
-- owner: webhook-dispatcher
CREATE TABLE delivery_resends (
    resend_id    text PRIMARY KEY,
    delivery_id  text NOT NULL,
    applied_at   timestamptz NOT NULL
);

-- What the answers of an endpoint taught us.
-- owner: webhook-dispatcher
CREATE TABLE endpoint_states (
    endpoint_id      text PRIMARY KEY,
    paused_until     timestamptz,  -- 429 or 503 with Retry-After
    disabled_at      timestamptz,  -- 410
    disabled_reason  text
);

-- Partitions by time. Makes those of the parent for `count` units from the one that `from_day` is
-- in; what exists is left alone. Called by `console migrate` and hourly by the normaliser.
CREATE FUNCTION make_partitions(parent regclass, unit text, from_day date, count integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    low   date;
    high  date;
    child text;
    made  integer := 0;
BEGIN
    FOR i IN 0 .. count - 1 LOOP
        low := (date_trunc(unit, from_day::timestamp) + (i || ' ' || unit)::interval)::date;
        high := (low + ('1 ' || unit)::interval)::date;
        child := format('%s_%s', parent::text, to_char(low, CASE unit WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END));
        IF to_regclass(child) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
                           child, parent, low || ' 00:00:00+00', high || ' 00:00:00+00');
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION make_all_partitions(today date) RETURNS integer LANGUAGE sql AS $$
    SELECT make_partitions('ingest_claims', 'day', today - 1, 9)
         + make_partitions('events', 'month', today, 3)
         + make_partitions('attempts', 'month', today, 3)
$$;

SELECT make_all_partitions((now() AT TIME ZONE 'UTC')::date);
