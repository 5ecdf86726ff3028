-- Events take less room: a small number instead of a project's id of 30 characters in each row and in
-- three indexes, columns in an order that needs no padding, one column less where events are listed.
-- See docs/decisions/0031-event-rows.md.

-- What a project is called inside rows; outside it has its id. Given by whoever writes the first event.
-- owner: normaliser
CREATE TABLE project_numbers (
    project_id  text PRIMARY KEY,
    number      integer NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE
);

-- owner: normaliser
CREATE TABLE event_rows (
    project           integer NOT NULL,  -- project_numbers.number
    historical        boolean NOT NULL DEFAULT false,
    user_id           bigint,            -- NULL while nobody of that id was identified
    occurred_at       timestamptz NOT NULL,
    received_at       timestamptz NOT NULL,
    attached_at       timestamptz,
    expired_at        timestamptz,
    record_id         uuid NOT NULL,
    external_user_id  text NOT NULL,
    name              text NOT NULL,
    properties        text NOT NULL      -- the customer's bytes
) PARTITION BY RANGE (received_at);
CREATE TABLE event_rows_default PARTITION OF event_rows DEFAULT;

-- The partitions that events has, and the rows of each. Who writes events waits for the end of this,
-- half a minute for each million on a busy machine of two cores; who reads goes on. A normaliser tries
-- its batch again meanwhile.
LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE;
DO $$
DECLARE
    month text;
    low   date;
BEGIN
    FOR month IN
        SELECT right(inhrelid::regclass::text, 6) FROM pg_inherits
        WHERE inhparent = 'events'::regclass AND inhrelid::regclass::text ~ '_[0-9]{6}$'
    LOOP
        low := to_date(month, 'YYYYMM');
        EXECUTE format('CREATE TABLE event_rows_%s PARTITION OF event_rows FOR VALUES FROM (%L) TO (%L)',
                       month, low || ' 00:00:00+00',
                       (low + interval '1 month')::date || ' 00:00:00+00');
    END LOOP;
END $$;
INSERT INTO project_numbers (project_id) SELECT id FROM projects ORDER BY created_at, id;
INSERT INTO project_numbers (project_id) SELECT DISTINCT project_id FROM events ON CONFLICT DO NOTHING;
INSERT INTO event_rows (project, historical, user_id, occurred_at, received_at, attached_at, expired_at,
                        record_id, external_user_id, name, properties)
    SELECT p.number, e.historical, e.user_id, e.occurred_at, e.received_at, e.attached_at, e.expired_at,
           e.record_id, e.external_user_id, e.name, e.properties
    FROM events e JOIN project_numbers p USING (project_id);
DROP TABLE events;

ALTER TABLE event_rows ADD PRIMARY KEY (project, record_id, received_at);
CREATE INDEX ON event_rows (user_id, name, occurred_at);
CREATE INDEX ON event_rows (project, received_at);
CREATE INDEX ON event_rows (project, external_user_id) WHERE user_id IS NULL;
CREATE INDEX ON event_rows (received_at) WHERE user_id IS NULL AND expired_at IS NULL;
ANALYZE event_rows;

-- As events were before: for people, and for processes of the version before.
-- owner: normaliser
CREATE VIEW events AS
    SELECT p.project_id, e.record_id, e.external_user_id, e.user_id, e.name, e.properties,
           e.occurred_at, e.received_at, e.attached_at, e.historical, e.expired_at
    FROM event_rows e JOIN project_numbers p ON p.number = e.project;
ALTER VIEW events ALTER COLUMN historical SET DEFAULT false;

CREATE FUNCTION project_number(project text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    INSERT INTO project_numbers (project_id)
        SELECT project WHERE NOT EXISTS (SELECT FROM project_numbers WHERE project_id = project)
        ON CONFLICT DO NOTHING;
    SELECT number INTO STRICT found FROM project_numbers WHERE project_id = project;
    RETURN found;
END $$;

-- A row that has changed since it was looked at is left alone, as it was when this was a table.
CREATE FUNCTION write_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO event_rows (project, historical, user_id, occurred_at, received_at, attached_at,
                                expired_at, record_id, external_user_id, name, properties)
            VALUES (project_number(NEW.project_id), NEW.historical, NEW.user_id, NEW.occurred_at,
                    NEW.received_at, NEW.attached_at, NEW.expired_at, NEW.record_id,
                    NEW.external_user_id, NEW.name, NEW.properties)
            ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE event_rows e
            SET historical = NEW.historical, user_id = NEW.user_id, occurred_at = NEW.occurred_at,
                received_at = NEW.received_at, attached_at = NEW.attached_at,
                expired_at = NEW.expired_at, name = NEW.name, properties = NEW.properties
            WHERE e.project = project_number(OLD.project_id) AND e.record_id = OLD.record_id
              AND e.received_at = OLD.received_at AND e.user_id IS NOT DISTINCT FROM OLD.user_id;
    ELSE
        DELETE FROM event_rows e
            WHERE e.project = project_number(OLD.project_id) AND e.record_id = OLD.record_id
              AND e.received_at = OLD.received_at AND e.user_id IS NOT DISTINCT FROM OLD.user_id;
    END IF;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER write_event INSTEAD OF INSERT OR UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION write_event();

CREATE OR REPLACE FUNCTION partition_plans() RETURNS TABLE (parent regclass, unit text, ahead integer)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    VALUES ('natural_claims'::regclass, 'year', 2),
           ('event_rows'::regclass, 'month', 3),
           ('attempts'::regclass, 'month', 3)
$$;

-- As before, of the table that has the rows now.
CREATE OR REPLACE FUNCTION drop_expired_months(parent regclass, today date)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET lock_timeout = '200ms' AS $$
DECLARE
    longest integer;
    child   regclass;
    dropped integer := 0;
BEGIN
    SELECT CASE WHEN bool_and(retention_days IS NOT NULL) THEN max(retention_days) END
        INTO longest FROM projects;
    IF longest IS NULL OR parent NOT IN ('event_rows'::regclass, 'attempts'::regclass) THEN
        RETURN 0;
    END IF;
    FOR child IN
        SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = parent AND inhrelid::regclass::text ~ '_[0-9]{6}$'
          AND to_date(right(inhrelid::regclass::text, 6), 'YYYYMM') + interval '1 month'
              <= least(today, (now() AT TIME ZONE 'UTC')::date) - longest
        ORDER BY inhrelid::regclass::text
    LOOP
        BEGIN
            EXECUTE format('DROP TABLE %s', child);
            dropped := dropped + 1;
        EXCEPTION WHEN lock_not_available THEN
            RAISE WARNING 'not dropped, in use: %', child;
        END;
    END LOOP;
    RETURN dropped;
END $$;

GRANT SELECT ON project_numbers, event_rows, events TO vf_console, vf_trigger_evaluator;
GRANT SELECT, INSERT, UPDATE, DELETE ON project_numbers, event_rows, events TO vf_normaliser;
SELECT make_all_partitions((now() AT TIME ZONE 'UTC')::date);
