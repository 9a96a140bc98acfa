-- How goods were shared out at the dock, taken back: up to which part of them. What was put aside
-- stays said, and no longer counts.
CREATE TABLE unsortings (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, sorting BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
