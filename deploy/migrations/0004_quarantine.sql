-- What is set aside is grouped by cause; events that waited too long for their user are shown there.

-- Items from before have no fingerprint: they were not grouped, and a version is never applied to
-- the past.
-- owner: console
ALTER TABLE quarantine_items
    ADD COLUMN fingerprint  text NOT NULL DEFAULT 'v0:',
    ADD COLUMN record_id    uuid;  -- of the event, where it could be told
ALTER TABLE quarantine_items ALTER COLUMN fingerprint DROP DEFAULT;
CREATE INDEX ON quarantine_items (fingerprint, set_aside_at DESC, id);

-- When the event was announced as waiting in vain; it stays and attaches whenever its user comes.
-- owner: normaliser
ALTER TABLE events ADD COLUMN expired_at timestamptz;
CREATE INDEX ON events (received_at) WHERE user_id IS NULL AND expired_at IS NULL;
