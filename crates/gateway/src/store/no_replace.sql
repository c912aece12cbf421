-- `INSERT OR REPLACE` deletes a row without asking the triggers for deletions.
CREATE TRIGGER audit_entries_once BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
  OR (NEW.kind = 'intent' AND EXISTS (SELECT 1 FROM audit_entries WHERE kind = 'intent' AND key = NEW.key))
  OR (NEW.kind = 'outcome' AND EXISTS (
      SELECT 1 FROM audit_entries WHERE kind = 'outcome' AND key = NEW.key AND client_at = NEW.client_at AND outcome = NEW.outcome))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_changes_once BEFORE INSERT ON audit_changes
WHEN EXISTS (SELECT 1 FROM audit_changes WHERE entry = NEW.entry AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
