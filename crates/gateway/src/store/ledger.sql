-- Run numbers: given once, by creation time, and never moved.
CREATE TABLE ledger_flows (
    id         BIGINT PRIMARY KEY,
    connection TEXT   NOT NULL,
    flow       TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    -- walking: the history is read for the first time; numbering: it was read, and numbers are being given; kept: all have theirs.
    state      TEXT   NOT NULL CHECK (state IN ('walking', 'numbering', 'kept')),
    -- Where the walk goes on; NULL: no walk is under way, or it begins.
    place      TEXT,
    -- A walk is under way: the first, or a later one that looks for what was missed.
    walking    BIGINT NOT NULL,
    -- How often the history was read before its first numbers were given.
    passes     BIGINT NOT NULL DEFAULT 0,
    -- Rows read in this walk, and how many there are as the vendor says.
    listed     BIGINT NOT NULL DEFAULT 0,
    total      BIGINT,
    -- The next free number, and the newest run that has one.
    next       BIGINT NOT NULL DEFAULT 1,
    newest     BIGINT,
    newest_run TEXT /* COLLATE C */,
    -- Milliseconds since 1970: when its history was begun and last read whole, when it is looked at next.
    began      BIGINT NOT NULL,
    walked     BIGINT,
    due        BIGINT NOT NULL,
    looked     BIGINT NOT NULL DEFAULT 0,
    -- How long it rests between two looks.
    rest       BIGINT NOT NULL DEFAULT 0,
    -- Why it does not go on, and how often that was tried.
    error      TEXT,
    failed     BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection, flow)
);
CREATE INDEX ledger_flows_due ON ledger_flows (connection, due);

-- Runs that were read and have no number yet.
CREATE TABLE ledger_seen (
    flow    BIGINT NOT NULL,
    run     TEXT /* COLLATE C */ NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (flow, run)
) /* no ROWID */ WITHOUT ROWID;
CREATE INDEX ledger_seen_in_order ON ledger_seen (flow, created, run);

CREATE TABLE ledger_runs (
    flow    BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    run     TEXT /* COLLATE C */ NOT NULL,
    created BIGINT NOT NULL,
    -- It appeared after later ones had their numbers.
    late    BIGINT NOT NULL,
    PRIMARY KEY (flow, number)
) /* no ROWID */ WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_by_run ON ledger_runs (run, flow);
