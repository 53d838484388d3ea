/*
 * csv.c - tables of text as people have them: cells between commas,
 * semicolons, tabs or blanks.
 *
 * A number is read where it stands, and taken when a delimiter or a line end
 * follows it; everything else (quotes, words, missing cells) goes the slower
 * way. Behind the bytes stand zeros, so that nothing is compared with their
 * end.
 *
 * Source  RFC 4180 for quotes
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/dataset/format.h"
#include "core/dataset/sniff.h"

struct csv {
    struct shape shape;
    bool header_is_read;       /* in this pass */
    bool stops[256];           /* bytes that end a cell without quotes */
    char *scratch;             /* a cell without its doubled quotes */
    size_t scratch_room;
};

/* Where a row is being read. */
struct row {
    struct reader *reader;
    const struct csv *csv;
    const char *start;         /* of the line in which `at` is */
    const char *at, *end;
    uint64_t line;
    size_t column;             /* of the cell, from 0 */
    bool last;                 /* behind `end` is nothing */
    bool is_cut;               /* the bytes end within the row */
    bool is_faulty, drops;
};

static size_t place_of(const struct row *row, const char *at)
{
    return (size_t)(at - row->start) + 1;
}

/* ---- names ----------------------------------------------------------------*/

struct named {
    const char *name;
    size_t place;
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static enum error check_names(struct reader *reader, struct named *names,
                              size_t count, uint64_t line)
{
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1].name, names[i].name) == 0)
            TRY(reader_fault(reader, line, names[i].place, FAULT_DUPLICATE,
                             "header=false", "a second column is called "
                             "\"%s\"; where the first line holds no names, "
                             "say header=false", names[i].name));
    return OK;
}

static enum error set_name(struct reader *reader, const struct shape *shape,
                           const struct record_cell *cell, size_t column,
                           struct named *ret)
{
    struct table *table = &reader->table;
    char storage[COLUMN_NAME_ROOM];

    ret->place = cell != NULL ? (size_t)(cell->place - shape->first) + 1 : 1;
    if (cell != NULL && cell->bytes > NAME_BYTES_MAX) {
        ret->name = "";
        return reader_fault(reader, shape->first_line, ret->place,
                            FAULT_TOO_LARGE, NULL,
                            "the name has %zu bytes, at most %d are kept",
                            cell->bytes, NAME_BYTES_MAX);
    }
    if (cell != NULL && cell->bytes > 0)
        ret->name = table->columns[column].name =
            record_text(&reader->arena, cell);
    else
        ret->name = arena_format(&reader->arena, "%s",
                                 table_column_name(table, column, storage));
    return ret->name != NULL ? OK : ERR_MEMORY;
}

static enum error read_names(struct reader *reader, const struct shape *shape,
                             const char *end)
{
    struct record record = {shape->first, end, shape->delimiter, false};
    struct record_cell cell;
    size_t count = shape->columns, c = 0;
    struct named *names = malloc(count * sizeof *names);
    enum error error = OK;

    if (names == NULL)
        return ERR_MEMORY;
    if (shape->has_row_names) {
        error = set_name(reader, shape, NULL, c, &names[c]);
        c++;
    }
    for (; c < count && error == OK && record_next(&record, &cell); c++)
        error = set_name(reader, shape, &cell, c, &names[c]);
    if (error == OK)
        error = check_names(reader, names, count, shape->first_line);
    free(names);
    return error;
}

static enum error begin_table(struct reader *reader, const struct csv *csv,
                              const char *end)
{
    const struct shape *shape = &csv->shape;
    struct table *table = &reader->table;

    if (shape->first >= end) {
        TRY(reader_fault(reader, 1, 1, FAULT_REQUIRED, NULL,
                         "the file is empty: at least one row is needed"));
        return ERR_INVALID;
    }
    if (shape->columns > DATASET_COLUMNS_MAX) {
        TRY(reader_fault(reader, shape->first_line, 1, FAULT_TOO_LARGE, NULL,
                         "the line has %zu cells, at most %d columns are read",
                         shape->columns, DATASET_COLUMNS_MAX));
        return ERR_INVALID;
    }
    reader->point = shape->point;
    reader->point_is_open = shape->point_is_open;
    table->read_as.delimiter = shape->delimiter;
    table->read_as.has_header = shape->has_header;
    TRY(table_init(table, shape->columns));
    return shape->has_header ? read_names(reader, shape, end) : OK;
}

static enum error begin(struct reader *reader, const char *bytes,
                        const char *end, bool last)
{
    struct csv *csv = ARENA_NEW(&reader->arena, struct csv);

    if (csv == NULL)
        return ERR_MEMORY;
    if (reader->options.delimiter == ',' && reader->options.decimal == ',') {
        TRY(reader_fault(reader, 1, 1, FAULT_CONFLICT, "decimal=point",
                         "a comma cannot be both the delimiter and within "
                         "numbers"));
        return ERR_INVALID;
    }
    if (reader->format == &format_tsv && reader->options.delimiter == '\0')
        reader->options.delimiter = '\t';
    sniff(bytes, end, last, &reader->options, &csv->shape);
    csv->stops['\n'] = csv->stops['\r'] = csv->stops[0] = true;
    csv->stops[(unsigned char)csv->shape.delimiter] = true;
    csv->stops['\t'] |= csv->shape.delimiter == ' ';
    reader->state = csv;
    return begin_table(reader, csv, end);
}

static enum error restart(struct reader *reader)
{
    struct csv *csv = reader->state;

    csv->header_is_read = false;
    return OK;
}

/* ---- cells ----------------------------------------------------------------*/

static inline const char *skip_blanks(const char *at, char delimiter)
{
    while (is_blank(*at, delimiter))
        at++;
    return at;
}

/* Whether a cell may end here. */
static inline bool is_cell_end(const struct csv *csv, char c)
{
    return csv->stops[(unsigned char)c];
}

static enum error row_fault(struct row *row, size_t place,
                            enum fault_code code, const char *detail)
{
    row->is_faulty = true;
    return reader_fault(row->reader, row->line, place, code, NULL, "%s",
                        detail);
}

/* Room for a cell without its doubled quotes, and for decimal_read(). */
static char *make_scratch(struct row *row, size_t bytes)
{
    struct csv *csv = row->reader->state;

    if (csv->scratch_room < bytes + DECIMAL_PADDING) {
        csv->scratch_room = 2 * bytes + 256;
        csv->scratch = arena_array(&row->reader->arena, csv->scratch_room, 1);
    }
    return csv->scratch;
}

/* Copy a quoted text without the doubled quotes; its bytes. */
static size_t undouble(const char *text, const char *stop, char *ret)
{
    size_t count = 0;

    for (; text < stop; text++) {
        ret[count++] = *text;
        text += *text == '"';
    }
    memset(ret + count, 0, DECIMAL_PADDING);
    return count;
}

/* The closing quote of the cell whose text begins at `at`; NULL when there is
 * none. */
static const char *find_quote(const char *at, const char *end, bool *ret_double)
{
    *ret_double = false;
    for (;;) {
        at = memchr(at, '"', (size_t)(end - at));
        if (at == NULL)
            return NULL;
        if (at[1] != '"')
            return at;
        *ret_double = true;
        at += 2;
        if (at >= end)
            return NULL;
    }
}

/* Count the lines of a text in quotes. */
static void count_lines(struct row *row, const char *at, const char *stop)
{
    while ((at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
        row->line++;
        row->start = ++at;
    }
}

static enum error cell_in_quotes(struct row *row)
{
    const char *text = row->at + 1, *stop;
    size_t place = place_of(row, row->at), bytes;
    uint64_t line = row->line;
    bool doubled;

    stop = text < row->end ? find_quote(text, row->end, &doubled) : NULL;
    if (stop == NULL || (stop + 1 == row->end && !row->last)) {
        row->is_cut = true;
        if (!row->last)
            return OK;
        return row_fault(row, place, FAULT_SYNTAX,
                         "the quote that begins here is not closed");
    }
    bytes = (size_t)(stop - text);
    row->at = skip_blanks(stop + 1, row->csv->shape.delimiter);
    count_lines(row, text, stop);
    if (!is_cell_end(row->csv, *row->at)
        && !(row->csv->shape.delimiter == ' ' && row->at > stop + 1))
        return row_fault(row, place_of(row, row->at), FAULT_SYNTAX,
                         "a delimiter must follow the closing quote; a quote "
                         "inside quotes is doubled");
    if (row->column >= row->reader->table.column_count)
        return OK;
    if (doubled) {
        char *scratch = make_scratch(row, bytes);

        if (scratch == NULL)
            return ERR_MEMORY;
        bytes = undouble(text, stop, scratch);
        text = scratch;
    }
    return reader_cell(row->reader, row->column, text, bytes, line, place,
                       &row->drops);
}

static enum error cell_without_quotes(struct row *row)
{
    const struct csv *csv = row->csv;
    const char *text = row->at, *stop = text;

    while (!csv->stops[(unsigned char)*stop])
        stop++;
    if (stop >= row->end && !row->last) { /* "4e" may go on as "4e2" */
        row->is_cut = true;
        return OK;
    }
    row->at = csv->shape.delimiter == ' ' ? skip_blanks(stop, ' ') : stop;
    while (stop > text && stop[-1] == ' ')
        stop--;
    while (stop > text && is_blank(stop[-1], csv->shape.delimiter))
        stop--;
    if (row->column >= row->reader->table.column_count)
        return OK;
    return reader_cell(row->reader, row->column, text, (size_t)(stop - text),
                       row->line, place_of(row, text), &row->drops);
}

/* A cell that is a number and nothing else; false when it is not. */
static inline bool cell_number(struct row *row)
{
    const struct csv *csv = row->csv;
    struct table *table = &row->reader->table;
    struct decimal number;
    const char *at;

    if (row->column >= table->column_count
        || table_has_words(table, row->column))
        return false;
    at = decimal_read(row->at, row->reader->point, &number);
    if (at == NULL || (row->reader->point_is_open && !number.whole)
        || (at >= row->end && !row->last))
        return false;
    if (csv->shape.delimiter != ' ')
        at = skip_blanks(at, csv->shape.delimiter);
    if (!is_cell_end(csv, *at) || !isfinite(number.value)
        || row->reader->starts_missing[(unsigned char)*row->at])
        return false; /* the last: -999 may stand for a missing value */
    if (csv->shape.delimiter == ' ')
        at = skip_blanks(at, ' ');
    table_number(table, row->column, number.value, number.whole);
    row->at = at;
    return true;
}

static inline enum error take_cell(struct row *row)
{
    row->at = skip_blanks(row->at, row->csv->shape.delimiter);
    if (cell_number(row))
        return OK;
    return *row->at == '"' ? cell_in_quotes(row) : cell_without_quotes(row);
}

/* ---- rows -----------------------------------------------------------------*/

/* Take back what the cells of a row did that is read once more; that a column
 * is now of words stays so. */
static void undo(struct row *row, size_t faults, bool writes)
{
    struct table *table = &row->reader->table;
    const double *cells = table_row(table);

    for (size_t c = 0; c < row->column && c < table->column_count; c++)
        if (isnan(cells[c]))
            table->columns[c].missing--;
    row->reader->faults->total = faults;
    table->writes = writes && !table->wants_again;
}

/* Behind the row's line end; is_cut when that is not there yet. */
static void end_line(struct row *row)
{
    const char *at = row->at;

    if (at >= row->end) {
        row->is_cut = !row->last;
        return;
    }
    if (*at == '\r') {
        row->is_cut = at + 1 == row->end && !row->last;
        at++;
        row->at = at + (*at == '\n');
    } else {
        row->at = at + 1;
    }
    row->line++;
    row->start = row->at;
}

static void skip_to_line_end(struct row *row)
{
    while (!is_line_end(*row->at))
        row->at++;
}

/* The number of cells is not that of the columns. */
static enum error count_fault(struct row *row, size_t place)
{
    size_t columns = row->reader->table.column_count;

    row->is_faulty = true;
    if (row->column < columns)
        return reader_fault(row->reader, row->line, place, FAULT_WRONG_SIZE,
                            NULL, "the row ends after %zu of %zu cells",
                            row->column, columns);
    return reader_fault(row->reader, row->line, place, FAULT_WRONG_SIZE, NULL,
                        "the row goes on here after its %zu cells", columns);
}

static enum error take_cells(struct row *row)
{
    size_t columns = row->reader->table.column_count;
    char delimiter = row->csv->shape.delimiter;

    for (;;) {
        size_t place = place_of(row, row->at);
        const char *before = row->at;

        TRY(take_cell(row));
        if (row->is_cut || row->is_faulty)
            return OK;
        row->column++;
        if (row->at >= row->end && !row->last) {
            row->is_cut = true;
            return OK;
        }
        if (row->column > columns
            && !(row->column == columns + 1 && row->csv->shape.has_empty_last
                 && skip_blanks(before, delimiter) == row->at
                 && is_line_end(*row->at)))
            return count_fault(row, place);
        if (is_line_end(*row->at))
            break;
        row->at += delimiter != ' ';
    }
    return row->column < columns ? count_fault(row, place_of(row, row->at))
                                 : OK;
}

static enum error take_row(struct row *row)
{
    size_t faults = row->reader->faults->total;
    bool writes = row->reader->table.writes;

    TRY(take_cells(row));
    if (row->is_faulty)
        skip_to_line_end(row);
    if (!row->is_cut)
        end_line(row);
    if (row->is_cut && !row->last) {
        undo(row, faults, writes);
        return OK;
    }
    if (row->is_faulty)
        return OK;
    if (row->drops) {
        table_drop(&row->reader->table);
        return OK;
    }
    if (row->reader->table.rows + row->reader->table.block_used
        >= DATASET_ROWS_MAX) {
        TRY(reader_fault(row->reader, row->line, 1, FAULT_TOO_LARGE, NULL,
                         "there are more than %u rows", DATASET_ROWS_MAX));
        return ERR_INVALID;
    }
    return table_commit(&row->reader->table);
}

/* Move over a line that is no row: blank, or a comment. False: it is a row. */
static bool skip_blank_line(struct row *row)
{
    const char *at = skip_blanks(row->at, row->csv->shape.delimiter);

    if (*at != '#' && !is_line_end(*at))
        return false;
    row->at = at;
    skip_to_line_end(row);
    end_line(row);
    return true;
}

/* Move over the header, which was read before. */
static void skip_header(struct row *row)
{
    struct record record = {row->at, row->end, row->csv->shape.delimiter,
                            false};
    struct record_cell cell;

    while (record_next(&record, &cell))
        if (cell.quoted)
            count_lines(row, cell.text, cell.text + cell.bytes);
    row->at = record.at;
    row->start = record.at;
    row->line++;
}

static enum error take(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at)
{
    struct csv *csv = reader->state;

    while (at < end) {
        struct row row = {.reader = reader, .csv = csv, .start = at,
                          .at = at, .end = end, .last = last,
                          .line = reader->line};

        if (!skip_blank_line(&row)) {
            if (csv->shape.has_header && !csv->header_is_read) {
                skip_header(&row);
                csv->header_is_read = true;
            } else {
                TRY(take_row(&row));
            }
        }
        if (row.is_cut && !last)
            break;
        at = row.at;
        reader->line = row.line;
    }
    reader->table.read_as.decimal = reader->point;
    *ret_at = at;
    return OK;
}

static const struct format_rules rules = {
    .is_text = true, .begin = begin, .restart = restart, .take = take,
};

const struct format format_csv = {
    .name = "csv", .media_type = "text/csv", .suffixes = ".csv .data .txt .dat",
    .sentence = "A table of text: cells between commas, semicolons, tabs or "
                "blanks, with or without a line of names.",
    .rules = &rules,
};

const struct format format_tsv = {
    .name = "tsv", .media_type = "text/tab-separated-values",
    .suffixes = ".tsv .tab",
    .sentence = "A table of text: cells between tabs.",
    .rules = &rules,
};
