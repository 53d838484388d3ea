/*
 * reserve.h - room on a full disk, for what makes room.
 *
 * To delete, SQLite writes: the changed pages into the log, and later, at a
 * checkpoint, from there into the database. On a full disk neither file grows.
 * Therefore
 *   - the database's pages have their room before a commit needs them: a
 *     checkpoint needs none, and the log can always begin anew;
 *   - a file beside the database, PATH-reserve, keeps room for the log. It is
 *     given up when what makes room finds none, and the log's file takes most
 *     of its room at once, before anybody else does;
 *   - the log's file keeps that room to the end of the process. The reserve is
 *     made again as soon as the disk has room for it.
 * On a file system that writes each change to a new place (btrfs, zfs) only the
 * second holds.
 */
#ifndef SERVER_STORE_SQLITE_RESERVE_H
#define SERVER_STORE_SQLITE_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct sqlite_store;

enum {
    /* Measured by tests/bench/reserve: what a deletion writes into the log. */
    RESERVE_LOG_BYTES = 1 << 20,
    /* The rest is for pages of the database, and SQLite's index of the log. */
    RESERVE_BYTES = RESERVE_LOG_BYTES + (128 << 10),
    DATABASE_STEP_BYTES = 1 << 20, /* the database's file grows by so much */
};

struct reserve {
    char *path;
    int database;           /* the database's file; -1: not open. Closed when
                               no connection of SQLite's is left: to close it
                               drops the locks that SQLite holds on it */
    int64_t allocated;      /* bytes from its start that have their room */
    bool is_made;
    bool is_exact;          /* the database gets room for its pages and no whole
                               step, which would take the log's */
};

/* Look whether there is a reserve; nothing is made. */
MUST_CHECK enum error reserve_init(struct sqlite_store *store);
/* Open the database's file beside SQLite, where that is not done and it can be
 * written. */
MUST_CHECK enum error reserve_open(struct sqlite_store *store);
void reserve_fini(struct sqlite_store *store);

/* Make the reserve, unless it is there. Fails: ERR_DISK no room for it;
 * ERR_READ_ONLY; ERR_STORAGE. */
MUST_CHECK enum error reserve_make(struct sqlite_store *store);

/* Remove it, and give the log's file its room, if the log has less. */
void reserve_give_up(struct sqlite_store *store);

/* Whether the disk has room for one: beside the one that is made, if it is. */
bool reserve_has_room(struct sqlite_store *store);

/* Inside a transaction, before its commit: room for the database's pages.
 * Fails: ERR_DISK, ERR_READ_ONLY, ERR_STORAGE. */
MUST_CHECK enum error reserve_pages(struct sqlite_store *store);

/* Bytes of the log's file, used or not; 0: there is none. */
int64_t reserve_log_bytes(const struct sqlite_store *store);

#endif
