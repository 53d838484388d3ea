/*
 * trace_json.c - a page of a trace as columns in one JSON object.
 *
 * The page's numbers are gathered first (columns need them all); the text is
 * made piece by piece as the client takes it.
 */
#include <math.h>
#include <stdlib.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/api/trace_table.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum { BLOCK_BYTES = 64 * 1024, ITEMS_AT_ONCE = 512 };

struct trace_page {
    struct arena arena;            /* of all it points to, and the table */
    struct trace_selection selection;
    struct trace_about about;
    struct trace_table table;

    /* how far the text is */
    struct json_writer writer;
    bool begun;
    size_t column, row;            /* the next number */
    bool in_nonfinite;             /* of those that are not finite */
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
    json_member_integer(writer, "points", (int64_t)page->table.block.rows);
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

static void write_nonfinite(struct trace_page *page, size_t column,
                            size_t row, double value)
{
    struct json_writer *writer = &page->writer;
    char name[COLUMN_NAME_BYTES];

    trace_column_name(&page->selection.columns[column], name);
    json_object_begin(writer);
    json_member_number(writer, "iteration", page->table.iterations[row]);
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

static void begin_nonfinite(struct trace_page *page)
{
    page->in_nonfinite = true;
    page->column = page->row = 0;
    json_object_end(&page->writer);
    json_key(&page->writer, "nonfinite");
    json_array_begin(&page->writer);
}

static void write_tail(struct trace_page *page)
{
    json_array_end(&page->writer);
    write_next(page);
    json_object_end(&page->writer);
}

/* ---- the text ----------------------------------------------------------- */

/* How many numbers of the column come next. */
static size_t piece_count(const struct trace_page *page)
{
    size_t count = page->table.block.rows - page->row;

    return count < ITEMS_AT_ONCE ? count : ITEMS_AT_ONCE;
}

/* Go past them; true: they were the column's last. */
static bool pass_piece(struct trace_page *page, size_t count)
{
    page->row += count;
    if (page->row < page->table.block.rows)
        return false;
    page->column++;
    page->row = 0;
    return true;
}

static void write_column_piece(struct trace_page *page)
{
    const struct trace_block *block = &page->table.block;
    const double *values = block->values + page->column * block->stride;
    size_t count = piece_count(page);
    char name[COLUMN_NAME_BYTES];

    if (page->row == 0) {
        trace_column_name(&page->selection.columns[page->column], name);
        json_key(&page->writer, name);
        json_array_begin(&page->writer);
    }
    json_items(&page->writer, values + page->row, count);
    if (pass_piece(page, count))
        json_array_end(&page->writer);
}

static void write_nonfinite_piece(struct trace_page *page)
{
    const struct trace_block *block = &page->table.block;
    const double *values = block->values + page->column * block->stride;
    size_t count = piece_count(page);

    for (size_t r = page->row; r < page->row + count; r++)
        if (!isfinite(values[r]) && !chunk_is_absent(values[r]))
            write_nonfinite(page, page->column, r, values[r]);
    pass_piece(page, count);
}

/* Pieces of all columns, until the block is full. Returns whether it is. */
static bool write_pieces(struct trace_page *page,
                         void (*write)(struct trace_page *page))
{
    while (page->column < page->selection.column_count
           && page->writer.out->count < BLOCK_BYTES)
        write(page);
    return page->column < page->selection.column_count;
}

bool trace_page_write(struct trace_page *page, struct buffer *out)
{
    page->writer.out = out;
    if (!page->begun)
        write_head(page);
    page->begun = true;
    if (!page->in_nonfinite) {
        if (write_pieces(page, write_column_piece))
            return true;
        begin_nonfinite(page);
    }
    if (write_pieces(page, write_nonfinite_piece))
        return true;
    write_tail(page);
    return false;
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

/* ---- the reply ---------------------------------------------------------- */

static enum http_more next_block(void *self, struct buffer *out)
{
    return trace_page_write(self, out) ? HTTP_MORE : HTTP_END;
}

static void close_page(void *self)
{
    trace_page_free(self);
}

enum http_next trace_reply_json(struct http_request *request,
                                const struct trace_selection *selection,
                                const struct trace_about *about)
{
    struct trace_page *page;
    enum error error = trace_page_new(selection, about, &page);

    if (error != OK)
        return problem_reply_error(request, error);
    return trace_reply_stream(request, TYPE_JSON,
                              &(struct http_stream){
                                  .next = next_block,
                                  .close = close_page,
                                  .self = page,
                              });
}
