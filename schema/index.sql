-- The index: a cache of what the logs say, rebuilt from them at any time (docs/ARCHITECTURE.md).
-- Natural keys and WITHOUT ROWID, so that a rebuilt index dumps like the one before it; only `due` is volatile.
-- A change here raises index_version in store/index/index.cpp: an older index is then rebuilt.

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
  ended_at   INTEGER NOT NULL,  -- when the farm heard of its end; 0 while it runs
  tests      INTEGER NOT NULL,  -- how many it reported
  changes    TEXT NOT NULL,     -- JSON: the changes told, which are many and seldom asked for; or empty
  summary    TEXT NOT NULL,     -- JSON: the rest of the fold's state, so that folding can go on
  PRIMARY KEY (project, client, execution)
) WITHOUT ROWID;

-- What a client did last on a branch, and since when; also the next and previous execution. Each holds what a list shows,
-- so that a list never reads a summary.
CREATE INDEX executions_by_branch ON executions (project, client, branch, started_at, execution, outcome, revision, ended_at, tests);
CREATE INDEX executions_by_outcome ON executions (project, client, branch, outcome, started_at, execution, revision, ended_at, tests);
CREATE INDEX executions_by_client ON executions (project, client, started_at, execution, branch, outcome, revision, ended_at, tests);
-- A day of a project's history, and who tested a revision.
CREATE INDEX executions_by_time ON executions (project, started_at, client, execution, branch, outcome, revision, ended_at, tests);
CREATE INDEX executions_by_revision ON executions (project, revision, started_at, client, execution, branch, outcome, ended_at, tests);
-- The nearest one whose test results say something of the code, however many have none.
CREATE INDEX executions_with_tests ON executions (project, client, branch, started_at, execution, outcome, revision, ended_at, tests)
  WHERE tests > 0 AND outcome IN ('passed', 'failed');
-- What the farm heard of when: for what was known at a time.
CREATE INDEX executions_by_end ON executions (project, branch, ended_at, client, execution, started_at, outcome, revision, tests);

-- How many executions of each outcome began in a client's day, so that a month is shown without reading its executions.
CREATE TABLE days (
  project TEXT NOT NULL,
  day     INTEGER NOT NULL,  -- its midnight, UTC, in milliseconds since 1970
  client  TEXT NOT NULL,
  outcome TEXT NOT NULL,
  count   INTEGER NOT NULL,  -- never 0
  PRIMARY KEY (project, day, client, outcome)
) WITHOUT ROWID;

-- Which failure shows in which execution that has ended.
CREATE TABLE failures (
  project     TEXT NOT NULL,
  branch      TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  client      TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  execution   TEXT NOT NULL,
  revision    TEXT NOT NULL,
  ended_at    INTEGER NOT NULL,
  PRIMARY KEY (project, branch, fingerprint, client, started_at, execution)
) WITHOUT ROWID;
CREATE INDEX failures_by_client ON failures (project, client, branch, started_at, fingerprint);
CREATE INDEX failures_by_time ON failures (project, branch, fingerprint, started_at, client, execution, revision, ended_at);

-- Which test failed in which execution that has ended.
CREATE TABLE failed_tests (
  project    TEXT NOT NULL,
  client     TEXT NOT NULL,
  branch     TEXT NOT NULL,
  test       TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  execution  TEXT NOT NULL,
  PRIMARY KEY (project, client, branch, test, started_at, execution)
) WITHOUT ROWID;
CREATE INDEX failed_tests_by_time ON failed_tests (project, client, branch, started_at, test, execution);

-- The revisions that executions told of. `at` is the commit's time, or a little later where that makes the order that
-- a changelog has; 0 in `known` where nothing but the revision is known, and `at` when it was tested first.
CREATE TABLE commits (
  project    TEXT NOT NULL,
  branch     TEXT NOT NULL,
  repository TEXT NOT NULL,
  revision   TEXT NOT NULL,
  known      INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  author     TEXT NOT NULL,
  message    TEXT NOT NULL,
  PRIMARY KEY (project, branch, repository, revision)
) WITHOUT ROWID;
CREATE INDEX commits_by_time ON commits (project, branch, repository, at, revision, author, message);

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

-- Pages to be written; a row goes when its file is in place. generator/plan/plan.hpp says what depends on what.
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
