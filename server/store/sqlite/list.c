/*
 * list.c - lists of jobs: filters, order, pages by key, a slice at a time.
 *
 * A list walks along an index in the order that is asked for; nothing is ever
 * sorted. Each step of a statement looks at one job and says whether the
 * filters let it pass, so that a walk can be left after any job and taken up
 * behind it: first the jobs of the same value, by number, then those beyond.
 * (One condition for both, (value, number) > (?, ?), would have SQLite go
 * through all jobs of the same value, and there may be a million.) Its way has
 * stretches: jobs with a value in its order, and those that the index leaves
 * out (no name, priority 0), in the order of numbers.
 *
 * The statements are made of constant pieces and question marks. Nothing a
 * client sent is ever part of the text; so there are few different texts, and
 * the prepared statements are kept by them.
 */
#include <assert.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/store/listing.h"
#include "server/store/sqlite/cursor.h"
#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

enum { TEXT_BYTES = 2048, VALUES_MAX = 24, STRETCHES_MAX = 3 };

/* A statement in the making; the sizes hold the longest query there is. */
struct query_text {
    char sql[TEXT_BYTES];
    size_t bytes;
    struct sort_value values[VALUES_MAX];
    size_t count;
};

/* ---- the pieces --------------------------------------------------------- */

static void append(struct query_text *text, const char *piece)
{
    size_t bytes = strlen(piece);

    assert(text->bytes + bytes < TEXT_BYTES);
    memcpy(text->sql + text->bytes, piece, bytes + 1);
    text->bytes += bytes;
}

static void append_value(struct query_text *text, struct sort_value value)
{
    assert(text->count < VALUES_MAX);
    text->values[text->count++] = value;
}

static struct sort_value integer(int64_t value)
{
    return (struct sort_value){.type = VALUE_INTEGER, .integer = value};
}

static struct sort_value text_value(const char *value)
{
    return (struct sort_value){.type = VALUE_TEXT, .text = value};
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

static void append_words(struct query_text *text, const char *column,
                         const char *const *words, unsigned set)
{
    const char *between = " IN (";

    append(text, " AND ");
    append(text, column);
    for (unsigned word = 0; words[word] != NULL; word++) {
        if (!(set & 1u << word))
            continue;
        append(text, between);
        append(text, "?");
        append_value(text, text_value(words[word]));
        between = ", ";
    }
    append(text, ")");
}

/* A filter's condition and value, where the query has one. */
static enum error append_filter(struct query_text *text,
                                const struct store_filter *filter,
                                const struct store_query *query,
                                struct arena *arena)
{
    const void *place = (const char *)query + filter->place;
    const char *const *words = place;
    const int64_t *wall_ms = place;
    const unsigned *set = place;
    struct sort_value value;

    if (store_filter_words(filter->type) != NULL) {
        if (*set != 0)
            append_words(text, filter->sql, store_filter_words(filter->type),
                         *set);
        return OK;
    }
    if (filter->type == FILTER_TIME ? *wall_ms == 0 : *words == NULL)
        return OK;
    if (filter->type == FILTER_TIME)
        value = integer(*wall_ms);
    else if (filter->type == FILTER_TEXT)
        value = text_value(*words);
    else if (strlen(*words) > STORE_TEXT_BYTES_MAX)
        return ERR_TOO_BIG;
    else
        value = text_value(pattern(*words, arena));
    if (filter->type == FILTER_PART && value.text == NULL)
        return ERR_MEMORY;
    append(text, " AND ");
    append(text, filter->sql);
    append_value(text, value);
    return OK;
}

/* ---- ways through the jobs ---------------------------------------------- */

/* A stretch of a walk. */
struct stretch {
    const char *from;       /* tables, and the index that has the order */
    const char *column;     /* in whose order it goes; NULL: that of numbers */
    const char *number;
    const char *where;      /* which jobs are looked at */
    const char *match;      /* which of them belong to the stretch */
};

/* The shortest way in the order of creation: jobs with a tag, of one state, or
 * not ended have indexes of their own. */
static struct stretch by_creation(const struct store_query *query)
{
    const unsigned unfinished = 1u << JOB_QUEUED | 1u << JOB_RUNNING;
    unsigned states = query->states;

    if (query->tag != NULL)
        return (struct stretch){
            "job_tag CROSS JOIN job ON job.number = job_tag.number",
            "job_tag.created_ms", "job_tag.number", "job_tag.tag = ?", "1"};
    if (states != 0 && (states & (states - 1)) == 0)
        return (struct stretch){"job INDEXED BY job_state", "job.created_ms",
                                "job.number", "job.state = ?", "1"};
    if (states != 0 && (states & ~unfinished) == 0)
        return (struct stretch){"job INDEXED BY job_unfinished",
                                "job.created_ms", "job.number",
                                "job.finished_ms IS NULL", "1"};
    return (struct stretch){"job INDEXED BY job_created", "job.created_ms",
                            "job.number", "1", "1"};
}

#define BY(index, column, where)                                              \
    {"job INDEXED BY " index, column, "job.number", where, "1"}
#define REST(match) {"job NOT INDEXED", NULL, "job.number", "1", match}

/* The stretches of the other sorts, rising. Falling, those of priorities turn
 * round; the rest of the others comes last all the same. */
static const struct {
    struct stretch stretches[STRETCHES_MAX];
    unsigned count;
} ways[STORE_SORTS] = {
    [SORT_NAME] = {{BY("job_name", "job.name", "job.name IS NOT NULL"),
                    REST("job.name IS NULL")}, 2},
    [SORT_PRIORITY] = {{BY("job_priority", "job.priority",
                           "job.priority <> 0 AND job.priority < 0"),
                        REST("job.priority = 0"),
                        BY("job_priority", "job.priority",
                           "job.priority <> 0 AND job.priority > 0")}, 3},
    [SORT_ITERATIONS] = {{BY("job_iterations", "job.iterations",
                             "job.iterations IS NOT NULL"),
                          REST("job.iterations IS NULL")}, 2},
    [SORT_LOSS] = {{BY("job_loss", "job.loss", "job.loss IS NOT NULL"),
                    REST("job.loss IS NULL")}, 2},
};

static unsigned count_stretches(const struct store_query *query)
{
    return query->sort == SORT_CREATED ? 1 : ways[query->sort].count;
}

static struct stretch stretch_of(const struct store_query *query, unsigned at)
{
    if (query->sort == SORT_CREATED)
        return by_creation(query);
    if (query->sort == SORT_PRIORITY && query->descending)
        at = ways[query->sort].count - 1 - at;
    return ways[query->sort].stretches[at];
}

/* In which stretch a job with this value stands. */
static unsigned stretch_with(const struct store_query *query,
                             const struct sort_value *value)
{
    if (query->sort == SORT_CREATED)
        return 0;
    if (query->sort != SORT_PRIORITY)
        return value->type == VALUE_NULL;
    if (value->integer == 0)
        return 1;
    return (value->integer < 0) == query->descending ? 2 : 0;
}

/* ---- one statement ------------------------------------------------------ */

/* A place in a walk. */
struct place {
    unsigned stretch;
    enum {
        AT_BEGINNING,       /* of the stretch */
        BEHIND_JOB,         /* among those of its value */
        BEHIND_VALUE,       /* before the jobs of the next value */
    } where;
    struct sort_value value;
    int64_t number;
};

static void append_after(struct query_text *text,
                         const struct stretch *stretch, bool descending,
                         const struct place *place)
{
    const char *beyond = descending ? " < " : " > ";

    if (stretch->column != NULL) {
        append(text, " AND ");
        append(text, stretch->column);
        append(text, place->where == BEHIND_JOB ? " = " : beyond);
        append(text, "?");
        append_value(text, place->value);
    }
    if (place->where == BEHIND_JOB) {
        append(text, " AND ");
        append(text, stretch->number);
        append(text, beyond);
        append(text, "?");
        append_value(text, integer(place->number));
    }
}

static void append_order(struct query_text *text,
                         const struct stretch *stretch, bool descending)
{
    const char *direction = descending ? " DESC" : " ASC";

    append(text, " ORDER BY ");
    if (stretch->column != NULL) {
        append(text, stretch->column);
        append(text, direction);
        append(text, ", ");
    }
    append(text, stretch->number);
    append(text, direction);
}

/* What bounds a walk in the order of creation: a tag or state, and times. */
static enum error append_bounds(struct query_text *text,
                                const struct store_query *query,
                                struct arena *arena)
{
    unsigned states = query->states;

    if (query->sort != SORT_CREATED)
        return OK;
    if (query->tag != NULL)
        append_value(text, text_value(query->tag));
    else if (states != 0 && (states & (states - 1)) == 0)
        append_value(text, text_value(job_state_name(
                               (enum job_state)__builtin_ctz(states))));
    for (const struct store_filter *at = store_filters; at->name; at++)
        if (at->type == FILTER_TIME && query->tag == NULL)
            TRY(append_filter(text, at, query, arena));
    return OK;
}

static enum error make_text(const struct store_query *query,
                            const struct place *place, struct arena *arena,
                            struct query_text *text)
{
    struct stretch stretch = stretch_of(query, place->stretch);

    append(text, "SELECT ");
    append(text, stretch.number);
    append(text, ", ");
    append(text, stretch.column != NULL ? stretch.column : "NULL");
    append(text, ", (");
    append(text, stretch.match);
    for (const struct store_filter *at = store_filters; at->name; at++)
        TRY(append_filter(text, at, query, arena));
    append(text, ") FROM ");
    append(text, stretch.from);
    append(text, " WHERE ");
    append(text, stretch.where);
    TRY(append_bounds(text, query, arena));
    if (place->where != AT_BEGINNING)
        append_after(text, &stretch, query->descending, place);
    append_order(text, &stretch, query->descending);
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

static void give_value(struct binding *binding, const struct sort_value *value)
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

/* ---- walking ------------------------------------------------------------ */

/* A list that is under way, in its caller's arena. */
struct store_walk {
    struct place place;     /* behind the last job that was looked at */
    struct place last;      /* behind the last one of the page */
};

/* The place behind the present row. */
static enum error read_place(sqlite3_stmt *row, const struct store_query *query,
                             unsigned stretch, struct arena *arena,
                             struct place *ret)
{
    struct place place = {.stretch = stretch, .where = BEHIND_JOB};
    const struct store_sort_row *sort = &store_sorts[query->sort];

    place.number = sqlite3_column_int64(row, 0);
    if (query->sort == SORT_PRIORITY)
        place.value.type = VALUE_INTEGER; /* 0 is not written in its stretch */
    if (sqlite3_column_type(row, 1) != SQLITE_NULL) {
        place.value.type = sort->type;
        if (sort->type == VALUE_TEXT)
            TRY(column_text(row, 1, arena, &place.value.text));
        else if (sort->type == VALUE_REAL)
            place.value.real = sqlite3_column_double(row, 1);
        else
            place.value.integer = sqlite3_column_int64(row, 1);
    }
    *ret = place;
    return OK;
}

/* Take the job of the present row into the page; with a full page there is a
 * next one, and the walk is over. */
static enum error take(struct sqlite_reader *reader, sqlite3_stmt *row,
                       const struct store_query *query, struct arena *arena,
                       struct store_page *page)
{
    struct store_walk *walk = page->walk;
    struct page_cursor cursor = {walk->last.value, walk->last.number};

    if (page->count == query->limit) {
        page->next = cursor_format(query, &cursor, arena);
        page->walk = NULL;
        return page->next != NULL ? OK : ERR_MEMORY;
    }
    TRY(sqlite_get(&reader->base, NULL, sqlite3_column_int64(row, 0),
                   STORE_ROW, arena, &page->jobs[page->count]));
    page->count++;
    return read_place(row, query, walk->place.stretch, arena, &walk->last);
}

/* Where a statement's rows end: behind its value, or in the next stretch. */
static void step_on(const struct store_query *query, struct store_page *page)
{
    struct place *place = &page->walk->place;

    if (place->where == BEHIND_JOB
        && stretch_of(query, place->stretch).column != NULL) {
        place->where = BEHIND_VALUE;
        return;
    }
    *place = (struct place){.stretch = place->stretch + 1};
    if (place->stretch == count_stretches(query))
        page->walk = NULL;
}

/* Go along the rows of one statement, until they end, the page is full, or it
 * is time. */
static enum error walk_rows(struct sqlite_reader *reader,
                            const struct store_query *query,
                            int64_t until_ns, struct arena *arena,
                            struct store_page *page)
{
    struct store_walk *walk = page->walk;
    struct query_text text = {.bytes = 0};
    sqlite3_stmt *statement = NULL;
    enum error error;

    TRY(make_text(query, &walk->place, arena, &text));
    TRY(find_statement(reader, text.sql, &statement));
    AUTO_BINDING rows = binding_begin(statement);
    for (size_t i = 0; i < text.count; i++)
        give_value(&rows, &text.values[i]);
    while ((error = binding_row(&rows)) == OK) {
        if (sqlite3_column_int(statement, 2) == 1)
            TRY(take(reader, statement, query, arena, page));
        if (page->walk == NULL)
            return OK;
        if (clock_monotonic_ns() >= until_ns)
            return read_place(statement, query, walk->place.stretch, arena,
                              &walk->place);
    }
    if (error != ERR_MISSING)
        return error;
    step_on(query, page);
    return OK;
}

/* Begin where the query's cursor says. */
static enum error begin(const struct store_query *query, struct arena *arena,
                        struct store_page *page)
{
    struct store_walk *walk = ARENA_NEW(arena, struct store_walk);
    struct page_cursor cursor;

    page->jobs = arena_array(arena, query->limit, sizeof *page->jobs);
    if (walk == NULL || page->jobs == NULL)
        return ERR_MEMORY;
    if (query->cursor != NULL) {
        TRY(cursor_parse(query, store_sorts[query->sort].type, arena,
                         &cursor));
        walk->place = (struct place){stretch_with(query, &cursor.value),
                                     BEHIND_JOB, cursor.value, cursor.number};
    }
    page->walk = walk;
    return OK;
}

static enum error walk_on(struct sqlite_reader *reader,
                          const struct store_query *query, int64_t until_ns,
                          struct arena *arena, struct store_page *page)
{
    do
        TRY(walk_rows(reader, query, until_ns, arena, page));
    while (page->walk != NULL && clock_monotonic_ns() < until_ns);
    return OK;
}

enum error sqlite_list(struct store_reader *base,
                       const struct store_query *query, int64_t until_ns,
                       struct arena *arena, struct store_page *page)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;

    if (page->walk == NULL)
        TRY(begin(query, arena, page));
    /* One transaction: what a job is filtered by is what is read of it. */
    TRY(statement_execute(reader->db, "BEGIN"));
    enum error error = walk_on(reader, query, until_ns, arena, page);
    enum error end = statement_execute(reader->db, "COMMIT");
    return error != OK ? error : end;
}
