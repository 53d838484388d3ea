/*
 * trace_json.c - a page of a trace as columns in one JSON object.
 *
 * The page's numbers are gathered first (columns need them all), at most
 * PAGE_VALUES_MAX, from chunks of at most about LOADED_BYTES_MAX; the text is
 * made piece by piece as the client takes it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    LOADED_BYTES_MAX = 16 * 1024 * 1024, /* for a page: about 20 ms */
};

struct page {
    struct trace_selection selection;
    struct trace_about about;
    char job[IDENTIFIER_TEXT_BYTES];
    struct trace_column *columns;
    size_t column_count;
    double *values;                /* [column_count][rows_max] */
    uint64_t *iterations;          /* [rows_max] */
    size_t rows, rows_max;
    bool more;                     /* there are selected rows after these */
    uint64_t next;                 /* the first one's iteration */

    /* how far the text is */
    struct json_writer writer;
    bool begun;
    size_t column, row;            /* the next number */
    bool ended;
};

/* ---- gathering --------------------------------------------------------- */

static enum error gather(struct page *page)
{
    struct trace_cursor cursor;
    double *row = calloc(page->column_count, sizeof *row);
    enum error error = row ? OK : ERR_MEMORY;
    bool found = true;

    trace_cursor_init(&cursor, &page->selection);
    while (error == OK && page->rows < page->rows_max
           && cursor.bytes_loaded < LOADED_BYTES_MAX) {
        error = trace_cursor_next(&cursor, row, &found);
        if (error != OK || !found)
            break;
        for (size_t c = 0; c < page->column_count; c++)
            page->values[c * page->rows_max + page->rows] = row[c];
        page->iterations[page->rows] =
            trace_iteration_of(&page->selection.trace, cursor.row - 1);
        page->rows++;
    }
    page->more = trace_cursor_rest(&cursor, &page->next);
    trace_cursor_fini(&cursor);
    free(row);
    return error;
}

/* ---- writing ----------------------------------------------------------- */

static void write_head(struct page *page)
{
    struct json_writer *writer = &page->writer;
    const struct trace *trace = &page->selection.trace;

    json_object_begin(writer);
    json_member_text(writer, "job", page->about.job);
    json_key(writer, "range");
    json_object_begin(writer);
    json_member_integer(writer, "from", (int64_t)page->about.from);
    json_member_integer(writer, "to", (int64_t)page->about.to);
    json_object_end(writer);
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
    json_key(writer, "sampling");
    json_object_begin(writer);
    json_member_text(writer, "method", "raw");
    json_member_integer(writer, "every", (int64_t)page->selection.every);
    json_member_integer(writer, "points", (int64_t)page->rows);
    json_member_flag(writer, "exact", page->selection.every == 1);
    json_object_end(writer);
    json_key(writer, "columns");
    json_object_begin(writer);
}

static void write_column_piece(struct page *page, struct buffer *out)
{
    const double *values = page->values + page->column * page->rows_max;
    char name[COLUMN_NAME_BYTES];

    if (page->row == 0) {
        trace_column_name(&page->columns[page->column], name);
        json_key(&page->writer, name);
        json_array_begin(&page->writer);
    }
    while (page->row < page->rows && out->count < BLOCK_BYTES)
        json_number(&page->writer, values[page->row++]);
    if (page->row < page->rows)
        return;
    json_array_end(&page->writer);
    page->column++;
    page->row = 0;
}

static void write_nonfinite(struct page *page, size_t column, size_t row)
{
    struct json_writer *writer = &page->writer;
    double value = page->values[column * page->rows_max + row];
    char name[COLUMN_NAME_BYTES];

    trace_column_name(&page->columns[column], name);
    json_object_begin(writer);
    json_member_integer(writer, "iteration", (int64_t)page->iterations[row]);
    json_member_text(writer, "field", name);
    json_member_text(writer, "value", number_nonfinite_word(value));
    json_object_end(writer);
}

/* A run ends at the first number that is not finite, so there are few. */
static void write_tail(struct page *page)
{
    struct json_writer *writer = &page->writer;

    json_object_end(writer);
    json_key(writer, "nonfinite");
    json_array_begin(writer);
    for (size_t c = 0; c < page->column_count; c++)
        for (size_t r = 0; r < page->rows; r++) {
            double value = page->values[c * page->rows_max + r];

            if (!isfinite(value) && !chunk_is_absent(value))
                write_nonfinite(page, c, r);
        }
    json_array_end(writer);
    json_key(writer, "next");
    if (page->more)
        json_integer(writer, (int64_t)page->next);
    else
        json_null(writer);
    json_object_end(writer);
}

static enum error next_block(void *self, struct buffer *out)
{
    struct page *page = self;

    page->writer.out = out;
    if (!page->begun)
        write_head(page);
    page->begun = true;
    while (page->column < page->column_count && out->count < BLOCK_BYTES)
        write_column_piece(page, out);
    if (page->column == page->column_count && !page->ended) {
        write_tail(page);
        page->ended = true;
    }
    return out->failed ? ERR_MEMORY : OK;
}

/* ---- the page ---------------------------------------------------------- */

static void page_free(void *self)
{
    struct page *page = self;

    free(page->columns);
    free(page->values);
    free(page->iterations);
    free(page);
}

static struct page *page_new(const struct trace_selection *selection,
                             const struct trace_about *about)
{
    struct page *page = calloc(1, sizeof *page);
    uint64_t rows = selection->end - selection->row;

    if (!page)
        return NULL;
    if (rows > selection->limit)
        rows = selection->limit;
    if (rows > PAGE_VALUES_MAX / selection->column_count)
        rows = PAGE_VALUES_MAX / selection->column_count;
    page->selection = *selection;
    page->about = *about;
    snprintf(page->job, sizeof page->job, "%s", about->job);
    page->about.job = page->job;
    page->column_count = selection->column_count;
    page->rows_max = rows ? rows : 1;
    page->columns = calloc(page->column_count, sizeof *page->columns);
    page->values = calloc(page->column_count * page->rows_max,
                          sizeof *page->values);
    page->iterations = calloc(page->rows_max, sizeof *page->iterations);
    if (!page->columns || !page->values || !page->iterations) {
        page_free(page);
        return NULL;
    }
    memcpy(page->columns, selection->columns,
           page->column_count * sizeof *page->columns);
    page->selection.columns = page->columns;
    page->selection.limit = rows;
    json_writer_init(&page->writer, NULL);
    return page;
}

enum http_next trace_reply_json(struct http_request *request,
                                const struct trace_selection *selection,
                                const struct trace_about *about)
{
    struct page *page = page_new(selection, about);
    struct buffer body;
    enum error error = page ? gather(page) : ERR_MEMORY;

    if (error != OK) {
        if (page)
            page_free(page);
        return problem_reply_error(request, error);
    }
    /* What fits in a block needs no stream, and has a length. */
    buffer_init(&body);
    error = next_block(page, &body);
    if (error != OK || page->ended) {
        page_free(page);
        return http_reply(request, 200, TYPE_JSON, &body);
    }
    buffer_fini(&body);
    page->begun = false;
    page->column = page->row = 0;
    json_writer_init(&page->writer, NULL);
    return http_reply_stream(request, 200, TYPE_JSON,
                             &(struct http_stream){
                                 .next = next_block,
                                 .close = page_free,
                                 .self = page,
                             });
}
