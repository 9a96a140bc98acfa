-- Whose tiles lie under the map of the rounds, and the words that name them. Empty: our own ground,
-- and no other host is asked.
ALTER TABLE road_settings ADD COLUMN tile_template TEXT NOT NULL DEFAULT '';
ALTER TABLE road_settings ADD COLUMN tile_credit TEXT NOT NULL DEFAULT '';
