-- An offer that was carried over from another week to begin with; nobody has said it yet.
ALTER TABLE offers ADD COLUMN carried_from BIGINT;
