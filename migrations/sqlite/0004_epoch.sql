-- 0004_epoch.sql - how many passes over its rows an ended job made.

ALTER TABLE job ADD COLUMN epoch REAL;           -- NULL: it has no rows, or
                                                 -- never began
