-- How a farm's lesser word was shared out, where it was not in proportion, and each part of it.
ALTER TABLE confirmations ADD COLUMN shared TEXT;
CREATE TABLE confirmation_parts (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, confirmation BIGINT NOT NULL,
  order_id BIGINT NOT NULL, rank BIGINT NOT NULL, quantity BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, confirmation, order_id, rank)
);
-- What the coordinator settles of an order line and a farm; the last word counts, one without a
-- rule takes the earlier ones back.
CREATE TABLE sourcing_locks (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, order_id BIGINT NOT NULL,
  rank BIGINT NOT NULL, producer TEXT NOT NULL, rule TEXT, quantity BIGINT,
  reason TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
-- What plans of purchases aim at; the highest version counts.
CREATE TABLE sourcing_settings (
  hub_id TEXT NOT NULL, version BIGINT NOT NULL, aims TEXT NOT NULL, farms_most BIGINT NOT NULL,
  tolerance_cents BIGINT, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, version)
);
