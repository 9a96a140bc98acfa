-- What a public buyer's treasury wants on an invoice, and what orders and invoices were filed under.
ALTER TABLE buyers ADD COLUMN invoice_rule TEXT NOT NULL DEFAULT 'free';
ALTER TABLE orders ADD COLUMN service_code TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN service_code TEXT NOT NULL DEFAULT '';
UPDATE orders SET service_code = COALESCE((SELECT b.service_code FROM buyers b
  WHERE b.hub_id = orders.hub_id AND b.buyer = orders.buyer), '');
UPDATE documents SET service_code = COALESCE((SELECT b.service_code FROM buyers b
  WHERE b.hub_id = documents.hub_id AND b.buyer = documents.party), '') WHERE kind = 'invoice';
