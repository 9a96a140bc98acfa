-- Each entry of the ledger is sealed as it is written: a number without gap, the text of the entry
-- and of the document that it posts, and a hash over that text and the hash before. Week 0: entries
-- that are of no week.
CREATE TABLE seals (
  hub_id TEXT NOT NULL, number BIGINT NOT NULL, day BIGINT NOT NULL, at BIGINT NOT NULL,
  week BIGINT NOT NULL, entry BIGINT NOT NULL, said TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (hub_id, number)
);
CREATE UNIQUE INDEX seals_by_entry ON seals (hub_id, week, entry);
-- The last number and hash of each chain: the one row that writers of a hub wait for.
CREATE TABLE seal_heads (
  hub_id TEXT NOT NULL, number BIGINT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (hub_id)
);
-- A credit note names the document that it corrects, of the same week, and why; a claim the credit
-- note that it led to.
ALTER TABLE documents ADD COLUMN corrects BIGINT;
ALTER TABLE documents ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE claims ADD COLUMN credit_note BIGINT;
