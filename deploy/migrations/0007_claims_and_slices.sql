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

-- What Kafka may still deliver again was received within two weeks. Copied before anybody is kept
-- from writing; what came meanwhile is copied once the trigger stands.
INSERT INTO record_claims (id, received_at, claimed_at)
    SELECT record_id, max(received_at), now() FROM ingest_claims
    WHERE day >= (now() AT TIME ZONE 'UTC')::date - 15 GROUP BY record_id ORDER BY record_id;
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
CREATE TRIGGER claim_flat BEFORE INSERT ON ingest_claims FOR EACH ROW EXECUTE FUNCTION claim_flat();
INSERT INTO record_claims (id, received_at, claimed_at)
    SELECT record_id, max(received_at), now() FROM ingest_claims
    WHERE day >= (now() AT TIME ZONE 'UTC')::date - 1 GROUP BY record_id ORDER BY record_id
    ON CONFLICT DO NOTHING;

-- No more days of the two old tables, which the migration after the next release drops; until then
-- what processes of the version before write there goes into the default partition.
CREATE OR REPLACE FUNCTION make_all_partitions(today date) RETURNS integer LANGUAGE sql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT make_partitions('natural_claims', 'year', today, 2)
         + make_partitions('events', 'month', today, 3)
         + make_partitions('attempts', 'month', today, 3)
$$;

-- Since when the events that waited for the user are being attached; NULL when all are. Until then
-- the user is not due, so that no rule looks at half of what happened. A normaliser of the version
-- before does not know of it and may make such a user due too early while both run.
-- owner: normaliser
ALTER TABLE user_due ADD COLUMN attaching_since timestamptz;
CREATE INDEX ON user_due (project_id, user_id) WHERE attaching_since IS NOT NULL;
