-- Each entry holds the digest of the one before it and of itself (docs/ARCHITECTURE.md has the form that is digested). Entries from
-- before are joined to the chain right after these statements, and then it is closed again.
ALTER TABLE audit_entries ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entries ADD COLUMN digest TEXT NOT NULL DEFAULT '';
DROP TRIGGER audit_entries_stay;
DROP TRIGGER audit_entries_keep;
DROP TRIGGER audit_changes_keep;
