/* dataset_input.c - what the fuzz targets of files do with an input. */
#include "tests/fuzz/dataset_input.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset/dataset.h"
#include "core/dataset/prepare.h"
#include "core/dataset/reader.h"

enum {
    STORED_MAX = 1 << 22,
    CELLS_MAX = 10000,         /* that are looked at one by one */
    COLUMNS_MAX = 300,
    STORED_HEADER_BYTES = 200,
};

static void demand(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static struct reader_options choose(uint8_t first)
{
    static const char delimiters[] = {'\0', ',', ';', ' '};
    static const size_t buffers[] = {0, 64, 17, 0};
    struct reader_options options = READER_OPTIONS_NONE;

    options.missing = (enum missing_policy)(first & 3);
    options.delimiter = delimiters[first >> 2 & 3];
    options.buffer_bytes = buffers[first >> 4 & 3];
    options.header = (first >> 6) - 1;
    if (options.header > 1) {
        options.header = -1;
        options.decimal = ',';
        options.base = 0;
    }
    return options;
}

static enum error read_all(struct reader *reader, const uint8_t *bytes,
                           size_t count)
{
    unsigned passes = 0;

    TRY(reader_push(reader, bytes, count));
    TRY(reader_end(reader));
    while (reader_wants_again(reader)) {
        demand(++passes <= 2, "the bytes are wanted more than three times");
        TRY(reader_again(reader));
        TRY(reader_push(reader, bytes, count));
        TRY(reader_end(reader));
    }
    return OK;
}

static void look_at_faults(const struct faults *faults, enum error error)
{
    demand((error == OK) == (faults->total == 0),
           "a refusal without a fault, or a fault without a refusal");
    demand(error == OK || error == ERR_INVALID || error == ERR_TOO_BIG,
           "an error that is none of the file");
    for (size_t i = 0; i < faults_kept(faults); i++)
        demand(faults->items[i].line > 0 && faults->items[i].column > 0
                   && faults->items[i].detail[0] != '\0',
               "a fault without a place");
}

static void look_at_cells(const struct dataset *data)
{
    for (size_t c = 0; c < data->column_count; c++) {
        const struct column *column = &data->columns[c];
        uint64_t missing = 0, rows = data->rows;

        if (rows * data->column_count > CELLS_MAX)
            return;
        demand(column->name[0] != '\0', "a column without a name");
        for (uint64_t r = 0; r < rows; r++) {
            struct cell cell = dataset_cell(data, r, c);

            missing += cell.state == CELL_MISSING;
            demand(cell.state != CELL_NUMBER || isfinite(cell.number),
                   "a number that is not finite");
            demand((cell.state == CELL_WORD)
                       == (cell.state != CELL_MISSING
                           && cell.state != CELL_NOT_KEPT
                           && column->kind >= COLUMN_CATEGORY),
                   "a cell of another kind than its column");
        }
        demand(missing == (isnan(column->fill) ? column->missing : 0),
               "a missing cell that was not counted");
    }
}

/* Train on what can be trained on. */
static void load(struct arena *arena, struct faults *faults,
                 const struct dataset *data, uint8_t first)
{
    const char *names[COLUMNS_MAX], *hot[COLUMNS_MAX];
    struct preparation_request request = {
        .data = data, .features = data->sparse ? NULL : names,
        .one_hot = hot, .pointer = "", .validation_fraction = first & 4 ? 0.3
                                                                        : 0,
        .shuffle = (first & 8) != 0, .float32 = (first & 16) != 0,
        .missing = first & 1 ? MISSING_MEAN : MISSING_DROP,
        .standardize = (first & 2) != 0 && !data->sparse,
        .target = data->columns[data->sparse ? 0 : data->column_count - 1].name,
    };
    struct preparation plan;
    struct prepared prepared;
    enum error error;

    if (data->column_count > COLUMNS_MAX)
        return;
    for (size_t c = 0; c + 1 < data->column_count && !data->sparse; c++) {
        if (data->columns[c].kind == COLUMN_TEXT)
            continue;
        names[request.feature_count++] = data->columns[c].name;
        if (data->columns[c].kind == COLUMN_CATEGORY)
            hot[request.one_hot_count++] = data->columns[c].name;
    }
    request.classes = data->columns[data->sparse ? 0 : data->column_count - 1]
                          .distinct > 1;
    error = prepare_plan(arena, &request, faults, &plan);
    demand((error == OK) == (faults->total == 0), "a plan's silent refusal");
    if (error != OK)
        return;
    error = prepare_fill(&plan, first, NULL, arena, &prepared);
    demand(error == OK || (error == ERR_MISSING && plan.rows_may_drop)
               || (error == ERR_CORRUPT && !plan.rows_may_drop),
           "rows that were planned cannot be loaded");
}

/* A byte of the stored form is changed: it is refused, or it was a number of
 * the table. */
static void damage(struct arena *arena, const struct sink_memory *stored,
                   uint64_t seed)
{
    size_t at = (size_t)(seed % stored->count);
    struct dataset data;

    stored->bytes[at] ^= (unsigned char)(1u << (seed >> 32 & 7));
    demand(dataset_view(arena, stored->bytes, stored->count, &data) != OK
               || at >= STORED_HEADER_BYTES,
           "a damaged header was believed");
    stored->bytes[at] ^= (unsigned char)(1u << (seed >> 32 & 7));
}

int dataset_input_run(const char *format, const uint8_t *bytes, size_t count)
{
    struct reader_options options = choose(count > 0 ? bytes[0] : 0);
    struct arena arena;
    struct sink_memory stored = {.arena = &arena};
    struct sink sink = {&stored, sink_memory_write};
    struct reader *reader;
    struct faults *faults;
    struct dataset data;
    uint64_t seed = count;
    enum error error;

    for (size_t i = 0; i < count; i++)
        seed = seed * UINT64_C(6364136223846793005) + bytes[i];
    arena_init(&arena, 0);
    faults = ARENA_NEW(&arena, struct faults);
    demand(faults != NULL, "no memory");
    faults_init(faults, &arena);
    demand(reader_new(format_by_name(format), &options, STORED_MAX, &sink,
                      faults, &reader) == OK, "no memory");
    error = read_all(reader, count > 0 ? bytes + 1 : bytes,
                     count > 0 ? count - 1 : 0);
    look_at_faults(faults, error);
    if (error == OK) {
        demand(reader_bytes(reader) == stored.count, "a length that lies");
        demand(dataset_view(&arena, stored.bytes, stored.count, &data) == OK,
               "what was stored cannot be viewed");
        look_at_cells(&data);
        load(&arena, faults, &data, bytes[0]);
        damage(&arena, &stored, seed);
    }
    reader_free(reader);
    arena_fini(&arena);
    return error == OK;
}
