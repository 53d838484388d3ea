-- 0008_lists.sql - lists that sort nothing: an index for every order.
--
-- What most jobs have, no name or priority 0, is left out of the indexes and
-- comes in the order of numbers instead.

CREATE INDEX job_name ON job (name) WHERE name IS NOT NULL;
CREATE INDEX job_priority ON job (priority) WHERE priority <> 0;
CREATE INDEX job_iterations ON job (iterations) WHERE iterations IS NOT NULL;
CREATE INDEX job_loss ON job (loss) WHERE loss IS NOT NULL;

-- Of nearly all jobs that ever were, few have not ended.
CREATE INDEX job_unfinished ON job (created_ms) WHERE finished_ms IS NULL;

-- Jobs with a tag in the order of their creation.
CREATE TABLE job_tag_8 (
    tag TEXT NOT NULL,
    created_ms INTEGER NOT NULL,                 -- job.created_ms
    number INTEGER NOT NULL,                     -- job.number
    PRIMARY KEY (tag, created_ms, number)
) STRICT, WITHOUT ROWID;

INSERT INTO job_tag_8 (tag, created_ms, number)
    SELECT tag, job.created_ms, job.number
    FROM job_tag JOIN job ON job.number = job_tag.number;

DROP TABLE job_tag;
ALTER TABLE job_tag_8 RENAME TO job_tag;
