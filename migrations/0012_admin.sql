-- What the hub sets: weekly rhythms, words for single dates, its own words in letters. A rhythm
-- holds from its week on; of a date the last word counts; of letters the highest version.
CREATE TABLE rhythms (
  hub_id TEXT NOT NULL, from_week BIGINT NOT NULL, days TEXT NOT NULL,
  cutoff_days_before BIGINT NOT NULL, cutoff_minute BIGINT NOT NULL,
  PRIMARY KEY (hub_id, from_week)
);
CREATE TABLE day_exceptions (
  hub_id TEXT NOT NULL, day BIGINT NOT NULL, delivery TEXT NOT NULL, moved_to BIGINT,
  cutoff_on BIGINT, cutoff_minute BIGINT, reason TEXT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, day)
);
CREATE TABLE letter_words (
  hub_id TEXT NOT NULL, kind TEXT NOT NULL, version BIGINT NOT NULL, opening TEXT NOT NULL,
  closing TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, kind, version)
);
-- Who added a price rule; those of a data pack have nobody.
ALTER TABLE pricing_rules ADD COLUMN set_at BIGINT;
ALTER TABLE pricing_rules ADD COLUMN set_by TEXT;
-- Work in the background belongs to the installation: the last run of each.
CREATE TABLE job_runs (
  job TEXT NOT NULL PRIMARY KEY, looked_at BIGINT NOT NULL, worked_at BIGINT, said TEXT NOT NULL,
  failed_at BIGINT, error TEXT NOT NULL
);
