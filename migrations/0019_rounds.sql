-- What rounds look at: how places are reached and unloaded at, what trucks may do, when a truck is
-- where. Rounds that were accepted before have no times; registers begin with the usual figures.
ALTER TABLE hubs ADD COLUMN density BIGINT NOT NULL DEFAULT 250;
ALTER TABLE hubs ADD COLUMN doors BIGINT NOT NULL DEFAULT 2;
ALTER TABLE hubs ADD COLUMN slot_minutes BIGINT NOT NULL DEFAULT 15;
ALTER TABLE hubs ADD COLUMN dock_opens_minute BIGINT NOT NULL DEFAULT 270;
ALTER TABLE hubs ADD COLUMN dock_closes_minute BIGINT NOT NULL DEFAULT 360;
ALTER TABLE producers ADD COLUMN is_fetched BIGINT NOT NULL DEFAULT 0;
ALTER TABLE producers ADD COLUMN arrives_from_minute BIGINT;
ALTER TABLE producers ADD COLUMN arrives_to_minute BIGINT;
ALTER TABLE sites ADD COLUMN reopens_minute BIGINT;
ALTER TABLE sites ADD COLUMN recloses_minute BIGINT;
ALTER TABLE sites ADD COLUMN service_minutes BIGINT NOT NULL DEFAULT 10;
ALTER TABLE sites ADD COLUMN largest_g BIGINT;
ALTER TABLE sites ADD COLUMN priority BIGINT NOT NULL DEFAULT 2;
ALTER TABLE sites ADD COLUMN empties BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN litres BIGINT;
ALTER TABLE vehicles ADD COLUMN gross_g BIGINT;
ALTER TABLE vehicles ADD COLUMN shift_from_minute BIGINT NOT NULL DEFAULT 240;
ALTER TABLE vehicles ADD COLUMN shift_to_minute BIGINT NOT NULL DEFAULT 1080;
ALTER TABLE vehicles ADD COLUMN rounds_most BIGINT NOT NULL DEFAULT 3;
ALTER TABLE vehicles ADD COLUMN turnaround_minutes BIGINT NOT NULL DEFAULT 20;
ALTER TABLE vehicles ADD COLUMN rest_from_minute BIGINT;
ALTER TABLE vehicles ADD COLUMN rest_to_minute BIGINT;
ALTER TABLE vehicles ADD COLUMN rest_minutes BIGINT;
ALTER TABLE vehicles ADD COLUMN per_km_cents BIGINT NOT NULL DEFAULT 50;
ALTER TABLE vehicles ADD COLUMN per_hour_cents BIGINT NOT NULL DEFAULT 2500;
ALTER TABLE vehicles ADD COLUMN per_day_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN is_carrier BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rounds ADD COLUMN leaves BIGINT;
ALTER TABLE rounds ADD COLUMN back BIGINT;
ALTER TABLE rounds ADD COLUMN pause_after BIGINT;
ALTER TABLE rounds ADD COLUMN cost_cents BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rounds ADD COLUMN is_locked BIGINT NOT NULL DEFAULT 0;
-- Of a stop at a farm the site is empty, and the other way round.
ALTER TABLE stops ADD COLUMN producer TEXT NOT NULL DEFAULT '';
ALTER TABLE stops ADD COLUMN load_l BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stops ADD COLUMN fetches_g BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stops ADD COLUMN fetches_l BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stops ADD COLUMN arrives BIGINT;
ALTER TABLE stops ADD COLUMN begins BIGINT;
ALTER TABLE stops ADD COLUMN leaves BIGINT;
ALTER TABLE stops ADD COLUMN is_locked BIGINT NOT NULL DEFAULT 0;
-- Where travel times come from, and which page shows a driver the way. Without a row: the estimate,
-- and the telephone's own maps.
CREATE TABLE road_settings (
  hub_id TEXT NOT NULL PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL,
  way_template TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL
);
-- Measured ways between places of the register, by their codes; the dock is an empty code.
CREATE TABLE road_legs (
  hub_id TEXT NOT NULL, from_code TEXT NOT NULL, to_code TEXT NOT NULL, metres BIGINT NOT NULL,
  seconds BIGINT NOT NULL,
  PRIMARY KEY (hub_id, from_code, to_code)
);
