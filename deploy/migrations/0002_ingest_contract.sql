-- The ingest contract: limits of a project, idempotency keys and the identity of backfilled events.

-- Requests a second by kind of endpoint; NULL leaves the configured default.
-- owner: console
ALTER TABLE projects
    ADD COLUMN limit_single             integer CHECK (limit_single > 0),
    ADD COLUMN limit_batch              integer CHECK (limit_batch > 0),
    ADD COLUMN limit_bulk               integer CHECK (limit_bulk > 0),
    ADD COLUMN require_idempotency_key  boolean NOT NULL DEFAULT false;

-- When a key was last used, to the hour.
-- owner: ingest-gateway
CREATE TABLE api_key_uses (
    key_id   text PRIMARY KEY,
    used_at  timestamptz NOT NULL
);

-- Which body an Idempotency-Key stands for. The gateway claims before it publishes; what it had to
-- publish without a claim, because this database was away, the normaliser claims here afterwards:
-- one table, because its key is what decides between the two. Days are dropped whole.
-- owner: ingest-gateway, normaliser
CREATE TABLE idempotency_claims (
    day         date NOT NULL,         -- of claimed_at, UTC
    key_id      uuid NOT NULL,         -- digest of project and key
    body_hash   uuid NOT NULL,         -- digest of path and canonical body
    claimed_at  timestamptz NOT NULL,
    PRIMARY KEY (day, key_id)
) PARTITION BY RANGE (day);
CREATE TABLE idempotency_claims_default PARTITION OF idempotency_claims DEFAULT;

-- A claim of a record ends with its Idempotency-Key, 24 hours after the record was received.
-- owner: normaliser
ALTER TABLE ingest_claims ADD COLUMN received_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE ingest_claims ALTER COLUMN received_at DROP DEFAULT;

-- Events that are the same event whenever they are sent again: bulk records with a timestamp. Kept
-- as long as their events, so partitioned by the time of those.
-- owner: normaliser
CREATE TABLE natural_claims (
    project_id   text NOT NULL,
    record_id    uuid NOT NULL,        -- digest of project, user, name and timestamp
    occurred_on  date NOT NULL,        -- UTC
    PRIMARY KEY (project_id, record_id, occurred_on)
) PARTITION BY RANGE (occurred_on);
CREATE TABLE natural_claims_default PARTITION OF natural_claims DEFAULT;
SELECT make_partitions('natural_claims', 'year', date '2015-01-01', 12);

CREATE OR REPLACE FUNCTION make_all_partitions(today date) RETURNS integer LANGUAGE sql AS $$
    SELECT make_partitions('ingest_claims', 'day', today - 1, 9)
         + make_partitions('idempotency_claims', 'day', today - 1, 9)
         + make_partitions('natural_claims', 'year', today, 2)
         + make_partitions('events', 'month', today, 3)
         + make_partitions('attempts', 'month', today, 3)
$$;

-- Drops the daily partitions of the parent that end before `first_day`; answers how many. Waits a
-- second for its lock at most: the next hour tries again.
CREATE FUNCTION drop_days_before(parent regclass, first_day date)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    child   regclass;
    dropped integer := 0;
BEGIN
    SET LOCAL lock_timeout = '1s';
    FOR child IN
        SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = parent AND inhrelid::regclass::text ~ '_[0-9]{8}$'
          AND right(inhrelid::regclass::text, 8) < to_char(first_day, 'YYYYMMDD')
        ORDER BY inhrelid::regclass::text
    LOOP
        EXECUTE format('DROP TABLE %s', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

SELECT make_all_partitions((now() AT TIME ZONE 'UTC')::date);
