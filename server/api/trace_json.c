/*
 * trace_json.c - a page of a trace as columns in one JSON object.
 *
 *     head ─► columns, one by one ─► what in them is not finite ─► tail
 *
 * The text is made piece by piece as the client takes it, and so are the
 * numbers read of a page that is large. Columns that hold what is not finite
 * are read a second time, at the end.
 */
#include <math.h>
#include <stdlib.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/api/trace_table.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    READS_A_BLOCK = 4, /* of columns, each of about a millisecond at most */
};

struct trace_page {
    struct arena arena;            /* of all it points to, and the table */
    struct trace_selection selection;
    struct trace_about about;
    struct trace_table table;

    /* how far the text is */
    struct json_writer writer;
    enum { HEAD, COLUMN, NONFINITE } part;
    size_t column, row;            /* the next number */
    bool *is_nonfinite;            /* [column_count] has such numbers */
};

/* ---- what stands before and behind the columns -------------------------- */

/* The iteration after the last one that there is. */
static uint64_t end_of(const struct trace *trace)
{
    return trace->rows > 0 ? trace->last + 1 : 0;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* A range that begins past the end is empty, where it was asked for. */
static void write_range(struct trace_page *page)
{
    const struct trace_about *about = &page->about;
    uint64_t to = end_of(&page->selection.trace);

    if (about->to < to)
        to = about->to;
    json_key(&page->writer, "range");
    json_object_begin(&page->writer);
    json_member_integer(&page->writer, "from", (int64_t)about->from);
    json_member_integer(&page->writer, "to",
                        (int64_t)greater(to, about->from));
    json_object_end(&page->writer);
}

static void write_available(struct trace_page *page)
{
    const struct trace *trace = &page->selection.trace;
    struct json_writer *writer = &page->writer;

    json_key(writer, "available");
    json_object_begin(writer);
    json_member_integer(writer, "count", (int64_t)trace->rows);
    json_key(writer, "last");
    if (trace->rows > 0)
        json_integer(writer, (int64_t)trace->last);
    else
        json_null(writer);
    json_member_integer(writer, "every", (int64_t)trace->every);
    json_object_end(writer);
    json_member_flag(writer, "complete", page->about.complete);
}

static void write_sampling(struct trace_page *page)
{
    const struct trace_thinning *thinning = &page->selection.thinning;
    struct json_writer *writer = &page->writer;
    char by[COLUMN_NAME_BYTES];

    json_key(writer, "sampling");
    json_object_begin(writer);
    if (thinning->points > 0) {
        trace_column_name(&thinning->by, by);
        json_member_text(writer, "method", thinning->method->name);
        json_member_text(writer, "by", by);
    } else {
        json_member_text(writer, "method", "raw");
        json_member_integer(writer, "every",
                            (int64_t)page->selection.every);
    }
    json_member_integer(writer, "points", (int64_t)page->table.rows);
    json_member_flag(writer, "exact", page->table.is_exact);
    json_object_end(writer);
}

static void write_variables(struct trace_page *page)
{
    struct json_writer *writer = &page->writer;

    if (page->about.omits_names)
        return;
    json_key(writer, "variables");
    if (!page->about.names) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < page->about.n; i++)
        json_text(writer, page->about.names[i]);
    json_array_end(writer);
}

static void write_head(struct trace_page *page)
{
    json_object_begin(&page->writer);
    json_member_text(&page->writer, "job", page->about.job);
    write_range(page);
    write_available(page);
    write_sampling(page);
    write_variables(page);
    json_key(&page->writer, "columns");
    json_object_begin(&page->writer);
}

static void write_nonfinite(struct trace_page *page, size_t row, double value)
{
    struct json_writer *writer = &page->writer;
    char name[COLUMN_NAME_BYTES];

    trace_column_name(&page->selection.columns[page->column], name);
    json_object_begin(writer);
    json_member_number(writer, "iteration",
                       trace_table_iteration(&page->selection, &page->table,
                                             row));
    json_member_text(writer, "field", name);
    json_member_text(writer, "value", number_nonfinite_word(value));
    json_object_end(writer);
}

/* The first iteration that this page does not reach: of what is there, or will
 * be while the job runs. */
static void write_next(struct trace_page *page)
{
    const struct trace_about *about = &page->about;
    uint64_t next = greater(end_of(&page->selection.trace), about->from);

    json_key(&page->writer, "next");
    if (page->table.has_more)
        json_integer(&page->writer, (int64_t)page->table.next);
    else if (!about->complete && next < about->to)
        json_integer(&page->writer, (int64_t)next);
    else
        json_null(&page->writer);
}

static void write_tail(struct trace_page *page)
{
    json_array_end(&page->writer);
    write_next(page);
    json_object_end(&page->writer);
}

/* ---- the text ----------------------------------------------------------- */

static bool is_nonfinite(double value)
{
    return !isfinite(value) && !chunk_is_absent(value);
}

static void write_numbers(struct trace_page *page, const double *numbers,
                          size_t count)
{
    bool *found = &page->is_nonfinite[page->column];

    for (size_t i = 0; i < count && !*found; i++)
        *found = is_nonfinite(numbers[i]);
    json_items(&page->writer, numbers, count);
}

static void write_nonfinites(struct trace_page *page, const double *numbers,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_nonfinite(numbers[i]))
            write_nonfinite(page, page->row + i, numbers[i]);
}

/* Begin a column: its name. */
static void begin_column(struct trace_page *page)
{
    char name[COLUMN_NAME_BYTES];

    trace_column_name(&page->selection.columns[page->column], name);
    json_key(&page->writer, name);
    json_array_begin(&page->writer);
}

/* Go on to the next column, or to the next part. */
static void end_column(struct trace_page *page)
{
    page->column++;
    page->row = 0;
    if (page->part == COLUMN)
        json_array_end(&page->writer);
    if (page->part == NONFINITE
        || page->column < page->selection.column_count)
        return;
    json_object_end(&page->writer);
    json_key(&page->writer, "nonfinite");
    json_array_begin(&page->writer);
    page->part = NONFINITE;
    page->column = 0;
}

static enum error write_piece(struct trace_page *page)
{
    double scratch[TABLE_READ_MAX];
    const double *numbers;
    size_t count;

    if (page->part == COLUMN && page->row == 0)
        begin_column(page);
    if (page->row < page->table.rows
        && (page->part == COLUMN || page->is_nonfinite[page->column])) {
        TRY(trace_table_column(&page->selection, &page->table, page->column,
                               page->row, scratch, &numbers, &count));
        if (page->part == COLUMN)
            write_numbers(page, numbers, count);
        else
            write_nonfinites(page, numbers, count);
        page->row += count;
        if (page->row < page->table.rows)
            return OK;
    }
    end_column(page);
    return OK;
}

static bool has_columns(const struct trace_page *page)
{
    return page->column < page->selection.column_count;
}

enum error trace_page_write(struct trace_page *page, struct buffer *out,
                            bool *ret_more)
{
    size_t columns = page->selection.column_count;

    page->writer.out = out;
    if (page->part == HEAD) {
        write_head(page);
        page->part = COLUMN;
    }
    /* A read may give no text: it is done once more, not for long. */
    for (size_t i = 0; has_columns(page) && out->count < BLOCK_BYTES
         && (i < READS_A_BLOCK * columns || out->count == 0); i++)
        TRY(write_piece(page));
    *ret_more = has_columns(page);
    if (!*ret_more)
        write_tail(page);
    return OK;
}

/* ---- the page ----------------------------------------------------------- */

enum error trace_page_new(const struct trace_selection *selection,
                          const struct trace_about *about,
                          struct trace_page **ret)
{
    struct trace_page *page = calloc(1, sizeof *page);
    enum error error;

    if (!page)
        return ERR_MEMORY;
    arena_init(&page->arena, 0);
    page->selection = *selection;
    page->about = *about;
    json_writer_init(&page->writer, NULL);
    error = trace_keep(&page->arena, &page->selection, &page->about);
    if (error == OK)
        error = trace_table_read(&page->selection, &page->arena,
                                 &page->table);
    page->is_nonfinite = arena_array(&page->arena, selection->column_count,
                                     sizeof *page->is_nonfinite);
    if (error == OK && !page->is_nonfinite)
        error = ERR_MEMORY;
    if (error == OK)
        *ret = page;
    else
        trace_page_free(page);
    return error;
}

void trace_page_free(struct trace_page *page)
{
    if (!page)
        return;
    arena_fini(&page->arena);
    free(page);
}

/* ---- the stream --------------------------------------------------------- */

static enum http_more next_block(void *self, struct buffer *out)
{
    bool more;

    if (trace_page_write(self, out, &more) != OK)
        return HTTP_CUT;
    return more ? HTTP_MORE : HTTP_END;
}

static void close_page(void *self)
{
    trace_page_free(self);
}

enum error trace_stream_json(const struct trace_selection *selection,
                             const struct trace_about *about,
                             struct http_stream *ret)
{
    struct trace_page *page;

    TRY(trace_page_new(selection, about, &page));
    *ret = (struct http_stream){
        .next = next_block,
        .close = close_page,
        .self = page,
        .held_bytes = page->arena.used_bytes,
    };
    return OK;
}
