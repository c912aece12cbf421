-- The audit log: what was to be decided, and what came of it, each an entry of its own that is never changed.
CREATE TABLE audit_entries (
    id            BIGINT PRIMARY KEY,
    -- Milliseconds since 1970: the gateway's clock, the browser's, and below those of the vendor.
    at            BIGINT NOT NULL,
    client_at     BIGINT NOT NULL,
    -- The intent's idempotency key.
    key           TEXT   NOT NULL,
    kind          TEXT   NOT NULL CHECK (kind IN ('intent', 'outcome')),
    connection    TEXT   NOT NULL,
    flow          TEXT   NOT NULL,
    flow_name     TEXT,
    run           TEXT   NOT NULL,
    review        TEXT   NOT NULL,
    review_name   TEXT   NOT NULL,
    -- What was read: its digest or version, and the attempt.
    pin           TEXT   NOT NULL,
    attempt       BIGINT,
    decision      TEXT   NOT NULL CHECK (decision IN ('approve', 'reject')),
    outcome       TEXT   CHECK ((outcome IS NOT NULL) = (kind = 'outcome')),
    who           TEXT   NOT NULL,
    reason        TEXT,
    waiting_since BIGINT,
    recorded_at   BIGINT,
    changes       BIGINT NOT NULL
);

-- One intent a key; an outcome that is sent again is the same entry.
CREATE UNIQUE INDEX audit_intents ON audit_entries (key) WHERE kind = 'intent';
CREATE UNIQUE INDEX audit_outcomes ON audit_entries (key, client_at, outcome) WHERE kind = 'outcome';
-- What is listed, each way in its order.
CREATE INDEX audit_by_time ON audit_entries (at, id) WHERE kind = 'intent';
CREATE INDEX audit_by_connection ON audit_entries (connection, at, id) WHERE kind = 'intent';
CREATE INDEX audit_by_flow ON audit_entries (connection, flow, at, id) WHERE kind = 'intent';
CREATE INDEX audit_by_run ON audit_entries (run, at, id) WHERE kind = 'intent';
CREATE INDEX audit_by_who ON audit_entries (who, at, id) WHERE kind = 'intent';

CREATE TABLE audit_changes (
    entry  BIGINT NOT NULL REFERENCES audit_entries (id),
    place  BIGINT NOT NULL,
    -- A JSON pointer, and the same with `*` for places in lists.
    path   TEXT   NOT NULL,
    field  TEXT   NOT NULL,
    -- JSON text, with the digits that were sent; NULL before: added, NULL after: removed.
    before TEXT,
    after  TEXT,
    PRIMARY KEY (entry, place)
);

-- The second lock, behind a product without a call that changes or deletes.
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_entries_whole BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_changes_stay BEFORE UPDATE ON audit_changes FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_changes_keep BEFORE DELETE ON audit_changes FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_changes_whole BEFORE TRUNCATE ON audit_changes EXECUTE FUNCTION audit_stays();
