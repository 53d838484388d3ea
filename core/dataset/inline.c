/* inline.c - data that come without a file, and stored forms in memory. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/dataset/format.h"

struct columns {
    const struct inline_column *items;
    size_t count;
    enum missing_policy missing;
    const char *pointer;
    struct faults *faults;
};

static const char *pointer_cell(const struct columns *columns, size_t column,
                                size_t row)
{
    const char *of_column = pointer_member(columns->faults, columns->pointer,
                                           columns->items[column].name);

    return pointer_index(columns->faults, of_column, row);
}

static enum error check(const struct columns *columns)
{
    struct faults *faults = columns->faults;
    size_t before = faults->total;

    if (columns->count == 0 || columns->count > DATASET_COLUMNS_MAX)
        fault_add(faults, columns->pointer, FAULT_WRONG_SIZE, NULL,
                  "there are %zu columns, and must be 1 to %d",
                  columns->count, DATASET_COLUMNS_MAX);
    for (size_t c = 0; c < columns->count; c++) {
        const struct inline_column *item = &columns->items[c];
        const char *pointer = pointer_member(faults, columns->pointer,
                                             item->name);

        if (item->count == 0)
            fault_add(faults, pointer, FAULT_REQUIRED, NULL,
                      "the column has no value: at least one is needed");
        else if (item->count != columns->items[0].count)
            fault_add(faults, pointer, FAULT_WRONG_SIZE, NULL,
                      "the column has %zu values, %s has %zu", item->count,
                      columns->items[0].name, columns->items[0].count);
        if (strlen(item->name) > NAME_BYTES_MAX || item->name[0] == '\0')
            fault_add(faults, pointer, FAULT_WRONG_SIZE, NULL,
                      "a column's name has 1 to %d bytes", NAME_BYTES_MAX);
    }
    return faults->total == before ? OK : ERR_INVALID;
}

static enum error add_cell(const struct columns *columns, struct table *table,
                           size_t c, size_t row, bool *drops)
{
    const struct inline_column *item = &columns->items[c];
    const char *word = item->words != NULL ? item->words[row] : NULL;

    if (word != NULL)
        return table_word(table, c, word, strlen(word));
    if (isinf(item->numbers[row])) {
        fault_add(columns->faults, pointer_cell(columns, c, row),
                  FAULT_OUT_OF_RANGE, NULL, "the value is not finite");
        return OK;
    }
    if (!isnan(item->numbers[row])) {
        table_number(table, c, item->numbers[row],
                     item->numbers[row] == floor(item->numbers[row]));
        return OK;
    }
    table_missing(table, c, row + 1, c + 1);
    *drops = columns->missing == MISSING_DROP;
    if (columns->missing == MISSING_ERROR)
        fault_add(columns->faults, pointer_cell(columns, c, row),
                  FAULT_REQUIRED, NULL, "column %s has no value here",
                  item->name);
    return OK;
}

/* A number in a column of words has no text of its own: it is a fault. */
static enum error check_kinds(const struct columns *columns)
{
    size_t before = columns->faults->total;

    for (size_t c = 0; c < columns->count; c++) {
        const struct inline_column *item = &columns->items[c];
        size_t words = 0;

        for (size_t r = 0; item->words != NULL && r < item->count; r++)
            words += item->words[r] != NULL;
        for (size_t r = 0; words > 0 && r < item->count; r++)
            if (item->words[r] == NULL && !isnan(item->numbers[r]))
                fault_add(columns->faults, pointer_cell(columns, c, r),
                          FAULT_WRONG_TYPE, NULL,
                          "a number in a column of words: write it in quotes");
    }
    return columns->faults->total == before ? OK : ERR_INVALID;
}

/* Faults of the whole have the place of the whole. */
static enum error place_faults(const struct columns *columns)
{
    for (size_t i = 0; i < faults_kept(columns->faults); i++)
        if (columns->faults->items[i].line > 0) {
            columns->faults->items[i].pointer = columns->pointer;
            columns->faults->items[i].line = 0;
            columns->faults->items[i].column = 0;
        }
    return ERR_INVALID;
}

static enum error add_rows(const struct columns *columns, struct table *table)
{
    for (size_t c = 0; c < columns->count; c++)
        table->columns[c].name = columns->items[c].name;
    for (size_t row = 0; row < columns->items[0].count; row++) {
        bool drops = false;

        for (size_t c = 0; c < columns->count; c++) {
            bool dropped = false;

            TRY(add_cell(columns, table, c, row, &dropped));
            drops |= dropped;
        }
        if (drops)
            table_drop(table);
        else
            TRY(table_commit(table));
    }
    TRY(table_flush(table));
    if (columns->faults->total > 0)
        return ERR_INVALID;
    if (table_settle(table, 1, columns->faults) != OK)
        return place_faults(columns);
    return table_store(table);
}

enum error dataset_write_columns(
    const struct inline_column *columns, size_t column_count,
    enum missing_policy missing, uint64_t bytes_max, const struct sink *sink,
    const char *pointer, struct faults *faults, uint64_t *ret_bytes)
{
    struct columns all = {columns, column_count, missing, pointer, faults};
    struct table table = {
        .sink = *sink, .bytes_max = bytes_max, .missing = missing,
        .read_as = {.format = "columns"},
    };
    enum error error;

    TRY(check(&all));
    TRY(check_kinds(&all));
    error = table_init(&table, column_count);
    if (error == OK)
        error = add_rows(&all, &table);
    if (error == ERR_TOO_BIG)
        fault_add(faults, pointer, FAULT_TOO_LARGE, NULL,
                  "the data are larger than what is stored");
    if (error == OK)
        *ret_bytes = table.bytes;
    table_fini(&table);
    return error;
}

enum error sink_memory_write(void *context, uint64_t offset,
                             const void *bytes, size_t count)
{
    struct sink_memory *memory = context;
    uint64_t end = offset + count;

    if (end > SIZE_MAX / 2)
        return ERR_TOO_BIG;
    if (end > memory->room) {
        size_t room = memory->room > 0 ? memory->room : STORED_CELLS;
        unsigned char *larger;

        while (room < end)
            room *= 2;
        larger = arena_array(memory->arena, room, 1);
        if (larger == NULL)
            return ERR_MEMORY;
        if (memory->count > 0)
            memcpy(larger, memory->bytes, memory->count);
        memory->bytes = larger;
        memory->room = room;
    }
    memcpy(memory->bytes + offset, bytes, count);
    if (end > memory->count)
        memory->count = (size_t)end;
    return OK;
}
