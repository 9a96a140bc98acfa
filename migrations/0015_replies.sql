-- Where a letter is answered by mail. The token stands here until the letter has gone, its hash
-- for good; without a hash the letter can no longer be answered.
ALTER TABLE outbox ADD COLUMN reply_token TEXT;
ALTER TABLE outbox ADD COLUMN reply_hash TEXT;
CREATE UNIQUE INDEX outbox_by_reply ON outbox (reply_hash) WHERE reply_hash IS NOT NULL;
-- What came back: one row per letter that came in. It did something (understood), or a person has
-- to read it (doubt), or a program wrote it (stopped).
CREATE TABLE replies (
  hub_id TEXT NOT NULL, reply TEXT NOT NULL, week BIGINT NOT NULL, kind TEXT NOT NULL,
  recipient TEXT NOT NULL, version BIGINT NOT NULL, message_id TEXT NOT NULL,
  sender TEXT NOT NULL, is_known_sender BIGINT NOT NULL, subject TEXT NOT NULL,
  words TEXT NOT NULL, attachments BIGINT NOT NULL, received_at BIGINT NOT NULL,
  understood TEXT, doubt TEXT, stopped TEXT, settled_at BIGINT, settled_by TEXT,
  PRIMARY KEY (hub_id, reply)
);
CREATE INDEX replies_by_time ON replies (hub_id, received_at);
