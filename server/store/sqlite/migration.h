/* migration.h - the steps that bring a database's tables up to date. */
#ifndef SERVER_STORE_SQLITE_MIGRATION_H
#define SERVER_STORE_SQLITE_MIGRATION_H

#include <stdint.h>

struct migration {
    int64_t number;     /* from 1, without a gap */
    const char *name;   /* the file's, "0001_jobs" */
    const char *sql;    /* NULL ends the table */
};

/* All of migrations/sqlite/, in order; made by migrations/embed. */
extern const struct migration sqlite_migrations[];

#endif
