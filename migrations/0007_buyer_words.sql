-- What a buyer calls goods in its own lists: chosen once for a text, then known.
CREATE TABLE buyer_words (
  hub_id TEXT NOT NULL, buyer TEXT NOT NULL, words TEXT NOT NULL, goods TEXT NOT NULL,
  PRIMARY KEY (hub_id, buyer, words)
);
