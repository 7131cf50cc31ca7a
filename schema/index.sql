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

-- What a client did last on a branch, and since when; also the next and previous execution. Each holds what a list shows,
-- so that a list never reads a summary.
CREATE INDEX executions_by_branch ON executions (project, client, branch, started_at, execution, outcome, revision);
CREATE INDEX executions_by_outcome ON executions (project, client, branch, outcome, started_at, execution, revision);
CREATE INDEX executions_by_client ON executions (project, client, started_at, execution, branch, outcome, revision);
-- A day of a project's history, and who tested a revision.
CREATE INDEX executions_by_time ON executions (project, started_at, client, execution, branch, outcome, revision);
CREATE INDEX executions_by_revision ON executions (project, revision, started_at, client, execution, branch, outcome);

-- How many executions of each outcome began in a client's day, so that a month is shown without reading its executions.
CREATE TABLE days (
  project TEXT NOT NULL,
  day     INTEGER NOT NULL,  -- its midnight, UTC, in milliseconds since 1970
  client  TEXT NOT NULL,
  outcome TEXT NOT NULL,
  count   INTEGER NOT NULL,  -- never 0
  PRIMARY KEY (project, day, client, outcome)
) WITHOUT ROWID;

-- From here on volatile: what is still to be done.

-- What changed and is not planned yet. kind: how far the change is seen ('output', 'command', 'task', 'execution'), or
-- 'client', 'project', 'everything'.
CREATE TABLE due (
  kind      TEXT NOT NULL,
  project   TEXT NOT NULL,
  client    TEXT NOT NULL,
  execution TEXT NOT NULL,
  PRIMARY KEY (kind, project, client, execution)
) WITHOUT ROWID;

-- Pages to be written; a row goes when its file is in place. generator/plan.hpp says what depends on what.
CREATE TABLE pages (
  kind    TEXT NOT NULL,
  project TEXT NOT NULL,
  client  TEXT NOT NULL,
  name    TEXT NOT NULL,     -- of an execution, a month, a day or a revision
  at      INTEGER NOT NULL,  -- newest first
  PRIMARY KEY (kind, project, client, name)
) WITHOUT ROWID;

-- A walk over all executions of a project, newest first: whatever is older than this is still to be written. No row, no walk.
CREATE TABLE sweeps (
  project    TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  client     TEXT NOT NULL,
  execution  TEXT NOT NULL
) WITHOUT ROWID;
