/*
 * fill.c - loads the rows that were planned.
 *
 * Rows go through a block of doubles: once to fit means and deviations, where
 * these are wanted, once more to be transformed and stored. The rows of a
 * sparse dataset are only gathered; where all of them stay in their order,
 * they are used where they lie.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/dataset/cells.h"
#include "core/dataset/fill.h"
#include "core/dataset/order.h"
#include "core/dataset/prepare_parts.h"
#include "core/dataset/table.h"

enum { BLOCK_CELLS = 1 << 16 }; /* between two looks at the cancel flag */

static bool is_canceled(const struct fill *fill)
{
    return fill->cancel != NULL
           && atomic_load_explicit(fill->cancel, memory_order_relaxed);
}

/* ---- rows of doubles ------------------------------------------------------*/

/* The features of one column's cell; false when it is missing. */
static bool load_source(const struct preparation_parts *parts,
                        const struct source *source, int which, size_t row,
                        double *x)
{
    const struct dataset *data = parts->data[which];
    const struct column *column = &data->columns[source->column[which]];
    double value = dataset_raw(data, row, source->column[which]);
    uint32_t place = NO_CLASS;

    x += source->first;
    if (!source->hot) {
        *x = isnan(value) ? column->fill : value;
        return !isnan(*x);
    }
    if (source->values[which] == NULL)
        place = find_integer(&parts->data[0]->columns[source->column[0]],
                             isnan(value) ? column->fill : value);
    else if (value >= 0 && value < (double)column->distinct)
        place = source->values[which][(size_t)value];
    for (size_t i = 0; i < source->count; i++)
        x[i] = place < source->count ? i == place : NAN;
    return place < source->count;
}

static double load_target(const struct preparation_parts *parts, int which,
                          size_t row)
{
    const struct dataset *data = parts->data[which];
    const struct column *column = &data->columns[parts->target[which]];
    double value = dataset_raw(data, row, parts->target[which]);
    uint32_t place = NO_CLASS;

    if (isnan(value))
        value = column->fill;
    if (!parts->is_class)
        return value;
    if (parts->classes[which] == NULL)
        place = find_integer(&parts->data[0]->columns[parts->target[0]],
                             value);
    else if (value >= 0 && value < (double)column->distinct)
        place = parts->classes[which][(size_t)value];
    return place == NO_CLASS ? NAN : place;
}

/*
 * Load up to `most` rows of a part from its position *at on. Rows that miss
 * something are passed over where that is asked; else it is an error, unless
 * means stand for it.
 */
static enum error load_block(const struct fill *fill, const struct part *part,
                             size_t *at, size_t most, size_t *ret_count)
{
    const struct preparation_parts *parts = fill->parts;
    size_t count = 0, tried = 0;

    if (is_canceled(fill))
        return ERR_CLOSING;
    for (; *at < part->count && count < most && tried < most; ++*at, tried++) {
        size_t row = part->rows != NULL ? part->rows[*at] : *at;
        double *x = fill->block + count * fill->features;
        bool whole = true;

        for (size_t s = 0; s < parts->source_count; s++)
            whole &= load_source(parts, &parts->sources[s], part->which, row,
                                 x);
        fill->targets[count] = load_target(parts, part->which, row);
        if (isnan(fill->targets[count]) || (!whole && !parts->fills)) {
            if (!parts->drops)
                return ERR_CORRUPT;
            continue;
        }
        count++;
    }
    *ret_count = count;
    return OK;
}

/* ---- fitting --------------------------------------------------------------*/

/* Means, scales and fills of the training part. */
static enum error fit(struct fill *fill, const struct part *part)
{
    const struct preparation_parts *parts = fill->parts;
    struct statistics *all = arena_array(fill->arena, fill->features,
                                         sizeof *all);
    size_t at = 0, count;

    if (all == NULL)
        return ERR_MEMORY;
    while (at < part->count) {
        TRY(load_block(fill, part, &at, fill->block_rows, &count));
        for (size_t f = 0; f < fill->features; f++)
            statistics_take(&all[f], fill->block + f, count, fill->features);
    }
    for (size_t f = 0; f < fill->features; f++) {
        struct transform_feature *feature = &fill->fitted[f];
        const struct statistics *s = &all[f];

        if (parts->fills)
            feature->fill = s->count > 0 ? s->mean : 0;
        if (!parts->standardize || s->count == 0)
            continue;
        feature->mean = s->mean;
        feature->scale = s->min < s->max ? sqrt(s->squares / s->count) : 1;
        if (!(feature->scale > 0 && isfinite(feature->scale)))
            feature->scale = 1;
    }
    return OK;
}

static void fit_target(struct fill *fill, const double *target, size_t count,
                       struct transform *transform)
{
    struct statistics s = {0};

    if (!fill->parts->standardize_target)
        return;
    statistics_take(&s, target, count, 1);
    transform->target_mean = s.mean;
    transform->target_scale = s.min < s.max ? sqrt(s.squares / s.count) : 1;
}

/* ---- storing --------------------------------------------------------------*/

static void transform_block(const struct fill *fill, size_t count)
{
    const struct preparation_parts *parts = fill->parts;

    if (!parts->standardize && !parts->fills)
        return;
    for (size_t r = 0; r < count; r++) {
        double *x = fill->block + r * fill->features;

        for (size_t f = 0; f < fill->features; f++) {
            const struct transform_feature *feature = &fill->fitted[f];
            double v = isnan(x[f]) ? feature->fill : x[f];

            x[f] = (v - feature->mean) / feature->scale;
        }
    }
}

static enum error store_dense(struct fill *fill, const struct part *part,
                              struct rows *ret)
{
    size_t features = fill->features, at = 0, stored = 0, count;
    bool small = fill->parts->float32;
    double *x = NULL, *target = arena_array(fill->arena, part->count,
                                            sizeof *target);
    float *small_x = NULL;

    if (small)
        small_x = arena_array(fill->arena, part->count * features,
                              sizeof *small_x);
    else
        x = arena_array(fill->arena, part->count * features, sizeof *x);
    if (target == NULL || (x == NULL && small_x == NULL))
        return ERR_MEMORY;
    for (; at < part->count; stored += count) {
        TRY(load_block(fill, part, &at, fill->block_rows, &count));
        transform_block(fill, count);
        for (size_t i = 0; small && i < count * features; i++)
            small_x[stored * features + i] = (float)fill->block[i];
        if (!small && count > 0)
            memcpy(x + stored * features, fill->block,
                   count * features * sizeof *x);
        if (count > 0)
            memcpy(target + stored, fill->targets, count * sizeof *target);
    }
    *ret = (struct rows){
        .layout = small ? ROWS_DENSE32 : ROWS_DENSE64, .count = stored,
        .features = features, .dense64 = x, .dense32 = small_x,
        .target = target,
    };
    return OK;
}

static void standardize_target(const struct transform *transform,
                               const struct rows *rows)
{
    double *target = (double *)(uintptr_t)rows->target;

    for (size_t i = 0; i < rows->count; i++)
        target[i] = (target[i] - transform->target_mean)
                    / transform->target_scale;
}

static enum error fill_dense(struct fill *fill, const struct part parts[2],
                             struct prepared *ret)
{
    fill->block_rows = BLOCK_CELLS / fill->features;
    fill->block_rows = fill->block_rows > 0 ? fill->block_rows : 1;
    fill->block = arena_array(fill->arena, fill->block_rows * fill->features,
                              sizeof *fill->block);
    fill->targets = arena_array(fill->arena, fill->block_rows,
                                sizeof *fill->targets);
    fill->fitted = arena_array(fill->arena, fill->features,
                               sizeof *fill->fitted);
    if (fill->block == NULL || fill->targets == NULL || fill->fitted == NULL)
        return ERR_MEMORY;
    memcpy(fill->fitted, ret->transform.features,
           fill->features * sizeof *fill->fitted);
    ret->transform.features = fill->fitted;
    if (fill->parts->standardize || fill->parts->fills)
        TRY(fit(fill, &parts[0]));
    TRY(store_dense(fill, &parts[0], &ret->training));
    return parts[1].count > 0 ? store_dense(fill, &parts[1], &ret->validation)
                              : OK;
}

/* ---- parts ----------------------------------------------------------------*/

static enum error make_parts(const struct fill *fill, uint64_t seed,
                             struct part parts[2])
{
    const struct preparation_parts *p = fill->parts;
    uint32_t count = (uint32_t)p->data[0]->rows;
    uint32_t kept = (uint32_t)p->validation_rows, *order;

    parts[0] = (struct part){0, NULL, count - kept};
    parts[1] = (struct part){1, NULL, p->data[1] != NULL ? p->data[1]->rows
                                                         : 0};
    if (kept == 0 && !p->shuffle)
        return OK;
    order = arena_array(fill->arena, count, sizeof *order);
    if (order == NULL)
        return ERR_MEMORY;
    TRY(order_draw(seed, count, kept, p->shuffle, fill->arena, order));
    parts[0].rows = order;
    if (kept > 0)
        parts[1] = (struct part){0, order + (count - kept), kept};
    return OK;
}

enum error prepare_fill(const struct preparation *plan, uint64_t seed,
                        const atomic_bool *cancel, struct arena *arena,
                        struct prepared *ret)
{
    struct fill fill = {.parts = plan->parts, .cancel = cancel,
                        .arena = arena, .features = plan->features};
    struct prepared made = {.transform = plan->transform};
    struct part parts[2];

    if (is_canceled(&fill))
        return ERR_CLOSING;
    TRY(make_parts(&fill, seed, parts));
    TRY(plan->parts->data[0]->sparse ? fill_sparse(&fill, parts, &made)
                                     : fill_dense(&fill, parts, &made));
    if (made.training.count == 0)
        return ERR_MISSING;
    fit_target(&fill, made.training.target, made.training.count,
               &made.transform);
    if (plan->parts->standardize_target) {
        standardize_target(&made.transform, &made.training);
        standardize_target(&made.transform, &made.validation);
    }
    *ret = made;
    return OK;
}
