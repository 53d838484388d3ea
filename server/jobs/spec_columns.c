/*
 * spec_columns.c - columns of a dataset that a spec names, as symbols.
 *
 * A dataset may be wide and long, and a formula names few of its columns: of a
 * large one only those are made. Of a small one all are, so that a name
 * misspelt finds the one that was meant.
 */
#include <math.h>
#include <string.h>

#include "core/dataset/dataset.h"
#include "core/expression/language.h"
#include "server/jobs/spec_reference.h"

enum {
    SMALL_CELLS = 100000,
    COLUMNS_MAX_HERE = 10000,
    CELLS_MAX = 2000000,       /* of all columns that are made */
    SCANNED_BYTES_MAX = 8192,  /* of one text: twice a formula's limit */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9') || c == '_';
}

/* Whether a text has `name` as a word. */
static bool mentions(const char *text, const char *name)
{
    size_t bytes = strlen(name);
    const char *end = text + strnlen(text, SCANNED_BYTES_MAX);

    for (const char *at = text; (at = strstr(at, name)) && at < end;
         at += bytes)
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[bytes]))
            return true;
    return false;
}

static bool is_mentioned(const struct member *table,
                         const struct value *values, const char *name)
{
    for (size_t i = 0; table[i].name; i++)
        if ((table[i].type == MEMBER_FORMULA
             || table[i].type == MEMBER_OF_COLUMNS)
            && values[i].text && mentions(values[i].text, name))
            return true;
    return false;
}

static bool is_numbers(const struct column *column)
{
    return (column->kind == COLUMN_INTEGER || column->kind == COLUMN_NUMBER)
        && language_is_name(column->name)
        && !language_is_reserved(column->name);
}

/* The numbers of a column; a missing one is a fault. */
static bool column_make(struct json_reader *reader, const char *pointer,
                        const struct dataset *data, size_t index,
                        struct symbol *symbol)
{
    const struct column *column = &data->columns[index];
    double *numbers = arena_array(reader->arena, data->rows,
                                  sizeof *numbers);

    if (!numbers)
        return reader->faults->out_of_memory = true, false;
    dataset_numbers(data, index, numbers);
    *symbol = (struct symbol){
        .name = column->name, .type = SYMBOL_COLUMN, .rows = data->rows,
        .numbers = numbers};
    if (column->missing == 0)
        return true;
    for (size_t i = 0; i < data->rows; i++) {
        if (!isnan(numbers[i]))
            continue;
        fault_add(reader->faults, pointer, FAULT_REQUIRED, NULL,
                  "column %s has no value in row %zu: upload the file with "
                  "missing=mean or missing=drop", column->name, i + 1);
        return false;
    }
    return true;
}

static bool check_size(struct json_reader *reader, const char *pointer,
                       const struct dataset *data)
{
    if (!data->sparse && data->rows <= DIMENSION_MAX
        && data->column_count <= COLUMNS_MAX_HERE)
        return true;
    if (data->sparse)
        fault_add(reader->faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "a sparse dataset has no named columns: a model takes it");
    else
        fault_add(reader->faults, pointer, FAULT_TOO_LARGE, NULL,
                  "%llu rows of %zu columns: a formula takes at most %d rows "
                  "of %d columns, a model more",
                  (unsigned long long)data->rows, data->column_count,
                  DIMENSION_MAX, COLUMNS_MAX_HERE);
    return false;
}

/* Which columns become symbols: their places in the dataset. */
struct chosen {
    size_t *places;
    size_t count;
};

static bool choose(struct json_reader *reader, const char *pointer,
                   const struct dataset *data, const struct member *table,
                   const struct value *values, struct chosen *ret)
{
    bool is_small = data->rows * data->column_count <= SMALL_CELLS;
    bool good = true;

    for (size_t c = 0; c < data->column_count; c++) {
        const struct column *column = &data->columns[c];
        bool wanted = is_mentioned(table, values, column->name);

        if (is_numbers(column)
            && (wanted || (is_small && column->missing == 0))) {
            ret->places[ret->count++] = c;
        } else if (wanted && column->kind >= COLUMN_CATEGORY) {
            fault_add(reader->faults, pointer, FAULT_WRONG_TYPE, NULL,
                      "column %s holds words, and a formula takes numbers",
                      column->name);
            good = false;
        }
    }
    if (data->rows * ret->count <= CELLS_MAX)
        return good;
    fault_add(reader->faults, pointer, FAULT_TOO_LARGE, NULL,
              "%llu rows of %zu columns that the formulas name: a formula "
              "takes at most %d cells, a model more",
              (unsigned long long)data->rows, ret->count, CELLS_MAX);
    return false;
}

bool spec_reference_columns(struct json_reader *reader, const char *pointer,
                            const struct member *table,
                            const struct value *values,
                            struct value *columns)
{
    const struct dataset *data = columns->dataset;
    struct chosen chosen = {NULL, 0};
    struct symbol *symbols;
    bool good = true;

    if (!check_size(reader, pointer, data))
        return false;
    chosen.places = arena_array(reader->arena, data->column_count + 1,
                                sizeof *chosen.places);
    symbols = arena_array(reader->arena, data->column_count + 1,
                          sizeof *symbols);
    if (!chosen.places || !symbols)
        return reader->faults->out_of_memory = true, false;
    if (!choose(reader, pointer, data, table, values, &chosen))
        return false;
    for (size_t i = 0; i < chosen.count; i++)
        good &= column_make(reader, pointer, data, chosen.places[i],
                            &symbols[i]);
    columns->symbols = symbols;
    columns->rows = chosen.count;
    return good;
}
