-- 0006_prune.sql - what is forgotten at once and deleted a little at a time.
--
-- A job's row goes in one transaction with the row that is made here; its
-- spec, its result and its chunks go afterwards, in slices between other
-- writes, and go on after a restart.

CREATE TABLE prune (
    number INTEGER PRIMARY KEY,                  -- job.number
    above INTEGER NOT NULL                       -- chunks that end after this
        CHECK (above >= -1)                      -- iteration go; -1: the job
                                                 -- is gone, all of it goes
) STRICT;
