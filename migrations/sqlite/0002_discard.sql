-- 0002_discard.sql - a running job that is deleted: the wish outlasts a crash.

ALTER TABLE job ADD COLUMN
    discard INTEGER NOT NULL DEFAULT 0           -- 1: forgotten when it ends;
        CHECK (discard = 0                       -- `requested` is 'cancel'
            OR (discard = 1 AND requested IS NOT NULL));
