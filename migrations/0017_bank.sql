-- Lines of bank statements that were noted, batch by batch. A batch is taken back by entries that
-- turn its own round, never by taking rows away: its lines then no longer count.
CREATE TABLE bank_batches (
  hub_id TEXT NOT NULL, batch BIGINT NOT NULL, source TEXT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL, reversed_at BIGINT, reversed_by TEXT,
  PRIMARY KEY (hub_id, batch)
);
CREATE TABLE bank_lines (
  hub_id TEXT NOT NULL, batch BIGINT NOT NULL, line BIGINT NOT NULL, fingerprint TEXT NOT NULL,
  day BIGINT NOT NULL, label TEXT NOT NULL, reference TEXT NOT NULL, amount_cents BIGINT NOT NULL,
  is_reversed BIGINT NOT NULL,
  PRIMARY KEY (hub_id, batch, line)
);
-- A line counts once, however often the statement is brought.
CREATE UNIQUE INDEX bank_lines_once ON bank_lines (hub_id, fingerprint) WHERE is_reversed = 0;
-- What the amount of a line was for.
CREATE TABLE bank_parts (
  hub_id TEXT NOT NULL, batch BIGINT NOT NULL, line BIGINT NOT NULL, rank BIGINT NOT NULL,
  kind TEXT NOT NULL, week BIGINT, document BIGINT, party TEXT, amount_cents BIGINT NOT NULL,
  PRIMARY KEY (hub_id, batch, line, rank)
);
CREATE INDEX bank_parts_by_document ON bank_parts (hub_id, week, document);
-- What of an invoice, or of a payout, was seen on statements. Raced for: it moves from the amount
-- that was seen only.
CREATE TABLE paid_documents (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, document BIGINT NOT NULL, paid_cents BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, document)
);
