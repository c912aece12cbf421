-- Each entry holds the digest of the one before it and of itself (docs/ARCHITECTURE.md has the form that is digested).
ALTER TABLE audit_entries ADD COLUMN previous TEXT NOT NULL;
ALTER TABLE audit_entries ADD COLUMN digest TEXT NOT NULL;
DROP TRIGGER audit_entries_keep ON audit_entries;
DROP TRIGGER audit_changes_keep ON audit_changes;
