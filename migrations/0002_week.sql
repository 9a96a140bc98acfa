-- What happens in a week. Facts are added, never changed; the two counters that orders race for
-- (sale_days.order_count, availability.taken) move by conditional writes only.
CREATE TABLE weeks (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, revision BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week)
);
CREATE TABLE offers (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, producer TEXT NOT NULL,
  product TEXT NOT NULL, labels TEXT NOT NULL, day BIGINT NOT NULL, quantity BIGINT NOT NULL,
  price BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE price_settings (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, product TEXT NOT NULL,
  labels TEXT NOT NULL, policy TEXT NOT NULL, sale BIGINT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE publications (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week)
);
CREATE TABLE sale_days (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, day BIGINT NOT NULL, cutoff_at BIGINT NOT NULL,
  order_count BIGINT NOT NULL, register_version BIGINT NOT NULL,
  closed_at BIGINT, closed_by TEXT,
  PRIMARY KEY (hub_id, week, day)
);
CREATE TABLE mercuriale_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, product TEXT NOT NULL,
  labels TEXT NOT NULL, policy TEXT NOT NULL, pack_size BIGINT NOT NULL,
  pack_weighed BIGINT NOT NULL, cost BIGINT NOT NULL, sale BIGINT NOT NULL,
  vat_bp BIGINT NOT NULL, quote BIGINT,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE availability (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, line BIGINT NOT NULL, day BIGINT NOT NULL,
  offered BIGINT NOT NULL, taken BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, line, day)
);
CREATE TABLE orders (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, buyer TEXT NOT NULL,
  site TEXT NOT NULL, day BIGINT NOT NULL, channel TEXT NOT NULL,
  commitment_number TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, request_hash BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE UNIQUE INDEX orders_by_key ON orders (hub_id, idempotency_key);
CREATE TABLE order_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, order_id BIGINT NOT NULL, rank BIGINT NOT NULL,
  line BIGINT NOT NULL, product TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL,
  policy TEXT NOT NULL, unit TEXT NOT NULL, pack_size BIGINT NOT NULL,
  pack_weighed BIGINT NOT NULL, quantity BIGINT NOT NULL, price BIGINT NOT NULL,
  price_origin TEXT NOT NULL, vat_bp BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, order_id, rank)
);
CREATE TABLE amendments (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, order_id BIGINT NOT NULL,
  rank BIGINT NOT NULL, quantity BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE plans (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, day BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE purchase_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, plan BIGINT NOT NULL,
  producer TEXT NOT NULL, day BIGINT NOT NULL, offer BIGINT NOT NULL, line BIGINT NOT NULL,
  product TEXT NOT NULL, labels TEXT NOT NULL, pack_size BIGINT NOT NULL,
  pack_weighed BIGINT NOT NULL, quantity BIGINT NOT NULL, price BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE allocations (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, plan BIGINT NOT NULL,
  order_id BIGINT NOT NULL, rank BIGINT NOT NULL, purchase_line BIGINT NOT NULL,
  quantity BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE shortfalls (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, plan BIGINT NOT NULL, id BIGINT NOT NULL,
  order_id BIGINT NOT NULL, rank BIGINT NOT NULL, quantity BIGINT NOT NULL, wanted BIGINT,
  offered BIGINT,
  PRIMARY KEY (hub_id, week, plan, id)
);
CREATE TABLE confirmations (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, purchase_line BIGINT NOT NULL,
  quantity BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE receipts (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, purchase_line BIGINT NOT NULL,
  batch TEXT NOT NULL, received BIGINT NOT NULL, rejected BIGINT NOT NULL, rejection TEXT,
  temperature_dc BIGINT, at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE sortings (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, receipt BIGINT NOT NULL,
  order_id BIGINT NOT NULL, rank BIGINT NOT NULL, quantity BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE outcomes (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, receipt BIGINT, note BIGINT,
  sorting BIGINT, kind TEXT NOT NULL, quantity BIGINT NOT NULL, reason TEXT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE rounds (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, day BIGINT NOT NULL,
  version BIGINT NOT NULL, vehicle TEXT NOT NULL, metres_back BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE stops (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, round BIGINT NOT NULL, rank BIGINT NOT NULL,
  site TEXT NOT NULL, metres BIGINT NOT NULL, load_g BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, round, rank)
);
CREATE TABLE delivery_notes (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, day BIGINT NOT NULL,
  site TEXT NOT NULL, round BIGINT, signed_by TEXT NOT NULL, at BIGINT NOT NULL,
  by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE note_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, note BIGINT NOT NULL, rank BIGINT NOT NULL,
  sorting BIGINT NOT NULL, order_id BIGINT NOT NULL, order_rank BIGINT NOT NULL,
  receipt BIGINT NOT NULL, loaded BIGINT NOT NULL, refused BIGINT NOT NULL,
  missing BIGINT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, note, rank)
);
CREATE UNIQUE INDEX note_lines_by_sorting ON note_lines (hub_id, week, sorting);
CREATE TABLE documents (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL,
  series TEXT NOT NULL, number BIGINT NOT NULL, party TEXT NOT NULL,
  commitment_number TEXT NOT NULL, issued_on BIGINT NOT NULL, due_on BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE UNIQUE INDEX documents_by_number ON documents (hub_id, series, number);
CREATE TABLE document_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, document BIGINT NOT NULL, rank BIGINT NOT NULL,
  note BIGINT, order_id BIGINT, order_rank BIGINT, purchase_line BIGINT,
  quantity BIGINT NOT NULL, price BIGINT NOT NULL, net_cents BIGINT NOT NULL,
  vat_bp BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, document, rank)
);
CREATE TABLE payouts (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, document BIGINT NOT NULL,
  producer TEXT NOT NULL, amount_with_vat_cents BIGINT NOT NULL, paid_on BIGINT NOT NULL,
  at BIGINT NOT NULL, by_whom TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE UNIQUE INDEX payouts_by_document ON payouts (hub_id, week, document);
CREATE TABLE entries (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, id BIGINT NOT NULL, journal TEXT NOT NULL,
  day BIGINT NOT NULL, piece TEXT NOT NULL,
  PRIMARY KEY (hub_id, week, id)
);
CREATE TABLE entry_lines (
  hub_id TEXT NOT NULL, week BIGINT NOT NULL, entry BIGINT NOT NULL, rank BIGINT NOT NULL,
  account TEXT NOT NULL, party TEXT, debit_cents BIGINT NOT NULL, credit_cents BIGINT NOT NULL,
  PRIMARY KEY (hub_id, week, entry, rank)
);
