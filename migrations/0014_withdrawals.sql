-- Receipts that were taken back at the dock: what was said stays, and no longer counts.
CREATE TABLE withdrawals (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, receipt BIGINT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, receipt)
);
