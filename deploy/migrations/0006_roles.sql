-- A role for each service: it writes its own tables and reads what it needs. An address and a name
-- are read by the normaliser and the console only. The roles cannot log in; a platform grants each
-- to the login that its service uses. A table of a later migration comes with its grants.

DO $$
DECLARE
    service text;
    one     record;
BEGIN
    FOREACH service IN ARRAY ARRAY['vf_ingest_gateway', 'vf_normaliser', 'vf_trigger_evaluator',
                                   'vf_webhook_dispatcher', 'vf_console'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', service);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- of another database of the same server
        END;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service);
        EXECUTE format('GRANT SELECT ON schema_migrations, projects, rules, fact_defs, fact_builds,'
                       ' user_facts, user_due, fires, drafts, deliveries, delivery_resends,'
                       ' endpoint_states, dead_letters, ingest_claims, natural_claims,'
                       ' idempotency_claims, api_key_uses, erasures, erasure_steps TO %I', service);
        EXECUTE format('GRANT INSERT ON erasure_steps TO %I', service);
    END LOOP;

    -- As the owner lines say.
    FOR one IN
        SELECT * FROM (VALUES
            ('vf_console', 'projects, api_keys, postmark_credentials, endpoints, rules, audit,'
                           ' quarantine_items, dead_letters, fact_defs, erasures, erasure_steps'),
            ('vf_normaliser', 'users, ingest_claims, natural_claims, events, mail_outcomes, user_due,'
                              ' user_facts, fact_builds, idempotency_claims, erasure_steps'),
            ('vf_ingest_gateway', 'api_key_uses, idempotency_claims'),
            ('vf_trigger_evaluator', 'fires, drafts, erasure_steps'),
            ('vf_webhook_dispatcher', 'webhook_events, deliveries, attempts, delivery_resends,'
                                      ' endpoint_states, erasure_steps')
        ) AS owned (role, tables)
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', one.tables, one.role);
    END LOOP;
END $$;

GRANT SELECT ON users, events, mail_outcomes, webhook_events, attempts TO vf_console;
GRANT SELECT ON api_keys, postmark_credentials TO vf_ingest_gateway;
GRANT SELECT ON endpoints TO vf_webhook_dispatcher;
GRANT SELECT ON events TO vf_trigger_evaluator;
GRANT UPDATE (next_eval_at) ON user_due TO vf_trigger_evaluator;
GRANT SELECT (user_id, project_id, external_user_id, plan, company, role, signup_date, traits, stage,
              subscribed, identified_at, timezone, billing_interval, mrr_cents, trial_ends_at,
              access_ends_at, stamps)
    ON users TO vf_trigger_evaluator, vf_webhook_dispatcher;

-- Partitions are made and dropped by whoever owns their tables, on the normaliser's word.
ALTER FUNCTION make_partitions(regclass, text, date, integer)
    SECURITY DEFINER SET search_path FROM CURRENT;
ALTER FUNCTION make_all_partitions(date) SECURITY DEFINER SET search_path FROM CURRENT;
ALTER FUNCTION drop_days_before(regclass, date) SECURITY DEFINER SET search_path FROM CURRENT;
REVOKE EXECUTE ON FUNCTION make_partitions(regclass, text, date, integer),
    make_all_partitions(date), drop_days_before(regclass, date),
    drop_expired_months(regclass, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_all_partitions(date), drop_days_before(regclass, date),
    drop_expired_months(regclass, date) TO vf_normaliser;
