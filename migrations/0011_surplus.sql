-- What is offered to food aid, first come first served. Two counters are raced for and move by
-- conditional writes only: surplus_offers.left_qty and surplus_slots.left_g.
CREATE TABLE surplus_slots (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL, capacity_g BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  left_g BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE surplus_offers (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, receipt BIGINT, note BIGINT,
  sorting BIGINT, offer BIGINT, quantity BIGINT NOT NULL, price BIGINT,
  value_rate_bp BIGINT NOT NULL, place TEXT NOT NULL, until_at BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL, left_qty BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE surplus_withdrawals (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, surplus BIGINT NOT NULL,
  quantity BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE surplus_reservations (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, surplus BIGINT NOT NULL,
  buyer TEXT NOT NULL, quantity BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, request_hash BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE UNIQUE INDEX surplus_reservations_by_key
  ON surplus_reservations (hub_id, idempotency_key);
CREATE TABLE surplus_cancellations (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, reservation BIGINT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, reservation)
);
CREATE TABLE surplus_appointments (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, reservation BIGINT NOT NULL,
  slot BIGINT NOT NULL, van TEXT NOT NULL, load_g BIGINT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE surplus_pickups (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, reservation BIGINT NOT NULL, day BIGINT NOT NULL,
  received BIGINT NOT NULL, temperature_dc BIGINT, signed_by TEXT NOT NULL, outcome BIGINT,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, reservation)
);
CREATE TABLE surplus_splits (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, reservation BIGINT NOT NULL,
  parts TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
-- What a food-aid organisation has told of itself: structures and quantities, never whom it helps.
CREATE TABLE aid_profiles (
  hub_id TEXT NOT NULL, buyer TEXT NOT NULL, approval TEXT NOT NULL, departments TEXT NOT NULL,
  vans TEXT NOT NULL, structures TEXT NOT NULL,
  PRIMARY KEY (hub_id, buyer)
);
