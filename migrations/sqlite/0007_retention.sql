-- 0007_retention.sql - how long an ended job is kept.

ALTER TABLE job ADD COLUMN
    retention_ms INTEGER                         -- once ended; 0: for ever;
        CHECK (retention_ms >= 0);               -- NULL: as long as the server
                                                 -- is told to

-- Whose time comes next: of those with a time of their own, and of the others,
-- for whom it is the order in which they ended.
CREATE INDEX job_expires ON job (finished_ms + retention_ms)
    WHERE retention_ms > 0 AND finished_ms IS NOT NULL;
CREATE INDEX job_finished ON job (finished_ms)
    WHERE retention_ms IS NULL AND finished_ms IS NOT NULL;
