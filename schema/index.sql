-- The index: a cache of what the logs say, rebuilt from them at any time (DESIGN section 5, "Index").
-- Natural keys and WITHOUT ROWID, so that a rebuilt index dumps like the one before it; only `due` is volatile.
-- A change here raises index_version in store/index.cpp: an older index is then rebuilt.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,  -- 'version' of this file; 'boot' id of the host that wrote the index
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE projects (
  project TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE clients (
  project TEXT NOT NULL,
  client  TEXT NOT NULL,
  state   TEXT NOT NULL,   -- state.json as it was last seen, or empty
  PRIMARY KEY (project, client)
) WITHOUT ROWID;

CREATE TABLE executions (
  project    TEXT NOT NULL,
  client     TEXT NOT NULL,
  execution  TEXT NOT NULL,
  offset     INTEGER NOT NULL,  -- bytes of the log (unpacked) that are folded into the summary
  closed     INTEGER NOT NULL,  -- 1 when the end is folded: nothing more may be
  branch     TEXT NOT NULL,
  started_at INTEGER NOT NULL,  -- milliseconds since 1970, server's clock
  outcome    TEXT NOT NULL,     -- 'running' or the outcome's name
  revision   TEXT NOT NULL,     -- of the first repository
  summary    TEXT NOT NULL,     -- JSON: the whole state of the fold, so that folding can go on
  PRIMARY KEY (project, client, execution)
) WITHOUT ROWID;

-- What a client did last on a branch, and since when; also the next and previous execution.
CREATE INDEX executions_by_branch ON executions (project, client, branch, started_at, execution, outcome);
CREATE INDEX executions_by_client ON executions (project, client, started_at, execution);
-- A month of a project's history.
CREATE INDEX executions_by_time ON executions (project, started_at, client, execution);

-- What changed and is not on the site yet. kind: 'execution', 'client', 'project', 'everything'.
CREATE TABLE due (
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  client    TEXT NOT NULL,
  execution TEXT NOT NULL,
  version   INTEGER NOT NULL,  -- raised at each change, so that a row that changed again while its page was written stays
  PRIMARY KEY (kind, project, client, execution)
) WITHOUT ROWID;
