/* csv_names.c - begins a table of text: its columns and their names. */
#include "core/dataset/csv_names.h"

#include <stdlib.h>
#include <string.h>

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

enum error csv_begin_table(struct reader *reader, const struct shape *shape,
                           const char *end)
{
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
