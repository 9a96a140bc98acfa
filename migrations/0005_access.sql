-- Who may come in. People, their keys and their sessions belong to the installation: one person
-- may work for several hubs. What somebody may do in a hub is a membership, a link or a token.
CREATE TABLE people (
  person TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, phone TEXT NOT NULL,
  created_at BIGINT NOT NULL, closed_at BIGINT
);
CREATE UNIQUE INDEX people_by_email ON people (email);
CREATE TABLE passkeys (
  credential TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL,
  public_key TEXT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT
);
CREATE INDEX passkeys_by_person ON passkeys (person);
CREATE TABLE passwords (
  person TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL, code_secret TEXT NOT NULL,
  code_step BIGINT NOT NULL, set_at BIGINT NOT NULL
);
-- What a sign-in by passkey waits for; each is used once.
CREATE TABLE challenges (
  token_hash TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, state TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, membership TEXT NOT NULL,
  link TEXT NOT NULL, form_token TEXT NOT NULL, created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT
);
CREATE INDEX sessions_by_person ON sessions (person);
CREATE TABLE memberships (
  hub_id TEXT NOT NULL, membership TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,
  party TEXT NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, ended_at BIGINT,
  ended_by TEXT,
  PRIMARY KEY (hub_id, membership)
);
CREATE UNIQUE INDEX memberships_once ON memberships (membership);
CREATE INDEX memberships_by_person ON memberships (person);
-- Links in mails: of a farm or a buyer for one week, or to come in as a person, once.
CREATE TABLE links (
  hub_id TEXT NOT NULL, token_hash TEXT NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL,
  role TEXT NOT NULL, party TEXT NOT NULL, week BIGINT, created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, ended_at BIGINT,
  ended_by TEXT,
  PRIMARY KEY (hub_id, token_hash)
);
CREATE UNIQUE INDEX links_by_token ON links (token_hash);
-- For programs: what a person gave them leave to do.
CREATE TABLE api_tokens (
  hub_id TEXT NOT NULL, token_hash TEXT NOT NULL, membership TEXT NOT NULL, name TEXT NOT NULL,
  scopes TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (hub_id, token_hash)
);
CREATE UNIQUE INDEX api_tokens_by_token ON api_tokens (token_hash);
-- What was seen at the doors: every sign-in, every refusal.
CREATE TABLE audit (
  hub_id TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL,
  about TEXT NOT NULL, address TEXT NOT NULL,
  PRIMARY KEY (hub_id, id)
);
CREATE INDEX audit_by_time ON audit (hub_id, at);
