-- What outlives a week. Every key begins with hub_id; types are TEXT and BIGINT only.
CREATE TABLE hubs (
  hub_id TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL,
  name TEXT NOT NULL, address TEXT NOT NULL, postcode TEXT NOT NULL, commune TEXT NOT NULL,
  siret TEXT NOT NULL, vat_number TEXT NOT NULL, iban TEXT NOT NULL, email TEXT NOT NULL,
  phone TEXT NOT NULL, lat_e6 BIGINT NOT NULL, lon_e6 BIGINT NOT NULL,
  delivery_days TEXT NOT NULL, cutoff_days_before BIGINT NOT NULL, cutoff_minute BIGINT NOT NULL,
  minimum_order_cents BIGINT NOT NULL, price_step BIGINT NOT NULL, pool_spread_bp BIGINT NOT NULL,
  income_goal_bp BIGINT NOT NULL, weight_tolerance_bp BIGINT NOT NULL,
  buyer_payment_days BIGINT NOT NULL, farm_payment_days BIGINT NOT NULL
);
-- Raised by every change of the register: what was cached before is then read again.
CREATE TABLE register_versions (
  hub_id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL
);
CREATE TABLE pricing_rules (
  hub_id TEXT NOT NULL, id BIGINT NOT NULL, from_on BIGINT NOT NULL, reading TEXT NOT NULL,
  rate_bp BIGINT NOT NULL, family TEXT, buyer_kind TEXT,
  PRIMARY KEY (hub_id, id)
);
CREATE TABLE producers (
  hub_id TEXT NOT NULL, producer TEXT NOT NULL,
  name TEXT NOT NULL, address TEXT NOT NULL, postcode TEXT NOT NULL, commune TEXT NOT NULL,
  siret TEXT NOT NULL, vat_number TEXT NOT NULL, iban TEXT NOT NULL, email TEXT NOT NULL,
  phone TEXT NOT NULL, lat_e6 BIGINT NOT NULL, lon_e6 BIGINT NOT NULL,
  standing TEXT NOT NULL, vat_regime TEXT NOT NULL, mandate_on BIGINT,
  minimum_trip_cents BIGINT NOT NULL, season_share_bp BIGINT,
  PRIMARY KEY (hub_id, producer)
);
CREATE TABLE certificates (
  hub_id TEXT NOT NULL, producer TEXT NOT NULL, label TEXT NOT NULL, number TEXT NOT NULL,
  product TEXT, body TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT NOT NULL,
  PRIMARY KEY (hub_id, producer, label, number)
);
CREATE TABLE buyers (
  hub_id TEXT NOT NULL, buyer TEXT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, address TEXT NOT NULL, postcode TEXT NOT NULL, commune TEXT NOT NULL,
  siret TEXT NOT NULL, vat_number TEXT NOT NULL, iban TEXT NOT NULL, email TEXT NOT NULL,
  phone TEXT NOT NULL, service_code TEXT NOT NULL, commitment_number TEXT NOT NULL,
  PRIMARY KEY (hub_id, buyer)
);
CREATE TABLE sites (
  hub_id TEXT NOT NULL, site TEXT NOT NULL, buyer TEXT NOT NULL, name TEXT NOT NULL,
  address TEXT NOT NULL, postcode TEXT NOT NULL, commune TEXT NOT NULL,
  lat_e6 BIGINT NOT NULL, lon_e6 BIGINT NOT NULL,
  opens_minute BIGINT NOT NULL, closes_minute BIGINT NOT NULL, diners BIGINT NOT NULL,
  PRIMARY KEY (hub_id, site)
);
CREATE TABLE products (
  hub_id TEXT NOT NULL, product TEXT NOT NULL, name TEXT NOT NULL, family TEXT NOT NULL,
  species TEXT NOT NULL, variety TEXT NOT NULL, quality_class TEXT NOT NULL,
  size_grade TEXT NOT NULL, unit TEXT NOT NULL, pack_size BIGINT NOT NULL,
  pack_weighed BIGINT NOT NULL, vat TEXT NOT NULL, temperature TEXT NOT NULL,
  unit_weight_g BIGINT NOT NULL, season BIGINT NOT NULL, grammage_g BIGINT NOT NULL,
  PRIMARY KEY (hub_id, product)
);
CREATE TABLE quotes (
  hub_id TEXT NOT NULL, product TEXT NOT NULL, organic BIGINT NOT NULL, quoted_week BIGINT NOT NULL,
  price BIGINT NOT NULL, source TEXT NOT NULL,
  PRIMARY KEY (hub_id, product, organic, quoted_week)
);
CREATE TABLE contracts (
  hub_id TEXT NOT NULL, contract TEXT NOT NULL, buyer TEXT NOT NULL, name TEXT NOT NULL,
  reference TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT NOT NULL,
  ceiling_cents BIGINT,
  PRIMARY KEY (hub_id, contract)
);
CREATE TABLE contract_prices (
  hub_id TEXT NOT NULL, contract TEXT NOT NULL, product TEXT NOT NULL, labels TEXT NOT NULL,
  price BIGINT NOT NULL,
  PRIMARY KEY (hub_id, contract, product, labels)
);
-- What each contract has been called off: raised by a conditional write, never read then written.
CREATE TABLE ceilings (
  hub_id TEXT NOT NULL, contract TEXT NOT NULL, ceiling_cents BIGINT NOT NULL,
  spent_cents BIGINT NOT NULL,
  PRIMARY KEY (hub_id, contract)
);
CREATE TABLE standing_orders (
  hub_id TEXT NOT NULL, site TEXT NOT NULL, weekday BIGINT NOT NULL, product TEXT NOT NULL,
  labels TEXT NOT NULL, buyer TEXT NOT NULL, quantity BIGINT NOT NULL, from_on BIGINT NOT NULL,
  to_on BIGINT,
  PRIMARY KEY (hub_id, site, weekday, product, labels)
);
CREATE TABLE vehicles (
  hub_id TEXT NOT NULL, vehicle TEXT NOT NULL, name TEXT NOT NULL, payload_g BIGINT NOT NULL,
  is_cold BIGINT NOT NULL,
  PRIMARY KEY (hub_id, vehicle)
);
