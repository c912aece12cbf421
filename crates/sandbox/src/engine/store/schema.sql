CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS flows (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    nodes TEXT NOT NULL,
    UNIQUE (dialect, id)
);

CREATE TABLE IF NOT EXISTS runs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    flow INTEGER NOT NULL REFERENCES flows (n),
    -- Dense by creation, never reused: place in the flow, and in the dialect over all flows.
    seq INTEGER NOT NULL,
    dseq INTEGER NOT NULL,
    status TEXT NOT NULL,
    trigger TEXT NOT NULL,
    name TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    duration_ms INTEGER,
    waiting_since INTEGER,
    waited_ms INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 1,
    flow_version INTEGER NOT NULL DEFAULT 1,
    steps_total INTEGER NOT NULL DEFAULT 0,
    steps_done INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    metadata TEXT,
    input TEXT,
    output TEXT,
    restarted_from TEXT,
    trigger_email TEXT,
    created_by TEXT NOT NULL DEFAULT 'api-key',
    cancel_requested_at INTEGER,
    deleted_at INTEGER,
    thin INTEGER NOT NULL DEFAULT 0,
    -- When the executor looks at the run next; NULL while nothing moves by itself.
    wake_at INTEGER
);
CREATE UNIQUE INDEX IF NOT EXISTS runs_id ON runs (dialect, id);
CREATE UNIQUE INDEX IF NOT EXISTS runs_seq ON runs (flow, seq);
CREATE UNIQUE INDEX IF NOT EXISTS runs_dseq ON runs (dialect, dseq);
CREATE INDEX IF NOT EXISTS runs_flow_status ON runs (flow, status, seq);
CREATE INDEX IF NOT EXISTS runs_status ON runs (dialect, status, dseq);
CREATE INDEX IF NOT EXISTS runs_updated ON runs (flow, updated_at, dseq);
CREATE INDEX IF NOT EXISTS runs_wake ON runs (wake_at) WHERE wake_at IS NOT NULL;

-- How many runs of a status lie in a block of places, in a flow and (flow 0) in the whole dialect: level 1 blocks hold 64 places, each
-- further level 64 of the level below. Status '' is any but deleted. So an offset becomes a place without counting rows.
CREATE TABLE IF NOT EXISTS run_blocks (
    dialect TEXT NOT NULL,
    flow INTEGER NOT NULL,
    status TEXT NOT NULL,
    level INTEGER NOT NULL,
    block INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (dialect, flow, status, level, block)
) WITHOUT ROWID;
-- What earlier versions kept for that.
DROP TABLE IF EXISTS gaps;

CREATE TABLE IF NOT EXISTS run_counts (
    dialect TEXT NOT NULL,
    flow INTEGER NOT NULL,
    status TEXT NOT NULL,
    total INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (dialect, flow, status)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS attempts (
    run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    error TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS steps (
    run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    node TEXT NOT NULL,
    work TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    retry INTEGER NOT NULL DEFAULT 0,
    loop_id TEXT,
    iteration INTEGER,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    input TEXT,
    output TEXT,
    error TEXT,
    PRIMARY KEY (run, ordinal)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS events (
    run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    status TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (run, ordinal)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS files (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    -- NULL while uploaded ahead of the run that will take it.
    run INTEGER REFERENCES runs (n) ON DELETE CASCADE,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    metadata TEXT,
    guidance TEXT,
    bytes BLOB NOT NULL,
    UNIQUE (dialect, id)
);
CREATE INDEX IF NOT EXISTS files_run ON files (run);

CREATE TABLE IF NOT EXISTS reviews (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
    node TEXT NOT NULL,
    target_node TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    data TEXT NOT NULL,
    schema TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    started_at INTEGER,
    started_by TEXT,
    approved INTEGER,
    modified TEXT,
    command_id TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    applied_at INTEGER
);
CREATE INDEX IF NOT EXISTS reviews_run ON reviews (run, node, attempt);
CREATE INDEX IF NOT EXISTS reviews_state ON reviews (state, n);

-- Which run a command (cancel, restart …) with an idempotency key led to.
CREATE TABLE IF NOT EXISTS commands (
    dialect TEXT NOT NULL,
    verb TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (dialect, verb, key)
) WITHOUT ROWID;

-- Versions of a review's data that people made; the first one is the review's own data. An id is made of the content.
CREATE TABLE IF NOT EXISTS review_versions (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    review INTEGER NOT NULL REFERENCES reviews (n) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    author TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    note TEXT,
    created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS review_versions_review ON review_versions (review);

-- Which version a decision names, and why it was rejected.
CREATE TABLE IF NOT EXISTS verdicts (
    review INTEGER PRIMARY KEY REFERENCES reviews (n) ON DELETE CASCADE,
    version TEXT NOT NULL,
    reason TEXT
);
