/* trace_made.c - traces made by chance. */
#include "tests/unit/trace_made.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/random.h"
#include "server/jobs/pyramid.h"

static double shaped(enum made_shape shape, uint64_t seed, uint64_t row)
{
    double chance = random_unit(seed, RANDOM_START, row);
    double k = (double)row;

    switch (shape) {
    case MADE_FALLING: return 1 / (1 + 0.01 * k);
    case MADE_NOISY: return chance - 0.5;
    case MADE_SPIKES: return chance < 1e-3 ? (chance - 5e-4) * 1e9 : 1;
    case MADE_PLATEAUS: return (double)(row / 700 % 5);
    case MADE_BROKEN:
        return chance < 1e-4 ? NAN : chance < 2e-4 ? INFINITY
             : chance < 3e-4 ? -INFINITY : chance;
    case MADE_HUGE: return 1e308 * (1 - 0.2 * chance);
    case MADE_ABSENT: return chunk_absent();
    case MADE_SPARSE: return row % 300 == 0 ? chance : chunk_absent();
    case MADE_SHAPES: break;
    }
    return 0;
}

/* Metrics are there where epochs end; the rest has any shape. */
static enum made_shape shape_of(enum column c, uint64_t seed)
{
    if (c > COLUMN_EPOCH && c < COLUMNS)
        return MADE_SPARSE;
    return (enum made_shape)(random_bits(seed, RANDOM_START, (uint64_t)c)
                             % MADE_SPARSE);
}

static double number(const struct made_trace *made, uint64_t row,
                     enum column c, uint64_t seed)
{
    double k = row + 1 == made->rows ? (double)made->last
                                     : (double)(row * made->every);

    switch (c) {
    case COLUMN_ITERATION: return k;
    case COLUMN_EVALUATIONS: return 2 * k + 1;
    case COLUMN_TIME_S: return 1e-6 * (double)(row / 256);
    case COLUMN_EPOCH:
        return row % 300 == 0 || row + 1 == made->rows ? k / 300
                                                       : chunk_absent();
    default:
        return shaped(shape_of(c, seed), seed + (uint64_t)c, row);
    }
}

static void fill_row(struct made_trace *made, uint64_t row, uint64_t seed)
{
    struct chunk *chunk = made->chunks[row / STORE_CHUNK_ROWS];
    size_t at = chunk->rows++;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(made->form.columns, c))
            chunk_column(chunk, c)[at] = number(made, row, c, seed);
    for (size_t i = 0; i < made->form.n; i++)
        if (made->form.x == CHUNK_X_ROWS)
            chunk->x[i * STORE_CHUNK_ROWS + at] =
                shaped((enum made_shape)(i % MADE_SPARSE), seed + 99 + i, row);
        else if (made->form.x == CHUNK_X_FIRST && at == 0)
            chunk->x[i] = (double)(row + i);
}

void made_init(struct made_trace *made, struct chunk_form form,
               uint64_t every, uint64_t last, uint64_t seed)
{
    *made = (struct made_trace){
        .form = form, .every = every, .last = last,
        .rows = last / every + 1 + (last % every != 0)};
    made->chunk_count =
        (size_t)((made->rows + STORE_CHUNK_ROWS - 1) / STORE_CHUNK_ROWS);
    made->chunks = calloc(made->chunk_count, sizeof(struct chunk *));
    assert_non_null(made->chunks);
    for (size_t i = 0; i < made->chunk_count; i++) {
        made->chunks[i] = calloc(1, chunk_bytes(form));
        assert_non_null(made->chunks[i]);
        made->chunks[i]->form = form;
    }
    for (uint64_t row = 0; row < made->rows; row++)
        fill_row(made, row, seed);
}

void made_fini(struct made_trace *made)
{
    for (size_t i = 0; i < made->chunk_count; i++)
        free(made->chunks[i]);
    free(made->chunks);
}

double made_number(const struct made_trace *made, uint64_t row,
                   enum column scalar, size_t dimension)
{
    const struct chunk *chunk = made->chunks[row / STORE_CHUNK_ROWS];
    size_t at = row % STORE_CHUNK_ROWS;

    if (scalar < COLUMNS)
        return chunk_column_of(chunk, scalar)[at];
    if (made->form.x == CHUNK_X_ROWS)
        return chunk->x[dimension * STORE_CHUNK_ROWS + at];
    return made->form.x == CHUNK_X_FIRST && at == 0 ? chunk->x[dimension]
                                                    : chunk_absent();
}

static void write_chunks(struct fixture *fixture, int64_t number,
                         const struct buffer *bytes,
                         const struct pyramid_chunks *made)
{
    struct store_chunk chunks[sizeof made->items / sizeof *made->items];
    struct store_write write = {.verb = STORE_RECORD,
                                .record = {number, chunks, made->count}};

    for (size_t i = 0; i < made->count; i++)
        chunks[i] = (struct store_chunk){
            .level = made->items[i].level, .chunk = made->items[i].chunk,
            .first = made->items[i].first, .last = made->items[i].last,
            .rows = made->items[i].rows,
            .columns = bytes->bytes + made->items[i].offset,
            .columns_bytes = made->items[i].bytes};
    assert_int_equal(store_write_wait(fixture->store, &write), OK);
}

static void append_plain(struct buffer *out, const double *column,
                         size_t rows)
{
    const uint64_t plain = 0;

    buffer_append(out, &plain, sizeof plain);
    buffer_append(out, column, rows * sizeof *column);
}

/* chunk_version_1.c in reverse, every column plain. */
static void encode_version_1(const struct chunk *chunk, struct buffer *out)
{
    const uint32_t head[] = {
        1, (uint32_t)chunk->rows,
        (uint32_t)chunk->form.x
            | chunk->form.columns >> COLUMNS_ALWAYS << 8,
        (uint32_t)chunk->form.n};

    buffer_append(out, head, sizeof head);
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c))
            append_plain(out, chunk_column_of(chunk, c), chunk->rows);
    for (size_t i = 0; chunk->form.x == CHUNK_X_ROWS && i < chunk->form.n; i++)
        append_plain(out, chunk->x + i * STORE_CHUNK_ROWS, chunk->rows);
    if (chunk->form.x == CHUNK_X_FIRST)
        buffer_append(out, chunk->x, chunk->form.n * sizeof *chunk->x);
}

static void store_chunk_of(const struct made_trace *made,
                           struct fixture *fixture, int64_t number, size_t i,
                           bool is_version_1, struct pyramid *pyramid)
{
    const struct chunk *chunk = made->chunks[i];
    struct pyramid_chunks chunks = {.count = 1};
    struct buffer bytes;

    buffer_init(&bytes);
    if (is_version_1)
        encode_version_1(chunk, &bytes);
    else
        chunk_encode(chunk, 0, &bytes);
    chunks.items[0].chunk = (int64_t)i;
    chunks.items[0].first = (int64_t)chunk->scalars[COLUMN_ITERATION][0];
    chunks.items[0].last =
        (int64_t)chunk->scalars[COLUMN_ITERATION][chunk->rows - 1];
    chunks.items[0].rows = chunk->rows;
    chunks.items[0].bytes = bytes.count;
    if (pyramid)
        assert_int_equal(pyramid_add(pyramid, chunk, &bytes, &chunks), OK);
    if (pyramid && i + 1 == made->chunk_count)
        assert_int_equal(pyramid_end(pyramid, &bytes, &chunks), OK);
    write_chunks(fixture, number, &bytes, &chunks);
    buffer_fini(&bytes);
}

int64_t made_store(const struct made_trace *made, struct fixture *fixture,
                   enum made_stored how)
{
    int64_t number = make(fixture, JOB_RUNNING, WISH_NONE);
    struct pyramid *pyramid = NULL;
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000002000,
                   .state = JOB_COMPLETED, .loss = NAN, .best_loss = NAN,
                   .iterations = (int64_t)made->last},
    };

    if (how == MADE_LEVELS)
        assert_int_equal(pyramid_new(made->form, &pyramid), OK);
    for (size_t i = 0; i < made->chunk_count; i++)
        store_chunk_of(made, fixture, number, i, how == MADE_VERSION_1,
                       pyramid);
    assert_int_equal(store_write_wait(fixture->store, &write), OK);
    pyramid_free(pyramid);
    return number;
}
