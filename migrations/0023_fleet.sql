-- Trucks in the order in which the coordinator would rather send them out, and those that go out no
-- more: rounds of before go on naming them. Registers of before keep the order of their codes.
ALTER TABLE vehicles ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vehicles ADD COLUMN is_retired BIGINT NOT NULL DEFAULT 0;
