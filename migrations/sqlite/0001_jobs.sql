-- 0001_jobs.sql - jobs, their documents, their tags and their traces.
--
-- Times are milliseconds since 1970, UTC; NULL where there is none yet.
-- What is long stands in tables of its own, so that a list of jobs reads
-- few pages and a change of state does not copy a spec.

CREATE TABLE job (
    number INTEGER PRIMARY KEY AUTOINCREMENT     -- never used twice
        CHECK (number BETWEEN 1 AND 134217727),  -- 27 bits: see trace.id
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
    loss REAL,                                   -- NULL: unknown, not finite
    gradient_norm REAL,                          -- at the last iteration
    best_loss REAL,
    best_iteration INTEGER,
    trace_sha256 TEXT                            -- server/jobs/digest.h
) STRICT;

-- GET /jobs in the order of creation, for all jobs and for those of a state;
-- the latter also finds the queue when the server starts.
CREATE INDEX job_created ON job (created_ms);
CREATE INDEX job_state ON job (state, created_ms);

-- The spec with every default filled in, as JSON.
CREATE TABLE job_spec (
    number INTEGER PRIMARY KEY,                  -- job.number
    spec TEXT NOT NULL
) STRICT;

-- The result of an ended job, as JSON.
CREATE TABLE job_result (
    number INTEGER PRIMARY KEY,                  -- job.number
    result TEXT NOT NULL
) STRICT;

-- job.tags again, for GET /jobs?tag=
CREATE TABLE job_tag (
    tag TEXT NOT NULL,
    number INTEGER NOT NULL,                     -- job.number
    PRIMARY KEY (tag, number)
) STRICT, WITHOUT ROWID;

-- Recorded iterations, up to 512 a row. The key orders them by job, level and
-- place, so that a job's trace is one range of keys. The columns stand last:
-- what is looked at to find a chunk does not lead through their pages.
CREATE TABLE trace (
    id INTEGER PRIMARY KEY                       -- number << 36 | level << 32
        CHECK (id > 0),                          --   | chunk
    first INTEGER NOT NULL                       -- iteration of the first row
        CHECK (first >= 0),
    last INTEGER NOT NULL                        -- iteration of the last row
        CHECK (last >= first),
    rows INTEGER NOT NULL
        CHECK (rows BETWEEN 1 AND 512),
    columns BLOB NOT NULL                        -- server/jobs/chunk.h
) STRICT;
