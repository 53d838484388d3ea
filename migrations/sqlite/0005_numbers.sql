-- 0005_numbers.sql - room for more jobs: their numbers have 38 bits, not 27.
--
-- The key of a chunk was number << 36 | level << 32 | chunk, and job numbers
-- ended at 2^27. A chunk's number needs 21 bits (2^30 rows), so the key is now
-- number << 25 | level << 21 | chunk. Chunks that are there already keep their
-- table, under another name, and are read there: to copy them took 28 s for
-- 2.4 GB, and three times their room meanwhile; to rename their table is free.

ALTER TABLE trace RENAME TO trace_27;            -- no chunk is added any more

CREATE TABLE trace (
    id INTEGER PRIMARY KEY                       -- number << 25 | level << 21
        CHECK (id > 0),                          --   | chunk
    first INTEGER NOT NULL                       -- iteration of the first row
        CHECK (first >= 0),
    last INTEGER NOT NULL                        -- iteration of the last row
        CHECK (last >= first),
    rows INTEGER NOT NULL
        CHECK (rows BETWEEN 1 AND 512),
    columns BLOB NOT NULL                        -- server/jobs/chunk.h
) STRICT;

-- The same table as before, but for the greatest number: SQLite changes no
-- CHECK of a table that is there. Its rows are short (1e6 of them: 9 s).
CREATE TABLE job_38 (
    number INTEGER PRIMARY KEY AUTOINCREMENT     -- never used twice
        CHECK (number BETWEEN 1 AND 274877906943), -- 38 bits: see trace.id
    id BLOB NOT NULL UNIQUE                      -- UUIDv7: what clients see
        CHECK (length(id) = 16),
    revision INTEGER NOT NULL DEFAULT 1          -- grows with every change
        CHECK (revision >= 1),
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state = 'queued' OR state = 'running' -- IN (…) costs a
            OR state = 'completed' OR state = 'failed' -- table an insert
            OR state = 'canceled'),
    requested TEXT                               -- a wish under way
        CHECK (requested = 'cancel'),
    discard INTEGER NOT NULL DEFAULT 0           -- 1: forgotten when it ends;
        CHECK (discard = 0                       -- `requested` is 'cancel'
            OR (discard = 1 AND requested IS NOT NULL)),
    attempt INTEGER NOT NULL DEFAULT 1           -- grows when it starts over
        CHECK (attempt >= 1),
    priority INTEGER NOT NULL,                   -- greater runs first
    name TEXT,
    tags TEXT,                                   -- one a line; \n and \\
                                                 -- stand for those characters
    objective TEXT NOT NULL,                     -- the kind's name
    optimizer TEXT NOT NULL,                     -- the kind's name
    dimension INTEGER NOT NULL,
    max_iterations INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,                          -- of this attempt
    finished_ms INTEGER
        CHECK ((finished_ms IS NULL) = (state IN ('queued', 'running'))),
    outcome_class TEXT,                          -- converged budget diverged
    outcome_reason TEXT,                         -- the rule that ended it
    error TEXT,                                  -- of a failed job: JSON
    iterations INTEGER,                          -- NULL until it has run
    epoch REAL,                                  -- passes over its rows; NULL:
                                                 -- it has none, or never began
    loss REAL,                                   -- NULL: unknown, not finite
    gradient_norm REAL,                          -- at the last iteration
    best_loss REAL,
    best_iteration INTEGER,
    trace_sha256 TEXT                            -- server/jobs/digest.h
) STRICT;

-- The greatest number ever given may be of a job that is gone.
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'job_38', seq FROM sqlite_sequence WHERE name = 'job';

INSERT INTO job_38 (number, id, revision, state, requested, discard, attempt,
        priority, name, tags, objective, optimizer, dimension, max_iterations,
        created_ms, started_ms, finished_ms, outcome_class, outcome_reason,
        error, iterations, epoch, loss, gradient_norm, best_loss,
        best_iteration, trace_sha256)
    SELECT number, id, revision, state, requested, discard, attempt,
        priority, name, tags, objective, optimizer, dimension, max_iterations,
        created_ms, started_ms, finished_ms, outcome_class, outcome_reason,
        error, iterations, epoch, loss, gradient_norm, best_loss,
        best_iteration, trace_sha256
    FROM job ORDER BY number;

DROP TABLE job;
ALTER TABLE job_38 RENAME TO job;

-- As they were: GET /jobs in the order of creation, and the queue at a start.
CREATE INDEX job_created ON job (created_ms);
CREATE INDEX job_state ON job (state, created_ms);
