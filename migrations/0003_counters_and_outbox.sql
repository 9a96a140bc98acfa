-- Numbers without gaps, ids by the hundred, and what is to be sent.
CREATE TABLE series (
  hub_id TEXT NOT NULL, series TEXT NOT NULL, next BIGINT NOT NULL,
  PRIMARY KEY (hub_id, series)
);
-- Order ids are handed out in blocks, so that taking an order never waits for a counter.
CREATE TABLE id_blocks (
  hub_id TEXT NOT NULL, kind TEXT NOT NULL, next BIGINT NOT NULL,
  PRIMARY KEY (hub_id, kind)
);
-- One message per recipient, kind and version, ever (I8). Written with the fact that causes it.
CREATE TABLE outbox (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL,
  version BIGINT NOT NULL, body TEXT NOT NULL, created_at BIGINT NOT NULL, sent_at BIGINT,
  tries BIGINT NOT NULL, error TEXT,
  PRIMARY KEY (hub_id, week, kind, recipient, version)
);
-- Any act with a key is done once: the key and its answer are written with its effect.
CREATE TABLE act_keys (
  hub_id TEXT NOT NULL, idempotency_key TEXT NOT NULL, request_hash BIGINT NOT NULL,
  answer TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (hub_id, idempotency_key)
);
