-- What a farm says of a week beside its offers: "les carottes arrivent jeudi", or that nothing
-- comes. The last word stands.
CREATE TABLE farm_notes (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, producer TEXT NOT NULL, note TEXT NOT NULL,
  is_nothing BIGINT NOT NULL, said_at BIGINT NOT NULL, said_by TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, producer)
);
