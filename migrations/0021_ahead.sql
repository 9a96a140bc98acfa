-- What is said of weeks to come. A farm's season: of the same goods and first week the last word
-- counts. A kitchen's menus: of the same goods and week.
CREATE TABLE pledges (
  hub_id TEXT NOT NULL, producer TEXT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL,
  from_week BIGINT NOT NULL, to_week BIGINT NOT NULL, weekly BIGINT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, producer, product, labels, from_week)
);
CREATE TABLE menus (
  hub_id TEXT NOT NULL, buyer TEXT NOT NULL, menu_week BIGINT NOT NULL, product TEXT NOT NULL,
  labels TEXT NOT NULL, servings BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, buyer, menu_week, product, labels)
);
