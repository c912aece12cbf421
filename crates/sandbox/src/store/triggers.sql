-- Made after the seeding, which fills run_counts in one statement.
CREATE TRIGGER IF NOT EXISTS runs_counted AFTER INSERT ON runs BEGIN
    INSERT INTO run_counts (dialect, flow, status, total, timed, duration_ms)
    VALUES (new.dialect, new.flow, new.status, 1, new.duration_ms IS NOT NULL, coalesce(new.duration_ms, 0))
    ON CONFLICT DO UPDATE SET
        total = total + 1, timed = timed + excluded.timed, duration_ms = duration_ms + excluded.duration_ms;
END;

CREATE TRIGGER IF NOT EXISTS runs_recounted AFTER UPDATE OF status, duration_ms ON runs
WHEN old.status <> new.status OR old.duration_ms IS NOT new.duration_ms BEGIN
    UPDATE run_counts SET
        total = total - 1,
        timed = timed - (old.duration_ms IS NOT NULL),
        duration_ms = duration_ms - coalesce(old.duration_ms, 0)
    WHERE dialect = old.dialect AND flow = old.flow AND status = old.status;
    INSERT INTO run_counts (dialect, flow, status, total, timed, duration_ms)
    VALUES (new.dialect, new.flow, new.status, 1, new.duration_ms IS NOT NULL, coalesce(new.duration_ms, 0))
    ON CONFLICT DO UPDATE SET
        total = total + 1, timed = timed + excluded.timed, duration_ms = duration_ms + excluded.duration_ms;
END;

CREATE TRIGGER IF NOT EXISTS runs_uncounted AFTER DELETE ON runs BEGIN
    UPDATE run_counts SET
        total = total - 1,
        timed = timed - (old.duration_ms IS NOT NULL),
        duration_ms = duration_ms - coalesce(old.duration_ms, 0)
    WHERE dialect = old.dialect AND flow = old.flow AND status = old.status;
END;
