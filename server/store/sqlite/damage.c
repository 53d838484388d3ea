/*
 * damage.c - where a database is damaged.
 *
 * A statement that comes upon damage says no more than that. So the first time
 * a thread of its own checks the tables, one after the other, up to the first
 * fault that SQLite finds, and says in the log and in the store's condition
 * which table or index it is in, and on which page. It reads the tables whole,
 * which may take seconds; closing the store interrupts it.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

#define UNPLACED_SENTENCE                                                     \
    "a read or a write came upon damage; where it is is being looked for"
#define UNFOUND_SENTENCE                                                      \
    "a read or a write came upon damage, and a check of all tables found "    \
    "none: look at the disk and at the log"

enum { FAULT_BYTES = 256 };

/* What the check of a table found. */
struct fault {
    char table[64];
    char index[64];         /* "": of the table itself, or unknown */
    char text[FAULT_BYTES]; /* SQLite's words, of one line */
    int64_t page;           /* 0: it names none */
};

enum error damage_init(struct damage *damage)
{
    return pthread_mutex_init(&damage->mutex, NULL) == 0 ? OK : ERR_SYSTEM;
}

/* ---- checking ----------------------------------------------------------- */

/* The first number behind the word "page", in either case of its first letter:
 * "On tree page 7 cell 2: ...", "Page 7: ...". */
static int64_t page_in(const char *text)
{
    const char *at = strstr(text, "age ");

    return at != NULL ? strtoll(at + 4, NULL, 10) : 0;
}

static void take_fault(struct fault *fault, const char *table,
                       const char *text)
{
    static const char heading[] = "*** in database main ***\n";

    if (strncmp(text, heading, sizeof heading - 1) == 0)
        text += sizeof heading - 1;
    snprintf(fault->table, sizeof fault->table, "%s", table);
    snprintf(fault->text, sizeof fault->text, "%.*s",
             (int)strcspn(text, "\n"), text);
    fault->page = page_in(fault->text);
}

/* The first fault of a table and its indexes; ERR_MISSING: there is none. */
static enum error check_table(sqlite3 *db, const char *table,
                              struct fault *ret)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_mprintf("PRAGMA quick_check(%Q)", table);
    enum error error = sql != NULL ? OK : ERR_MEMORY;
    const char *text;

    if (error == OK)
        error = from_sqlite(db, sqlite3_prepare_v2(db, sql, -1, &statement,
                                                   NULL));
    sqlite3_free(sql);
    if (error != OK)
        return error;
    struct binding row = binding_begin(statement);
    error = binding_row(&row);
    text = error == OK ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (text != NULL && strcmp(text, "ok") != 0)
        take_fault(ret, table, text);
    else if (text != NULL)
        error = ERR_MISSING;
    else if (error == ERR_CORRUPT)
        take_fault(ret, table, sqlite3_errmsg(db));
    else if (error == OK)
        error = ERR_MEMORY; /* for the text */
    sqlite3_finalize(statement);
    return error == ERR_CORRUPT ? OK : error;
}

/* ---- the index ---------------------------------------------------------- */

/* Its indexes, and whether one of them has this page: the table dbstat walks
 * through the one that is asked for. */
static const char index_sql[] =
    "SELECT name FROM sqlite_schema s WHERE tbl_name = ?1 AND type = 'index'"
    " AND EXISTS (SELECT 1 FROM dbstat d WHERE d.name = s.name"
    " AND d.pageno = ?2)";

/* What cannot be found out, or is a table's own page, is left out. */
static void find_index(sqlite3 *db, struct fault *fault)
{
    sqlite3_stmt *indexes = NULL;

    if (fault->page == 0
        || sqlite3_prepare_v2(db, index_sql, -1, &indexes, NULL) != SQLITE_OK)
        return;
    struct binding row = binding_begin(indexes);
    give_text(&row, fault->table);
    give_integer(&row, fault->page);
    const char *name = binding_row(&row) == OK
                         ? (const char *)sqlite3_column_text(indexes, 0)
                         : NULL;
    if (name != NULL)
        snprintf(fault->index, sizeof fault->index, "%s", name);
    sqlite3_finalize(indexes);
}

/* The small tables come first: their indexes are the most numerous. */
static const char tables_sql[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table'"
    " ORDER BY name IN ('trace', 'trace_27'), name";

/* The first fault of all tables; ERR_MISSING: there is none. */
static enum error check_tables(sqlite3 *db, struct fault *ret)
{
    sqlite3_stmt *tables = NULL;
    enum error error =
        from_sqlite(db, sqlite3_prepare_v2(db, tables_sql, -1, &tables, NULL));

    if (error != OK)
        return error;
    struct binding row = binding_begin(tables);
    while ((error = binding_row(&row)) == OK) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        error = table != NULL ? check_table(db, table, ret) : ERR_MEMORY;
        if (error != ERR_MISSING)
            break;
    }
    sqlite3_finalize(tables);
    return error;
}

/* ---- saying ------------------------------------------------------------- */

static void log_fault(const struct sqlite_store *store,
                      const struct fault *fault)
{
    struct log_line line;

    log_begin(&line, LOG_ERROR, "store_damage_found");
    log_text(&line, "file", store->path);
    log_text(&line, "table", fault->table);
    log_text(&line, "index", *fault->index ? fault->index : NULL);
    if (fault->page > 0) {
        log_integer(&line, "page", fault->page);
        log_integer(&line, "offset", (fault->page - 1) * SQLITE_PAGE_BYTES);
    }
    log_text(&line, "message", fault->text);
    log_end(&line);
}

/* "the index job_name of the table job is damaged, page 12 of the file: ..." */
static void describe(const struct fault *fault,
                     char sentence[STORE_MESSAGE_BYTES])
{
    char page[64] = "", index[96] = "";

    if (fault->page > 0)
        snprintf(page, sizeof page, ", page %" PRId64 " of the file",
                 fault->page);
    if (*fault->index)
        snprintf(index, sizeof index, "the index %s of ", fault->index);
    snprintf(sentence, STORE_MESSAGE_BYTES, "%sthe table %s is damaged%s: %s",
             index, fault->table, page, fault->text);
}

static void say(struct sqlite_store *store, enum error error,
                const struct fault *fault)
{
    char sentence[STORE_MESSAGE_BYTES];

    if (error == OK)
        describe(fault, sentence);
    else if (error == ERR_MISSING)
        snprintf(sentence, sizeof sentence, UNFOUND_SENTENCE);
    else
        snprintf(sentence, sizeof sentence,
                 "a read or a write came upon damage, and where it is could "
                 "not be found out: %s", error_sentence(error));
    if (error == OK)
        log_fault(store, fault);
    else
        log_event(LOG_ERROR, "store_damage_not_found", "message", sentence);
    condition_set(&store->base.condition, STORE_DAMAGED, sentence);
}

/* ---- the thread --------------------------------------------------------- */

/* The connection that damage_fini() may interrupt; NULL: none any more.
 * False: the store is being closed. */
static bool lend(struct damage *damage, sqlite3 *db)
{
    pthread_mutex_lock(&damage->mutex);
    damage->db = db;
    bool goes_on = !damage->closing;
    pthread_mutex_unlock(&damage->mutex);
    return goes_on;
}

static void *look(void *self)
{
    struct sqlite_store *store = self;
    struct fault fault = {.page = 0};
    sqlite3 *db = NULL;
    enum error error = sqlite_connect_reading(
        store->path, store->read_only.is_immutable, &db);

    if (lend(&store->damage, db) && error == OK)
        error = check_tables(db, &fault);
    if (db != NULL && error == OK)
        find_index(db, &fault);
    if (lend(&store->damage, NULL))
        say(store, error, &fault);
    sqlite3_close(db);
    return NULL;
}

/* The mutex is held. */
static void start(struct sqlite_store *store)
{
    struct damage *damage = &store->damage;
    sigset_t all, former;

    sigfillset(&all); /* signals are for the main thread */
    pthread_sigmask(SIG_SETMASK, &all, &former);
    damage->begun = pthread_create(&damage->thread, NULL, look, store) == 0;
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    if (damage->begun)
        pthread_setname_np(damage->thread, "damage");
}

void damage_look(struct store *base)
{
    struct sqlite_store *store = (struct sqlite_store *)base;

    pthread_mutex_lock(&store->damage.mutex);
    if (!store->damage.begun && !store->damage.closing) {
        condition_set(&base->condition, STORE_DAMAGED, UNPLACED_SENTENCE);
        start(store);
    }
    pthread_mutex_unlock(&store->damage.mutex);
}

void damage_fini(struct damage *damage)
{
    pthread_mutex_lock(&damage->mutex);
    damage->closing = true;
    if (damage->db != NULL)
        sqlite3_interrupt(damage->db);
    bool begun = damage->begun;
    pthread_mutex_unlock(&damage->mutex);
    if (begun)
        pthread_join(damage->thread, NULL);
    pthread_mutex_destroy(&damage->mutex);
}
