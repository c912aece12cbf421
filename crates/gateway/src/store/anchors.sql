-- What was removed from the log's beginning because it was older than is kept: up to which entry, so that the rest still verifies.
CREATE TABLE audit_anchors (
    through INTEGER PRIMARY KEY,
    digest  TEXT    NOT NULL,
    -- When that entry was written, and when it was removed, by which rule and with how many others.
    written INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    keep    TEXT    NOT NULL,
    removed INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entries_chained BEFORE INSERT ON audit_entries
WHEN NEW.digest = '' OR NEW.previous = ''
BEGIN SELECT RAISE(ABORT, 'the audit log is a chain'); END;
-- Only what an anchor stands for is removed.
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM audit_anchors WHERE through >= OLD.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_changes_keep BEFORE DELETE ON audit_changes
WHEN NOT EXISTS (SELECT 1 FROM audit_anchors WHERE through >= OLD.entry)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_anchors_fit BEFORE INSERT ON audit_anchors
WHEN NOT EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.through AND digest = NEW.digest)
  OR EXISTS (SELECT 1 FROM audit_anchors WHERE through >= NEW.through)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_anchors_stay BEFORE UPDATE ON audit_anchors
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_anchors_keep BEFORE DELETE ON audit_anchors
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
