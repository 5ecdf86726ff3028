-- How long a project keeps what it was told, and the erasure of one user.

-- Days that events are kept, by when they were received; NULL is for good.
-- owner: console
ALTER TABLE projects ADD COLUMN retention_days integer CHECK (retention_days BETWEEN 1 AND 36500);

-- A user to be forgotten: everything received until `requested_at`, in the tables of every service
-- and in records that are read late. Once all are done, only the digest is left of who it was,
-- which is what late records are known by.
-- owner: console
CREATE TABLE erasures (
    id                text PRIMARY KEY,
    project_id        text NOT NULL REFERENCES projects (id),
    person            bytea NOT NULL,  -- SHA-256 of "project:user", the key of the user's records
    external_user_id  text,            -- NULL once finished
    requested_at      timestamptz NOT NULL,
    reason            text NOT NULL,
    finished_at       timestamptz
);
CREATE INDEX ON erasures (person);
CREATE INDEX ON erasures ((coalesce(finished_at, 'infinity')));

-- One row a service, written with what it removed. The normaliser's says which number the user
-- had: whoever has the same external id afterwards is somebody else.
-- owner: console, normaliser, trigger-evaluator, webhook-dispatcher
CREATE TABLE erasure_steps (
    erasure_id    text NOT NULL,
    service       text NOT NULL,
    done_at       timestamptz NOT NULL,
    rows_removed  bigint NOT NULL,
    user_id       bigint,
    PRIMARY KEY (erasure_id, service)
);

-- Whom the body tells of, as erasures name people. A digest: the name stands in the body alone.
-- owner: webhook-dispatcher
ALTER TABLE webhook_events ADD COLUMN person bytea;
UPDATE webhook_events SET person = sha256(convert_to(
    project_id || ':' || (convert_from(body, 'UTF8')::jsonb #>> '{data,externalUserId}'), 'UTF8'));
CREATE INDEX ON webhook_events (person);

CREATE INDEX ON quarantine_items (sha256(key));

-- From when on a project that keeps so many days keeps what it received: whole days, UTC.
CREATE FUNCTION retention_start(at timestamptz, days bigint)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT (date_trunc('day', at AT TIME ZONE 'UTC') - days * interval '1 day') AT TIME ZONE 'UTC'
$$;

-- Drops the monthly partitions of events or attempts of which no project keeps anything; answers
-- how many. It looks up for itself what may go, so that whoever calls it does no harm. Waits a
-- second for its lock at most: the next hour tries again.
CREATE FUNCTION drop_expired_months(parent regclass, today date)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    longest integer;
    child   regclass;
    dropped integer := 0;
BEGIN
    SELECT CASE WHEN bool_and(retention_days IS NOT NULL) THEN max(retention_days) END
        INTO longest FROM projects;
    IF longest IS NULL OR parent NOT IN ('events'::regclass, 'attempts'::regclass) THEN
        RETURN 0;
    END IF;
    SET LOCAL lock_timeout = '1s';
    FOR child IN
        SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = parent AND inhrelid::regclass::text ~ '_[0-9]{6}$'
          AND to_date(right(inhrelid::regclass::text, 6), 'YYYYMM') + interval '1 month'
              <= least(today, (now() AT TIME ZONE 'UTC')::date) - longest
        ORDER BY inhrelid::regclass::text
    LOOP
        EXECUTE format('DROP TABLE %s', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
