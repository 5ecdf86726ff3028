-- Claims that know no day. What was long becomes short: people and their events are attached and
-- erased in slices, and partitions are made without anybody waiting.

-- One row a record, so that it has its effect once however often it arrives: when it was received
-- last. A record received 24 hours later is another write and takes the row over. One look-up,
-- whatever the day. How long a claim is kept, and why that is safe: docs/decisions/0021-flat-claims.md.
-- owner: normaliser
CREATE TABLE record_claims (
    id           uuid PRIMARY KEY,      -- of the record: a digest that the project is part of
    received_at  timestamptz NOT NULL,
    claimed_at   timestamptz NOT NULL   -- what it expires by: received_at may be long ago
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);

-- Which body an Idempotency-Key stands for, for 24 hours: the flat form of idempotency_claims.
-- owner: ingest-gateway, normaliser
CREATE TABLE key_claims (
    key_id      uuid PRIMARY KEY,      -- digest of project and key
    body_hash   uuid NOT NULL,         -- digest of path and canonical body
    claimed_at  timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);

GRANT SELECT ON record_claims, key_claims
    TO vf_ingest_gateway, vf_normaliser, vf_trigger_evaluator, vf_webhook_dispatcher, vf_console;
GRANT INSERT, UPDATE, DELETE ON record_claims TO vf_normaliser;
GRANT INSERT, UPDATE, DELETE ON key_claims TO vf_ingest_gateway, vf_normaliser;

-- As many days as a claim is kept: what was received longer ago is looked up among the events. Copied
-- before anybody is kept from writing; what comes meanwhile is copied at the end.
SELECT set_config('vf.copied_from', pg_snapshot_xmin(pg_current_snapshot())::text, true);
INSERT INTO record_claims (id, received_at, claimed_at)
    SELECT record_id, max(received_at), now() FROM ingest_claims
    WHERE day >= (now() AT TIME ZONE 'UTC')::date - 30 GROUP BY record_id ORDER BY record_id;
INSERT INTO key_claims (key_id, body_hash, claimed_at)
    SELECT DISTINCT ON (key_id) key_id, body_hash, claimed_at FROM idempotency_claims
    WHERE claimed_at > now() - interval '24 hours' ORDER BY key_id, claimed_at DESC
    ON CONFLICT DO NOTHING;

-- Processes of the version before write ingest_claims still: through here, so that the flat table
-- decides for both. A claim of theirs that stands already is no row for them, as before.
CREATE FUNCTION claim_flat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_claims AS c (id, received_at, claimed_at)
        VALUES (NEW.record_id, NEW.received_at, now())
        ON CONFLICT (id) DO UPDATE SET received_at = excluded.received_at, claimed_at = now()
        WHERE excluded.received_at >= c.received_at + interval '24 hours';
    IF FOUND THEN
        RETURN NEW;
    END IF;
    RETURN NULL;
END $$;
-- How far the building of a project's new facts has come. A user with many events is built in parts:
-- then `user_id` is set, and the event is the last that was counted.
-- owner: normaliser
CREATE TABLE fact_cursors (
    project_id   text PRIMARY KEY,
    fact_ids     integer[] NOT NULL,
    after_user   bigint NOT NULL,
    user_id      bigint,
    name         text,
    occurred_at  timestamptz,
    record_id    uuid
);
CREATE INDEX ON fact_cursors (user_id);
GRANT SELECT ON fact_cursors
    TO vf_ingest_gateway, vf_normaliser, vf_trigger_evaluator, vf_webhook_dispatcher, vf_console;
GRANT INSERT, UPDATE, DELETE ON fact_cursors TO vf_normaliser;

-- Partitions. One that is missing is no fault by itself: its rows land in the default one and are
-- found there. Making one must keep nobody waiting and must not fail for a row that is there already.

-- Which tables have how many partitions ahead, by what.
CREATE FUNCTION partition_plans() RETURNS TABLE (parent regclass, unit text, ahead integer)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    VALUES ('natural_claims'::regclass, 'year', 2),
           ('events'::regclass, 'month', 3),
           ('attempts'::regclass, 'month', 3)
$$;

-- Where a table's default partition is, and by which column the table is partitioned.
CREATE FUNCTION default_of(parent regclass, OUT spare regclass, OUT col text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT p.partdefid::regclass, format('%I', a.attname) FROM pg_partitioned_table p
    JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
    WHERE p.partrelid = parent
$$;

CREATE FUNCTION is_without(spare regclass, child text)
RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT convalidated FROM pg_constraint
    WHERE conrelid = spare AND conname = 'without_' || child
$$;

-- Makes the partition of the parent from `low` to `high`; false when it cannot be made, because more
-- rows than can be moved at once are in the default one: they are served from there. The table is
-- made and checked by itself, so attaching it locks nothing but the default partition, and that one
-- for a moment; what must wait longer than a blink for a lock fails with 55P03. Rows are counted
-- before anybody is kept out, and not looked for again where a constraint says that there are none.
CREATE FUNCTION make_partition(parent regclass, child text, low date, high date)
RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT SET lock_timeout = '200ms' AS $$
DECLARE
    most    CONSTANT integer := 20000;
    spare   regclass;
    col     text;
    bounds  text;
    counting text;
    without boolean;  -- NULL: nothing is said
    strays  integer;
BEGIN
    SELECT * INTO spare, col FROM default_of(parent);
    without := is_without(spare, child);
    bounds := format('%s >= %L AND %s < %L', col, low || ' 00:00:00+00', col, high || ' 00:00:00+00');
    counting := format('SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %s) AS s',
                       spare, bounds, most + 1);
    IF without IS NOT TRUE THEN
        EXECUTE counting INTO strays;
        IF strays > most THEN
            RETURN false;
        END IF;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS'
                   ' INCLUDING INDEXES, CHECK (%s))', child, parent, bounds);
    -- Nobody adds to the default partition while its rows are moved and the new one is attached.
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', spare);
    IF without IS NOT NULL AND NOT without THEN
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', spare, 'without_' || child);
    END IF;
    IF without THEN
        strays := 0;
    ELSE
        EXECUTE counting INTO strays;
    END IF;
    IF strays > most THEN
        EXECUTE format('DROP TABLE %I', child);
        RETURN false;
    END IF;
    IF strays > 0 THEN
        EXECUTE format('WITH moved AS (DELETE FROM %s WHERE %s RETURNING *)'
                       ' INSERT INTO %I SELECT * FROM moved', spare, bounds, child);
    END IF;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, child, low || ' 00:00:00+00', high || ' 00:00:00+00');
    IF without THEN
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', spare, 'without_' || child);
    END IF;
    RETURN true;
END $$;

-- As before; a partition that cannot be made is left out, and is looked for again the next time.
CREATE OR REPLACE FUNCTION make_partitions(parent regclass, unit text, from_day date, count integer)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
        IF to_regclass(child) IS NULL AND make_partition(parent, child, low, high) THEN
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;

-- Attaching a partition looks through the whole default one while it keeps everybody out. Where that
-- holds much, two transactions go before: the first says by a constraint that no row of the coming
-- partitions is there, which new rows are held to at once; the second looks whether it is so, beside
-- everybody. Only of a time that has not begun: nothing is received then. Answers how many there are.
CREATE FUNCTION exclude_from_default(of regclass, today date)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET lock_timeout = '200ms' AS $$
DECLARE
    much  CONSTANT integer := 20000;
    plan  record;
    into_ record;
    low   date;
    child text;
    held  integer;
    done  integer := 0;
BEGIN
    SELECT * INTO STRICT plan FROM partition_plans() p WHERE p.parent = of;
    SELECT * INTO into_ FROM default_of(of);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT %s) AS s', into_.spare, much + 1)
        INTO held;
    FOR i IN 0 .. CASE WHEN held > much THEN plan.ahead - 1 ELSE -1 END LOOP
        low := (date_trunc(plan.unit, today::timestamp) + (i || ' ' || plan.unit)::interval)::date;
        child := format('%s_%s', of::text, to_char(low, 'YYYYMM'));
        CONTINUE WHEN low <= greatest(today, (now() AT TIME ZONE 'UTC')::date)
            OR to_regclass(child) IS NOT NULL OR is_without(into_.spare, child) IS NOT NULL;
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (NOT (%s >= %L AND %s < %L)) NOT VALID',
                       into_.spare, 'without_' || child, into_.col, low || ' 00:00:00+00', into_.col,
                       (low + ('1 ' || plan.unit)::interval)::date || ' 00:00:00+00');
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- The second. What does not hold is left for `make_partition`, which takes it away.
CREATE FUNCTION validate_default(of regclass)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET lock_timeout = '200ms' AS $$
DECLARE
    one  record;
    done integer := 0;
BEGIN
    FOR one IN SELECT c.conrelid::regclass AS spare, c.conname FROM pg_constraint c, default_of(of) d
               WHERE c.conrelid = d.spare AND c.conname LIKE 'without\_%' AND NOT c.convalidated
    LOOP
        BEGIN
            EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', one.spare, one.conname);
            done := done + 1;
        EXCEPTION WHEN check_violation THEN
            RAISE WARNING 'rows of a coming partition: %', one.conname;
        END;
    END LOOP;
    RETURN done;
END $$;

-- Those of one table from the one that `today` is in; how many are missing afterwards, and how many
-- rows of any time are in the default one, as far as a thousand. Today decides, never a row: one
-- that is dated centuries off lands in the default partition and makes none.
CREATE FUNCTION keep_partitions(of regclass, today date)
RETURNS TABLE (made integer, missing integer, strays bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    plan record;
BEGIN
    SELECT * INTO STRICT plan FROM partition_plans() p WHERE p.parent = of;
    made := make_partitions(of, plan.unit, today, plan.ahead);
    SELECT count(*) INTO missing FROM generate_series(0, plan.ahead - 1) AS i
        WHERE to_regclass(format('%s_%s', of::text, to_char(
            date_trunc(plan.unit, today::timestamp) + (i || ' ' || plan.unit)::interval, 'YYYYMM'))) IS NULL;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 1000) AS s',
                   (SELECT partdefid::regclass FROM pg_partitioned_table WHERE partrelid = of))
        INTO strays;
    RETURN NEXT;
END $$;

-- Of all tables, each by itself: the trouble of one is a warning and no business of the others. No
-- more days of ingest_claims and idempotency_claims: what the version before writes there goes into
-- the default partition, until a later migration drops both.
CREATE OR REPLACE FUNCTION make_all_partitions(today date) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    plan record;
    made integer := 0;
BEGIN
    FOR plan IN SELECT * FROM partition_plans() LOOP
        BEGIN
            made := made + make_partitions(plan.parent, plan.unit, today, plan.ahead);
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'no partitions of %: % %', plan.parent, SQLSTATE, SQLERRM;
        END;
    END LOOP;
    RETURN made;
END $$;

-- As before, but a month that is in use is left for the next hour, and others are dropped all the
-- same; nobody waits behind the drop for longer than a blink.
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
    IF longest IS NULL OR parent NOT IN ('events'::regclass, 'attempts'::regclass) THEN
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

-- What no partition was there for: attempts of the default one that no project keeps any more. (Of
-- events every project's own are removed, wherever they are.)
CREATE FUNCTION remove_stray_attempts(today date, most integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    longest integer;
    removed bigint;
BEGIN
    SELECT CASE WHEN bool_and(retention_days IS NOT NULL) THEN max(retention_days) END
        INTO longest FROM projects;
    IF longest IS NULL THEN
        RETURN 0;
    END IF;
    DELETE FROM attempts_default WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM attempts_default WHERE started_at <
            ((least(today, (now() AT TIME ZONE 'UTC')::date) - longest)::timestamp AT TIME ZONE 'UTC')
        LIMIT most));
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;

REVOKE EXECUTE ON FUNCTION make_partition(regclass, text, date, date), keep_partitions(regclass, date),
    exclude_from_default(regclass, date), validate_default(regclass), remove_stray_attempts(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_partitions(regclass, date), exclude_from_default(regclass, date),
    validate_default(regclass), remove_stray_attempts(date, integer)
    TO vf_normaliser;
SELECT make_all_partitions((now() AT TIME ZONE 'UTC')::date);

-- Erasures in slices. How far a service has come with one; what it has finished stands in
-- erasure_steps, as before. The normaliser's row begins with the user's: from `begun_at` on whoever
-- bears the same external id is somebody else. A dispatcher of the version before waits for the
-- normaliser's step to end, so that while both run it drops webhooks of that somebody until then.
-- owner: console, normaliser, trigger-evaluator, webhook-dispatcher
CREATE TABLE erasure_progress (
    erasure_id    text NOT NULL,
    service       text NOT NULL,
    begun_at      timestamptz NOT NULL,
    slices        integer NOT NULL DEFAULT 0,
    rows_removed  bigint NOT NULL DEFAULT 0,
    user_id       bigint,
    cursor        text,              -- how far a slice that looks through rows has come
    PRIMARY KEY (erasure_id, service)
);

-- Under which addresses people were known who were erased: what names one and arrives later is not
-- kept. Digests under the master key, so that nobody can try addresses out.
-- owner: console
CREATE TABLE erased_addresses (
    project_id  text NOT NULL,
    address     bytea NOT NULL,
    person      bytea NOT NULL,  -- as erasures name people
    PRIMARY KEY (project_id, address)
);
CREATE INDEX ON erased_addresses (person);

-- Whom the delivery was about, so that an erasure finds it when the event is gone.
-- owner: console
ALTER TABLE dead_letters ADD COLUMN person bytea;
UPDATE dead_letters l SET person = e.person FROM webhook_events e WHERE e.event_id = l.event_id;
CREATE INDEX ON dead_letters (person);

-- What an erasure looks through, and what lists show unless they are asked for the rest: the few of
-- many, so each is an index of its own.
CREATE INDEX quarantine_items_mail_idx ON quarantine_items (project_id, set_aside_at DESC, id)
    WHERE topic = 'vf.mail';
CREATE INDEX quarantine_items_open_idx ON quarantine_items (project_id, set_aside_at DESC, id)
    WHERE replayed_at IS NULL;
CREATE INDEX quarantine_items_all_open_idx ON quarantine_items (set_aside_at DESC, id)
    WHERE replayed_at IS NULL;
CREATE INDEX dead_letters_open_idx ON dead_letters (project_id, died_at DESC, id)
    WHERE resent_at IS NULL;

CREATE INDEX ON audit (target) WHERE action = 'quarantine.replay';

GRANT SELECT ON erasure_progress, erased_addresses
    TO vf_ingest_gateway, vf_normaliser, vf_trigger_evaluator, vf_webhook_dispatcher, vf_console;
GRANT INSERT, UPDATE, DELETE ON erasure_progress
    TO vf_normaliser, vf_trigger_evaluator, vf_webhook_dispatcher, vf_console;
GRANT INSERT, UPDATE, DELETE ON erased_addresses TO vf_console;

-- Last, because whoever writes records waits from here to the end: in the order in which a batch
-- locks. Of the claims only those that came after the copy above began.
CREATE TRIGGER claim_flat BEFORE INSERT ON ingest_claims FOR EACH ROW EXECUTE FUNCTION claim_flat();
INSERT INTO record_claims (id, received_at, claimed_at)
    SELECT record_id, max(received_at), now() FROM ingest_claims
    WHERE day >= (now() AT TIME ZONE 'UTC')::date - 30 AND age(xmin) <= age(
        (current_setting('vf.copied_from')::bigint % 4294967296)::text::xid)
    GROUP BY record_id ORDER BY record_id
    ON CONFLICT (id) DO UPDATE
        SET received_at = greatest(record_claims.received_at, excluded.received_at);

-- Since when the events that waited for the user are being attached; NULL when all are. Until then
-- the user is not due, so that no rule looks at half of what happened. A normaliser of the version
-- before does not know of it and may make such a user due too early while both run.
-- owner: normaliser
ALTER TABLE user_due ADD COLUMN attaching_since timestamptz;
CREATE INDEX ON user_due (project_id, user_id) WHERE attaching_since IS NOT NULL;
