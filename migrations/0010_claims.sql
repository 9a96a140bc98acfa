-- What a buyer says against a line of a signed note, and what the hub answers. One claim for each
-- line of a note, ever; the key is that of the form, so that a bad network sends it once.
CREATE TABLE claims (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, note BIGINT NOT NULL, order_id BIGINT NOT NULL,
  order_rank BIGINT NOT NULL, buyer TEXT NOT NULL, quantity BIGINT NOT NULL, cause TEXT NOT NULL,
  said TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL, idempotency_key TEXT NOT NULL,
  request_hash BIGINT NOT NULL, accepted BIGINT, answer TEXT, answered_at BIGINT,
  answered_by TEXT,
  PRIMARY KEY (hub_id, week, note, order_id, order_rank)
);
-- Apart, so that lists of claims never read pictures.
CREATE TABLE claim_photos (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, note BIGINT NOT NULL, order_id BIGINT NOT NULL,
  order_rank BIGINT NOT NULL, kind TEXT NOT NULL, bytes BYTEA NOT NULL,
  PRIMARY KEY (hub_id, week, note, order_id, order_rank)
);
