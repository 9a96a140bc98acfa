-- What food aid was told weeks ahead: that there will be about so much too much of some goods in a
-- week. No offer. Told again of more, the last word stands here; each letter stays in the outbox.
CREATE TABLE forewarnings (
  hub_id TEXT NOT NULL, aid_week BIGINT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL,
  quantity BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, aid_week, product, labels)
);
