-- Where the goods of a contract may come from, as `anywhere`, `within METRES` or `communes A|B`.
ALTER TABLE contracts ADD COLUMN origin TEXT NOT NULL DEFAULT 'anywhere';
-- Why a sold quantity has no farm, as `no_offer`; empty in plans before: a shortage where wanted and
-- offered are there, else less than a pack.
ALTER TABLE shortfalls ADD COLUMN cause TEXT NOT NULL DEFAULT '';
