-- What becomes of a mail: who may be written to, and what was done with drafts.

-- What a person did with a draft, or the sender of it: how a draft's mail got its provider's message
-- id. The evaluator and the matching of mail read it. One row an action: the first stands.
-- owner: console
CREATE TABLE draft_actions (
    project_id  text NOT NULL,
    draft_id    text NOT NULL,
    action      text NOT NULL CHECK (action IN ('approve', 'cancel', 'sent')),
    message_id  text,         -- of 'sent': the provider's
    sent_at     timestamptz,  -- of 'sent'
    actor       text NOT NULL,
    reason      text,
    acted_at    timestamptz NOT NULL,
    PRIMARY KEY (project_id, draft_id, action)
);
CREATE INDEX ON draft_actions (project_id, message_id) WHERE message_id IS NOT NULL;

-- Addresses that are not written to, whoever has them: they follow an address to a new user and
-- outlive a change of address there and back. Only a digest: it outlives an erasure too.
-- owner: normaliser
CREATE TABLE suppressions (
    project_id  text NOT NULL,
    address     bytea NOT NULL,  -- SHA-256 of the address in lower case
    cause       text NOT NULL CHECK (cause IN ('unsubscribed', 'bounced', 'complained', 'inactive')),
    event_id    text NOT NULL,   -- of the outcome it is from
    since       timestamptz NOT NULL,
    PRIMARY KEY (project_id, address, cause)
);

-- Soft bounces of an address that nothing has made up for: so many in a row suppress it.
-- owner: normaliser
CREATE TABLE soft_bounces (
    project_id   text NOT NULL,
    address      bytea NOT NULL,  -- as in suppressions
    event_id     text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, address, event_id)
);

-- Which draft a message is of, where the provider's webhook said so and nobody else has yet.
-- owner: normaliser
CREATE TABLE mail_messages (
    project_id   text NOT NULL,
    message_id   text NOT NULL,
    draft_id     text NOT NULL,
    user_id      bigint NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, message_id)
);
CREATE INDEX ON mail_messages (project_id, draft_id);
CREATE INDEX ON mail_messages (user_id);

-- What was decided without a word to the customer has no body. `detail`: by what it was decided.
ALTER TABLE mail_outcomes ADD COLUMN detail jsonb NOT NULL DEFAULT '{}';

-- Of the reasons not to write to somebody `status` is the first that holds, in this order; 'paused'
-- holds until `paused_until`, for good where that is NULL. `subscribed` is whether it is not
-- 'unsubscribed'. `opted_out`, `complained` and `paused` are the user's own, whatever the address.
-- owner: normaliser
ALTER TABLE users
    ADD COLUMN status text NOT NULL DEFAULT 'active'
        CHECK (status IN ('unsubscribed', 'suppressed', 'paused', 'no_email', 'active')),
    ADD COLUMN opted_out boolean NOT NULL DEFAULT false,
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN paused_until timestamptz,
    ADD COLUMN complained boolean NOT NULL DEFAULT false;
CREATE INDEX ON users (paused_until) WHERE paused AND paused_until IS NOT NULL;
UPDATE users SET opted_out = NOT subscribed, status = CASE WHEN NOT subscribed THEN 'unsubscribed' ELSE 'no_email' END
    WHERE NOT subscribed OR email IS NULL;

DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['vf_ingest_gateway', 'vf_normaliser', 'vf_trigger_evaluator',
                                   'vf_webhook_dispatcher', 'vf_console'] LOOP
        EXECUTE format('GRANT SELECT ON draft_actions, suppressions, soft_bounces,'
                       ' mail_messages TO %I', service);
    END LOOP;
END $$;
GRANT INSERT, UPDATE, DELETE ON draft_actions TO vf_console;
GRANT INSERT, UPDATE, DELETE ON suppressions, soft_bounces, mail_messages TO vf_normaliser;
GRANT SELECT (status, paused_until) ON users TO vf_trigger_evaluator, vf_webhook_dispatcher;
