-- What was removed from the log's beginning because it was older than is kept: up to which entry, so that the rest still verifies.
CREATE TABLE audit_anchors (
    through BIGINT PRIMARY KEY,
    digest  TEXT   NOT NULL,
    -- When that entry was written, and when it was removed, by which rule and with how many others.
    written BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    keep    TEXT   NOT NULL,
    removed BIGINT NOT NULL
);

-- Only what an anchor stands for is removed.
CREATE FUNCTION audit_entries_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_anchors WHERE through >= OLD.id) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_changes_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_anchors WHERE through >= OLD.entry) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION audit_anchors_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.through AND digest = NEW.digest)
        OR EXISTS (SELECT 1 FROM audit_anchors WHERE through >= NEW.through) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_entries_removed();
CREATE TRIGGER audit_changes_keep BEFORE DELETE ON audit_changes FOR EACH ROW EXECUTE FUNCTION audit_changes_removed();
CREATE TRIGGER audit_anchors_fit BEFORE INSERT ON audit_anchors FOR EACH ROW EXECUTE FUNCTION audit_anchors_fit();
CREATE TRIGGER audit_anchors_stay BEFORE UPDATE OR DELETE ON audit_anchors FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_anchors_whole BEFORE TRUNCATE ON audit_anchors EXECUTE FUNCTION audit_stays();
