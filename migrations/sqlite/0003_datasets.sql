-- 0003_datasets.sql - datasets, what they are called, which jobs use them.
--
-- The cells of a dataset are a file of its own, in the folder beside the
-- database, under the dataset's id. A file without a row is an orphan.

CREATE TABLE dataset (
    number INTEGER PRIMARY KEY AUTOINCREMENT     -- never used twice
        CHECK (number >= 1),
    id BLOB NOT NULL UNIQUE                      -- UUIDv7: what clients see
        CHECK (length(id) = 16),
    content TEXT NOT NULL UNIQUE,                -- sha256 of what was uploaded,
                                                 -- then how it was read: the
                                                 -- same content is kept once
    created_ms INTEGER NOT NULL,                 -- ms since 1970, UTC
    bytes INTEGER NOT NULL                       -- of its file
        CHECK (bytes >= 0),
    document TEXT NOT NULL,                      -- what clients read of it:
                                                 -- JSON members
    columns TEXT NOT NULL                        -- the same of its columns;
                                                 -- long, so it stands last
) STRICT;

-- A dataset may have several names, or none; a name stands for one dataset.
CREATE TABLE dataset_name (
    name TEXT PRIMARY KEY,
    number INTEGER NOT NULL                      -- dataset.number
) STRICT, WITHOUT ROWID;

CREATE INDEX dataset_name_number ON dataset_name (number);

-- Which jobs name which datasets in their specs.
CREATE TABLE job_dataset (
    job INTEGER NOT NULL,                        -- job.number
    dataset INTEGER NOT NULL,                    -- dataset.number
    PRIMARY KEY (job, dataset)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_dataset_dataset ON job_dataset (dataset, job);
