-- State of users that does not depend on the order of arrival, and facts.

-- Derived from canonical events, the latest by time deciding column by column; and which write each
-- column and trait is from, so that a late one never undoes a later one:
-- [[at µs, received µs, record, [columns], [traits]], …].
-- owner: normaliser
ALTER TABLE users
    ADD COLUMN timezone          text,         -- an IANA name
    ADD COLUMN billing_interval  text,
    ADD COLUMN mrr_cents         bigint,
    ADD COLUMN trial_ends_at     timestamptz,
    ADD COLUMN access_ends_at    timestamptz,  -- of a cancelled subscription, none later
    ADD COLUMN stamps            jsonb NOT NULL DEFAULT '[]';

-- 'cancelled' has access still; a week after it ended the user is 'churned'. It flips with the
-- clock, so it is no column.
CREATE FUNCTION stage_at(stage text, access_ends_at timestamptz, at timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN access_ends_at + interval '7 days' <= at THEN 'churned' ELSE stage END
$$;

-- What is counted of each user's events: a leaf of a condition, {"event": [names], "where": […],
-- "weight": path}. Never changed: another leaf is another fact.
-- owner: console
CREATE TABLE fact_defs (
    project_id  text NOT NULL,
    fact_id     integer NOT NULL,
    leaf        jsonb NOT NULL,
    keep        integer NOT NULL CHECK (keep BETWEEN 1 AND 101),  -- newest occurrences
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, fact_id)
);

-- Facts that hold for events older than their definition too.
-- owner: normaliser
CREATE TABLE fact_builds (
    project_id  text NOT NULL,
    fact_id     integer NOT NULL,
    built_at    timestamptz NOT NULL,
    PRIMARY KEY (project_id, fact_id)
);

-- What a user's events come to, one narrow row that every batch may rewrite. `facts` is packed:
-- libs/facts/include/vf/facts/packing.hpp.
-- owner: normaliser
CREATE TABLE user_facts (
    user_id        bigint PRIMARY KEY,
    first_seen_at  timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    facts          bytea NOT NULL
) WITH (fillfactor = 70);

INSERT INTO user_facts (user_id, first_seen_at, last_seen_at, facts)
    SELECT user_id, first_seen_at, last_seen_at, '' FROM users;
ALTER TABLE users DROP COLUMN first_seen_at, DROP COLUMN last_seen_at;

-- One fact of each canonical event for every project, new ones by the console.
CREATE FUNCTION make_default_facts(project text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO fact_defs (project_id, fact_id, leaf, keep)
        SELECT project, f.id, jsonb_build_object('event', jsonb_build_array(f.name)) || f.more, f.keep
        FROM (VALUES (1, 'user_signed_up', '{}'::jsonb, 1),
                     (2, 'trial_started', '{}', 1),
                     (3, 'feature_used', '{"weight": "count"}', 20),
                     (4, 'onboarding_step', '{}', 1),
                     (5, 'subscription_changed', '{}', 1),
                     (6, 'subscription_cancelled', '{}', 1),
                     (7, 'payment_failed', '{}', 1),
                     (8, 'trial_expiring', '{}', 1),
                     (9, 'user_invited', '{}', 1),
                     (10, 'usage_threshold_reached', '{}', 1)) AS f (id, name, more, keep)
        ON CONFLICT DO NOTHING
$$;
SELECT make_default_facts(id) FROM projects;
