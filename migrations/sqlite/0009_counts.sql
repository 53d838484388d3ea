-- 0009_counts.sql - how many jobs there are of each kind, kept up to date.
--
-- A list shows these numbers beside its filters; counting a million jobs
-- takes a tenth of a second.

CREATE TABLE job_count (
    state TEXT NOT NULL,                         -- job.state
    outcome_class TEXT NOT NULL,                 -- job.outcome_class; '': none
    jobs INTEGER NOT NULL
        CHECK (jobs >= 0),
    PRIMARY KEY (state, outcome_class)
) STRICT, WITHOUT ROWID;

INSERT INTO job_count (state, outcome_class, jobs)
    SELECT state, coalesce(outcome_class, ''), count(*) FROM job
    GROUP BY 1, 2;
