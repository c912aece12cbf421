-- Made after the seeding, which fills run_counts and run_blocks in a few statements.
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

CREATE TRIGGER IF NOT EXISTS runs_placed AFTER INSERT ON runs BEGIN
    INSERT INTO run_blocks (dialect, flow, status, level, block, total)
    SELECT new.dialect, at.flow, word.status, up.level, at.place >> (6 * up.level), 1
    FROM (SELECT new.flow AS flow, new.seq AS place UNION ALL SELECT 0, new.dseq) AS at,
         (SELECT new.status AS status UNION ALL SELECT '' WHERE new.status <> 'deleted') AS word,
         (SELECT 1 AS level UNION ALL SELECT 2 UNION ALL SELECT 3) AS up
    WHERE true
    ON CONFLICT DO UPDATE SET total = total + excluded.total;
END;

CREATE TRIGGER IF NOT EXISTS runs_replaced AFTER UPDATE OF status ON runs WHEN old.status <> new.status BEGIN
    INSERT INTO run_blocks (dialect, flow, status, level, block, total)
    SELECT old.dialect, at.flow, word.status, up.level, at.place >> (6 * up.level), -1
    FROM (SELECT old.flow AS flow, old.seq AS place UNION ALL SELECT 0, old.dseq) AS at,
         (SELECT old.status AS status UNION ALL SELECT '' WHERE old.status <> 'deleted') AS word,
         (SELECT 1 AS level UNION ALL SELECT 2 UNION ALL SELECT 3) AS up
    WHERE true
    ON CONFLICT DO UPDATE SET total = total + excluded.total;
    INSERT INTO run_blocks (dialect, flow, status, level, block, total)
    SELECT new.dialect, at.flow, word.status, up.level, at.place >> (6 * up.level), 1
    FROM (SELECT new.flow AS flow, new.seq AS place UNION ALL SELECT 0, new.dseq) AS at,
         (SELECT new.status AS status UNION ALL SELECT '' WHERE new.status <> 'deleted') AS word,
         (SELECT 1 AS level UNION ALL SELECT 2 UNION ALL SELECT 3) AS up
    WHERE true
    ON CONFLICT DO UPDATE SET total = total + excluded.total;
END;

CREATE TRIGGER IF NOT EXISTS runs_displaced AFTER DELETE ON runs BEGIN
    INSERT INTO run_blocks (dialect, flow, status, level, block, total)
    SELECT old.dialect, at.flow, word.status, up.level, at.place >> (6 * up.level), -1
    FROM (SELECT old.flow AS flow, old.seq AS place UNION ALL SELECT 0, old.dseq) AS at,
         (SELECT old.status AS status UNION ALL SELECT '' WHERE old.status <> 'deleted') AS word,
         (SELECT 1 AS level UNION ALL SELECT 2 UNION ALL SELECT 3) AS up
    WHERE true
    ON CONFLICT DO UPDATE SET total = total + excluded.total;
END;
