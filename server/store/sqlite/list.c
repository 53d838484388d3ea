/*
 * list.c - lists of jobs: filters, order, and pages by key.
 *
 * A query becomes a text made of the constant pieces below and values for its
 * question marks. Nothing a client sent is ever part of the text; so there are
 * few different texts, and the prepared statements are kept by them.
 */
#include <assert.h>
#include <string.h>

#include "server/store/sqlite/cursor.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

static const struct sort {
    const char *column;
    enum job_column place;
    enum value_type type;
    bool can_be_null;
} sorts[STORE_SORTS] = {
    [SORT_CREATED] = {"job.created_ms", COLUMN_CREATED, VALUE_INTEGER, false},
    [SORT_NAME] = {"job.name", COLUMN_NAME, VALUE_TEXT, true},
    [SORT_PRIORITY] = {"job.priority", COLUMN_PRIORITY, VALUE_INTEGER, false},
    [SORT_ITERATIONS] = {"job.iterations", COLUMN_ITERATIONS, VALUE_INTEGER,
                         true},
    [SORT_LOSS] = {"job.loss", COLUMN_LOSS, VALUE_REAL, true},
};

enum { DRAFT_BYTES = 2048, DRAFT_VALUES = 16 };

/* A statement in the making; the sizes hold the longest query there is. */
struct draft {
    char sql[DRAFT_BYTES];
    size_t bytes;
    struct value values[DRAFT_VALUES];
    size_t count;
};

static void say(struct draft *draft, const char *piece)
{
    size_t bytes = strlen(piece);

    assert(draft->bytes + bytes < DRAFT_BYTES);
    memcpy(draft->sql + draft->bytes, piece, bytes + 1);
    draft->bytes += bytes;
}

static void ask(struct draft *draft, struct value value)
{
    assert(draft->count < DRAFT_VALUES);
    draft->values[draft->count++] = value;
}

static struct value integer(int64_t value)
{
    return (struct value){.type = VALUE_INTEGER, .integer = value};
}

static struct value text(const char *value)
{
    return (struct value){.type = VALUE_TEXT, .text = value};
}

/* A condition with one question mark, where there is a value for it. */
static void say_text(struct draft *draft, const char *piece,
                     const char *value)
{
    if (value == NULL)
        return;
    say(draft, piece);
    ask(draft, text(value));
}

static void say_time(struct draft *draft, const char *piece, int64_t wall_ms)
{
    if (wall_ms == 0)
        return;
    say(draft, piece);
    ask(draft, integer(wall_ms));
}

/*
 * The states asked for. One state is a range of the index on (state,
 * created_ms), in order. Of several, those of jobs that are not over are few:
 * they are found by the index too, and sorted. But ended jobs are nearly all
 * there are: the "+" keeps the index from being used, so that the list goes
 * through all jobs in order and stops when the page is full.
 */
static void say_states(struct draft *draft, unsigned states)
{
    const unsigned few = 1u << JOB_QUEUED | 1u << JOB_RUNNING;
    const char *between = "";
    bool is_one = (states & (states - 1)) == 0;

    if (states == 0)
        return;
    if (is_one)
        say(draft, " AND job.state = ");
    else if ((states & ~few) == 0)
        say(draft, " AND job.state IN (");
    else
        say(draft, " AND +job.state IN (");
    for (enum job_state state = 0; state < JOB_STATES; state++) {
        if (!(states & 1u << state))
            continue;
        say(draft, between);
        say(draft, "?");
        ask(draft, text(job_state_name(state)));
        between = ", ";
    }
    if (!is_one)
        say(draft, ")");
}

/* The LIKE pattern of names that contain a text: %, _ and \ mean themselves.
 * (instr() over lower() needs no pattern, and 2.3 times as long.) */
static const char *pattern(const char *part, struct arena *arena)
{
    char *made = arena_array(arena, 2 * strlen(part) + 3, 1);
    char *to = made;

    if (made == NULL)
        return NULL;
    *to++ = '%';
    for (; *part != '\0'; part++) {
        if (strchr("%_\\", *part) != NULL)
            *to++ = '\\';
        *to++ = *part;
    }
    *to++ = '%';
    *to = '\0';
    return made;
}

static enum error say_part_of_name(struct draft *draft, const char *part,
                                   struct arena *arena)
{
    if (part == NULL)
        return OK;
    if (strlen(part) > STORE_TEXT_BYTES_MAX)
        return ERR_TOO_BIG;
    const char *made = pattern(part, arena);
    if (made == NULL)
        return ERR_MEMORY;
    say_text(draft, " AND job.name LIKE ? ESCAPE '\\'", made);
    return OK;
}

static void say_filters(struct draft *draft, const struct store_query *query)
{
    /* The tag comes first: its jobs are few, and CROSS keeps the order. */
    if (query->tag != NULL)
        say(draft, " FROM job_tag CROSS JOIN job"
                   " ON job.number = job_tag.number WHERE 1");
    else
        say(draft, " FROM job WHERE 1");
    say_text(draft, " AND job_tag.tag = ?", query->tag);
    say_states(draft, query->states);
    say_text(draft, " AND job.optimizer = ?", query->optimizer);
    say_text(draft, " AND job.objective = ?", query->objective);
    say_time(draft, " AND job.created_ms > ?", query->created_after_ms);
    say_time(draft, " AND job.created_ms < ?", query->created_before_ms);
}

/* Only what comes after the cursor; null comes after every value. */
static void say_after(struct draft *draft, const struct sort *sort,
                      bool descending, const struct cursor *cursor)
{
    const char *beyond = descending ? " < " : " > ";

    if (cursor->value.type == VALUE_NULL) {
        say(draft, " AND ");
        say(draft, sort->column);
        say(draft, " IS NULL AND job.number");
        say(draft, beyond);
        say(draft, "?");
        ask(draft, integer(cursor->number));
        return;
    }
    say(draft, " AND ((");
    say(draft, sort->column);
    say(draft, ", job.number)");
    say(draft, beyond);
    say(draft, "(?, ?)");
    ask(draft, cursor->value);
    ask(draft, integer(cursor->number));
    if (sort->can_be_null) {
        say(draft, " OR ");
        say(draft, sort->column);
        say(draft, " IS NULL");
    }
    say(draft, ")");
}

static void say_order(struct draft *draft, const struct sort *sort,
                      bool descending, size_t limit)
{
    const char *direction = descending ? " DESC" : " ASC";

    say(draft, " ORDER BY ");
    say(draft, sort->column);
    say(draft, direction);
    if (sort->can_be_null)
        say(draft, " NULLS LAST");
    say(draft, ", job.number");
    say(draft, direction);
    say(draft, " LIMIT ?");
    /* One more than the page: whether there is a next. */
    ask(draft, integer((int64_t)limit + 1));
}

static enum error draft_list(const struct store_query *query,
                             struct arena *arena, struct draft *draft)
{
    const struct sort *sort = &sorts[query->sort];

    say(draft, "SELECT " JOB_COLUMNS "NULL, NULL");
    say_filters(draft, query);
    TRY(say_part_of_name(draft, query->text, arena));
    if (query->cursor != NULL) {
        struct cursor cursor;
        TRY(cursor_parse(query, sort->type, arena, &cursor));
        say_after(draft, sort, query->descending, &cursor);
    }
    say_order(draft, sort, query->descending, query->limit);
    return OK;
}

/* The prepared statement of a text, from those kept or made now. */
static enum error find_statement(struct sqlite_reader *reader,
                                 const char *sql, sqlite3_stmt **ret)
{
    for (size_t i = 0; i < SQLITE_LISTS; i++) {
        sqlite3_stmt *kept = reader->lists[i];
        if (kept != NULL && strcmp(sqlite3_sql(kept), sql) == 0) {
            *ret = kept;
            return OK;
        }
    }
    sqlite3_stmt **place = &reader->lists[reader->lists_oldest];
    statements_finalize(1, place);
    TRY(statements_prepare(reader->db, 1, &sql, place));
    reader->lists_oldest = (reader->lists_oldest + 1) % SQLITE_LISTS;
    *ret = *place;
    return OK;
}

static void give_value(struct binding *binding, const struct value *value)
{
    switch (value->type) {
    case VALUE_INTEGER:
        give_integer(binding, value->integer);
        break;
    case VALUE_REAL:
        give_real(binding, value->real);
        break;
    case VALUE_TEXT:
    case VALUE_NULL:
        give_text(binding, value->text);
        break;
    }
}

/* What the page's last row is sorted by. */
static struct cursor row_cursor(sqlite3_stmt *row, const struct sort *sort,
                                const struct store_job *job)
{
    struct cursor cursor = {.number = job->number};

    if (sqlite3_column_type(row, sort->place) == SQLITE_NULL)
        return cursor;
    cursor.value.type = sort->type;
    if (sort->type == VALUE_TEXT)
        cursor.value.text = job->name; /* the only sort by text */
    else if (sort->type == VALUE_REAL)
        cursor.value.real = sqlite3_column_double(row, sort->place);
    else
        cursor.value.integer = sqlite3_column_int64(row, sort->place);
    return cursor;
}

static enum error read_page(struct binding *rows, int64_t retention_ms,
                            const struct store_query *query,
                            struct arena *arena, struct store_page *page)
{
    const struct sort *sort = &sorts[query->sort];
    struct cursor last = {0};
    enum error error;

    while ((error = binding_row(rows)) == OK) {
        if (page->count == query->limit) {
            page->next = cursor_format(query, &last, arena);
            return page->next != NULL ? OK : ERR_MEMORY;
        }
        struct store_job *job = &page->jobs[page->count];
        TRY(row_read_job(rows->statement, retention_ms, arena, job));
        last = row_cursor(rows->statement, sort, job);
        page->count++;
    }
    return error == ERR_MISSING ? OK : error;
}

enum error sqlite_list(struct store_reader *base,
                       const struct store_query *query, struct arena *arena,
                       struct store_page *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    struct draft draft = {.bytes = 0};
    struct store_page page = {0};
    sqlite3_stmt *statement = NULL;

    TRY(draft_list(query, arena, &draft));
    TRY(find_statement(reader, draft.sql, &statement));
    page.jobs = arena_array(arena, query->limit, sizeof *page.jobs);
    if (page.jobs == NULL)
        return ERR_MEMORY;
    AUTO_BINDING rows = binding_begin(statement);
    for (size_t i = 0; i < draft.count; i++)
        give_value(&rows, &draft.values[i]);
    TRY(read_page(&rows, reader->retention_ms, query, arena, &page));
    *ret = page;
    return OK;
}
