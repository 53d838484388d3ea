/* linear_model.c - rows one at a time, by their layout; and by columns. */
#include "core/model/linear_model.h"

#include <math.h>

#include "core/kernel/rows.h"
#include "core/kernel/sparse.h"
#include "core/kernel/update.h"
#include "core/kernel/vector.h"

enum { BLOCK = 256 };

bool linear_is_canceled(const struct linear_model *linear)
{
    const atomic_bool *flag = *linear->cancel;

    return flag != NULL && atomic_load_explicit(flag, memory_order_relaxed);
}

double linear_target(const struct linear_model *linear, size_t row)
{
    double y = linear->rows->target[row];

    return linear->loss->target == LOSS_OF_CLASSES ? 2 * y - 1 : y;
}

double linear_weight(const struct linear_model *linear, size_t row)
{
    const double *weight = linear->rows->weight;

    return weight == NULL ? linear->scale : linear->scale * weight[row];
}

/* ---- rows -------------------------------------------------------------- */

static size_t entries(const struct rows *rows, size_t row)
{
    return rows->offsets[row + 1] - rows->offsets[row];
}

static double dot_floats(const float *x, const double *w, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * w[i];
    return sum;
}

double linear_dot(const struct rows *rows, size_t row, const double *w)
{
    size_t n = rows->features, first;

    switch (rows->layout) {
    case ROWS_DENSE64:
        return vector_dot(rows->dense64 + row * n, w, n);
    case ROWS_DENSE32:
        return dot_floats(rows->dense32 + row * n, w, n);
    case ROWS_SPARSE64:
        first = rows->offsets[row];
        return sparse_dot_one_f64(rows->indices + first,
                                  rows->values64 + first,
                                  entries(rows, row), w);
    case ROWS_SPARSE32:
        first = rows->offsets[row];
        return sparse_dot_one_f32(rows->indices + first,
                                  rows->values32 + first,
                                  entries(rows, row), w);
    }
    return NAN;
}

void linear_add(const struct rows *rows, size_t row, double a, double *w)
{
    size_t n = rows->features, first;

    switch (rows->layout) {
    case ROWS_DENSE64:
        update_add(w, a, rows->dense64 + row * n, n);
        break;
    case ROWS_DENSE32:
        for (size_t i = 0; i < n; i++)
            w[i] += a * (double)rows->dense32[row * n + i];
        break;
    case ROWS_SPARSE64:
        first = rows->offsets[row];
        sparse_add_one_f64(w, a, rows->indices + first,
                           rows->values64 + first, entries(rows, row));
        break;
    case ROWS_SPARSE32:
        first = rows->offsets[row];
        sparse_add_one_f32(w, a, rows->indices + first,
                           rows->values32 + first, entries(rows, row));
        break;
    }
}

void linear_prefetch(const struct rows *rows, size_t row)
{
    size_t n = rows->features, first;

    switch (rows->layout) {
    case ROWS_DENSE64:
        rows_prefetch(rows->dense64 + row * n, n * sizeof(double));
        break;
    case ROWS_DENSE32:
        rows_prefetch(rows->dense32 + row * n, n * sizeof(float));
        break;
    case ROWS_SPARSE64:
        first = rows->offsets[row];
        n = entries(rows, row);
        rows_prefetch(rows->indices + first, n * sizeof(uint32_t));
        rows_prefetch(rows->values64 + first, n * sizeof(double));
        break;
    case ROWS_SPARSE32:
        first = rows->offsets[row];
        n = entries(rows, row);
        rows_prefetch(rows->indices + first, n * sizeof(uint32_t));
        rows_prefetch(rows->values32 + first, n * sizeof(float));
        break;
    }
}

/* Entry i of a row as it is stored: its value, and its column. */
static double entry(const struct rows *rows, size_t row, size_t i,
                    size_t *ret_column)
{
    bool is_sparse = rows->layout >= ROWS_SPARSE64;
    size_t place = is_sparse ? rows->offsets[row] + i
                             : row * rows->features + i;

    *ret_column = is_sparse ? rows->indices[place] : i;
    switch (rows->layout) {
    case ROWS_DENSE64:
        return rows->dense64[place];
    case ROWS_DENSE32:
        return rows->dense32[place];
    case ROWS_SPARSE64:
        return rows->values64[place];
    case ROWS_SPARSE32:
        return rows->values32[place];
    }
    return NAN;
}

static size_t entries_of(const struct rows *rows, size_t row)
{
    return rows->layout >= ROWS_SPARSE64 ? entries(rows, row)
                                         : rows->features;
}

double linear_square(const struct rows *rows, size_t row)
{
    double sum = 0;
    size_t column, count = entries_of(rows, row);

    for (size_t i = 0; i < count; i++) {
        double value = entry(rows, row, i, &column);

        sum += value * value;
    }
    return sum;
}

void linear_slopes(const struct linear_model *linear,
                   const struct batch *batch, const double *x,
                   double *ret_loss, double *ret_slope)
{
    double b = linear->intercept ? x[linear->rows->features] : 0;
    double f[BLOCK], y[BLOCK];

    for (size_t done = 0; done < batch->count; done += BLOCK) {
        size_t left = batch->count - done;
        size_t count = left < BLOCK ? left : BLOCK;

        for (size_t i = 0; i < count; i++) {
            size_t row = batch_row(batch, done + i);

            f[i] = linear_dot(linear->rows, row, x) + b;
            y[i] = linear_target(linear, row);
        }
        linear->loss->evaluate(f, y, count, linear->loss_parameter,
                               ret_loss != NULL ? ret_loss + done : NULL,
                               ret_slope + done);
    }
}

/* ---- columns ----------------------------------------------------------- */

enum { CANCEL_ROWS = 1024 }; /* between two looks at the flag */

static bool is_time_to_end(const struct linear_model *linear, size_t row)
{
    return row % CANCEL_ROWS == 0 && linear_is_canceled(linear);
}

/* Entries that are not zero before each column: ret [features + 1], zero
 * before. False when canceled, as in what follows. */
static bool count_entries(const struct linear_model *linear, uint64_t *ret)
{
    const struct rows *rows = linear->rows;
    size_t column;

    for (size_t row = 0; row < rows->count; row++) {
        size_t count = entries_of(rows, row);

        if (is_time_to_end(linear, row))
            return false;
        for (size_t i = 0; i < count; i++)
            if (entry(rows, row, i, &column) != 0)
                ret[column + 1]++;
    }
    for (size_t j = 0; j < rows->features; j++)
        ret[j + 1] += ret[j];
    return true;
}

/* Rows in their order go to the ends of their columns. `ends` is where each
 * begins, and then where it ends. */
static bool scatter(const struct linear_model *linear, uint64_t *ends,
                    uint32_t *ret_rows, double *ret_values)
{
    const struct rows *rows = linear->rows;
    size_t column;

    for (size_t row = 0; row < rows->count; row++) {
        size_t count = entries_of(rows, row);

        if (is_time_to_end(linear, row))
            return false;
        for (size_t i = 0; i < count; i++) {
            double value = entry(rows, row, i, &column);

            if (value == 0)
                continue;
            ret_rows[ends[column]] = (uint32_t)row;
            ret_values[ends[column]++] = value;
        }
    }
    return true;
}

enum error linear_columns(const struct linear_model *linear,
                          struct arena *arena, const struct columns **ret)
{
    const struct rows *rows = linear->rows;
    size_t features = rows->features;
    uint64_t *offsets;
    uint32_t *places;
    double *values;

    *ret = linear->columns;
    if (linear->columns->offsets != NULL)
        return OK;
    offsets = arena_array(arena, features + 2, sizeof *offsets);
    if (offsets == NULL)
        return ERR_MEMORY;
    if (!count_entries(linear, offsets + 1))
        return ERR_CLOSING;
    places = arena_array(arena, offsets[features + 1] + 1, sizeof *places);
    values = arena_array(arena, offsets[features + 1] + 1, sizeof *values);
    if (places == NULL || values == NULL)
        return ERR_MEMORY;
    /* Column j ends where offsets[j + 1] comes to stand, one place further
     * left than it began. */
    if (!scatter(linear, offsets + 1, places, values))
        return ERR_CLOSING;
    *linear->columns = (struct columns){offsets, places, values};
    return OK;
}

double linear_columns_bytes(const struct linear_model *linear,
                            size_t features)
{
    return (double)linear->entries * (sizeof(uint32_t) + sizeof(double))
         + (double)features * sizeof(uint64_t);
}
