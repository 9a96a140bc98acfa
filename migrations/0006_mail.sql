-- A letter is kept as it goes out: subject, plain text (body) and HTML never change once written.
-- What is still to be tried has next_try_at; sent, failed and settled have none.
ALTER TABLE outbox ADD COLUMN party TEXT;
ALTER TABLE outbox ADD COLUMN subject TEXT;
ALTER TABLE outbox ADD COLUMN html TEXT;
ALTER TABLE outbox ADD COLUMN message_id TEXT;
ALTER TABLE outbox ADD COLUMN next_try_at BIGINT;
ALTER TABLE outbox ADD COLUMN give_up_at BIGINT;
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
ALTER TABLE outbox ADD COLUMN claimed_until BIGINT;
ALTER TABLE outbox ADD COLUMN sent_to TEXT;
ALTER TABLE outbox ADD COLUMN failed_at BIGINT;
ALTER TABLE outbox ADD COLUMN settled_at BIGINT;
ALTER TABLE outbox ADD COLUMN settled_by TEXT;
CREATE INDEX outbox_due ON outbox (next_try_at) WHERE next_try_at IS NOT NULL;
