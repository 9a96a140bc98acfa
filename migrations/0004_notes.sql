-- What a data pack tells of orders, arrivals, handovers and leftovers, kept until the step comes.
CREATE TABLE told_orders (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, reference TEXT NOT NULL, rank BIGINT NOT NULL,
  buyer TEXT NOT NULL, site TEXT NOT NULL, day BIGINT NOT NULL, channel TEXT NOT NULL,
  commitment_number TEXT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL, producer TEXT,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, reference, rank)
);
CREATE TABLE told_arrivals (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, rank BIGINT NOT NULL, day BIGINT NOT NULL,
  producer TEXT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL,
  confirmed TEXT, received TEXT, rejected TEXT, rejection TEXT, batch TEXT NOT NULL,
  temperature_dc BIGINT,
  PRIMARY KEY (hub_id, week, rank)
);
CREATE TABLE told_handovers (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, rank BIGINT NOT NULL, day BIGINT NOT NULL,
  site TEXT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL, refused TEXT, missing TEXT,
  reason TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, rank)
);
CREATE TABLE told_leftovers (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, rank BIGINT NOT NULL, day BIGINT NOT NULL,
  product TEXT NOT NULL, labels TEXT NOT NULL, producer TEXT, site TEXT, fate TEXT NOT NULL,
  quantity TEXT, reason TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, rank)
);
