/*
 * fill.c - loads the rows that were planned.
 *
 * Rows go through a block of doubles: once to fit means and deviations, where
 * these are wanted, once more to be transformed and stored. The rows of a
 * sparse dataset are only gathered; where all of them stay in their order,
 * they are used where they lie.
 */
#include <math.h>
#include <string.h>

#include "core/dataset/cells.h"
#include "core/dataset/fill.h"

enum { BLOCK_CELLS = 1 << 16 }; /* of a piece */

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
 * Load the next rows of a part, as many as fit in the block. Rows that miss
 * something are passed over where that is asked; else it is an error, unless
 * means stand for it.
 */
static enum error load_block(struct filling *filling, const struct part *part,
                             size_t *ret_count)
{
    const struct preparation_parts *parts = filling->parts;
    struct filling_dense *dense = &filling->dense;
    size_t count = 0, most = dense->block_rows, tried = 0;

    for (; filling->at < part->count && tried < most; filling->at++, tried++) {
        size_t row = part_row(part, filling->at);
        double *x = dense->block + count * filling->features;
        bool whole = true;

        for (size_t s = 0; s < parts->source_count; s++)
            whole &= load_source(parts, &parts->sources[s], part->which, row,
                                 x);
        dense->targets[count] = load_target(parts, part->which, row);
        if (isnan(dense->targets[count]) || (!whole && !parts->fills)) {
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

static bool is_fitted(const struct preparation_parts *parts)
{
    return parts->standardize || parts->fills;
}

/* The deviation; 1 where there is no spread, or one beyond all doubles. */
static double scale_of(const struct statistics *s)
{
    double scale = s->min < s->max ? sqrt(s->squares / s->count) : 1;

    return scale > 0 && isfinite(scale) ? scale : 1;
}

static void set_fitted(struct filling *filling)
{
    const struct preparation_parts *parts = filling->parts;

    for (size_t f = 0; f < filling->features; f++) {
        struct transform_feature *feature = &filling->dense.fitted[f];
        const struct statistics *s = &filling->dense.statistics[f];

        if (parts->fills)
            feature->fill = s->count > 0 ? s->mean : 0;
        if (!parts->standardize || s->count == 0)
            continue;
        feature->mean = s->mean;
        feature->scale = scale_of(s);
    }
}

/* Means, scales and fills of the training part. */
static enum error fit(struct filling *filling, bool *ret_again)
{
    struct filling_dense *dense = &filling->dense;
    const struct part *part = &filling->part[0];
    size_t features = filling->features, count;

    if (!is_fitted(filling->parts))
        return OK;
    TRY(load_block(filling, part, &count));
    for (size_t f = 0; f < features; f++)
        statistics_take(&dense->statistics[f], dense->block + f, count,
                        features);
    *ret_again = filling->at < part->count;
    if (!*ret_again)
        set_fitted(filling);
    return OK;
}

static void fit_target(const struct preparation_parts *parts,
                       const double *target, size_t count,
                       struct transform *transform)
{
    struct statistics s = {0};

    if (!parts->standardize_target)
        return;
    statistics_take(&s, target, count, 1);
    transform->target_mean = s.mean;
    transform->target_scale = scale_of(&s);
}

/* ---- storing --------------------------------------------------------------*/

static void transform_block(const struct filling *filling, size_t count)
{
    const struct filling_dense *dense = &filling->dense;

    if (!is_fitted(filling->parts))
        return;
    for (size_t r = 0; r < count; r++) {
        double *x = dense->block + r * filling->features;

        for (size_t f = 0; f < filling->features; f++) {
            const struct transform_feature *feature = &dense->fitted[f];
            double v = isnan(x[f]) ? feature->fill : x[f];

            x[f] = (v - feature->mean) / feature->scale;
        }
    }
}

static enum error begin_part(struct filling *filling, const struct part *part)
{
    struct filling_dense *dense = &filling->dense;
    size_t cells = part->count * filling->features;

    dense->stored = 0;
    dense->x = NULL;
    dense->small_x = NULL;
    dense->target = arena_array(filling->arena, part->count,
                                sizeof *dense->target);
    if (filling->parts->float32)
        dense->small_x = arena_array(filling->arena, cells,
                                     sizeof *dense->small_x);
    else
        dense->x = arena_array(filling->arena, cells, sizeof *dense->x);
    return dense->target != NULL
                   && (dense->x != NULL || dense->small_x != NULL)
               ? OK : ERR_MEMORY;
}

/* Append the block's rows to those that are stored. */
static void append_block(struct filling *filling, size_t count)
{
    struct filling_dense *dense = &filling->dense;
    size_t first = dense->stored * filling->features;
    size_t cells = count * filling->features;

    for (size_t i = 0; dense->small_x != NULL && i < cells; i++)
        dense->small_x[first + i] = (float)dense->block[i];
    if (dense->x != NULL && count > 0)
        memcpy(dense->x + first, dense->block, cells * sizeof *dense->x);
    if (count > 0)
        memcpy(dense->target + dense->stored, dense->targets,
               count * sizeof *dense->target);
    dense->stored += count;
}

static enum error store(struct filling *filling, const struct part *part,
                        struct rows *ret, bool *ret_again)
{
    struct filling_dense *dense = &filling->dense;
    size_t count;

    if (filling->at == 0)
        TRY(begin_part(filling, part));
    TRY(load_block(filling, part, &count));
    transform_block(filling, count);
    append_block(filling, count);
    *ret_again = filling->at < part->count;
    *ret = (struct rows){
        .layout = filling->parts->float32 ? ROWS_DENSE32 : ROWS_DENSE64,
        .count = dense->stored, .features = filling->features,
        .dense64 = dense->x, .dense32 = dense->small_x,
        .target = dense->target,
    };
    return OK;
}

static enum error store_training(struct filling *filling, bool *ret_again)
{
    return store(filling, &filling->part[0], &filling->made.training,
                 ret_again);
}

static enum error store_validation(struct filling *filling, bool *ret_again)
{
    if (filling->part[1].count == 0)
        return OK;
    return store(filling, &filling->part[1], &filling->made.validation,
                 ret_again);
}

static void standardize_target(const struct transform *transform,
                               const struct rows *rows)
{
    double *target = (double *)(uintptr_t)rows->target;

    for (size_t i = 0; i < rows->count; i++)
        target[i] = (target[i] - transform->target_mean)
                    / transform->target_scale;
}

static enum error begin_dense(struct filling *filling, bool *ret_again)
{
    struct filling_dense *dense = &filling->dense;
    struct transform *transform = &filling->made.transform;
    size_t features = filling->features;

    (void)ret_again;
    dense->block_rows = BLOCK_CELLS / features;
    dense->block_rows = dense->block_rows > 0 ? dense->block_rows : 1;
    dense->block = arena_array(filling->arena, dense->block_rows * features,
                               sizeof *dense->block);
    dense->targets = arena_array(filling->arena, dense->block_rows,
                                 sizeof *dense->targets);
    dense->fitted = arena_array(filling->arena, features,
                                sizeof *dense->fitted);
    if (is_fitted(filling->parts)) {
        dense->statistics = arena_array(filling->arena, features,
                                        sizeof *dense->statistics);
        if (dense->statistics == NULL)
            return ERR_MEMORY;
    }
    if (dense->block == NULL || dense->targets == NULL
        || dense->fitted == NULL)
        return ERR_MEMORY;
    memcpy(dense->fitted, transform->features,
           features * sizeof *dense->fitted);
    transform->features = dense->fitted;
    return OK;
}

/* ---- parts ----------------------------------------------------------------*/

static bool needs_order(const struct preparation_parts *parts)
{
    return parts->validation_rows > 0 || parts->shuffle;
}

static enum error draw_order(struct filling *filling, bool *ret_again)
{
    const struct preparation_parts *parts = filling->parts;
    uint32_t count = (uint32_t)parts->data[0]->rows;
    uint32_t kept = (uint32_t)parts->validation_rows;
    struct part *part = filling->part;

    if (!needs_order(parts))
        return OK;
    if (filling->order.rows == NULL)
        TRY(order_begin(&filling->order, filling->seed, count, kept,
                        parts->shuffle, filling->arena));
    *ret_again = order_step(&filling->order);
    part[0].rows = filling->order.rows;
    if (kept > 0)
        part[1] = (struct part){0, filling->order.rows + (count - kept), kept};
    return OK;
}

static enum error end(struct filling *filling, bool *ret_again)
{
    struct prepared *made = &filling->made;

    (void)ret_again;
    if (made->training.count == 0)
        return ERR_MISSING;
    fit_target(filling->parts, made->training.target, made->training.count,
               &made->transform);
    if (filling->parts->standardize_target) {
        standardize_target(&made->transform, &made->training);
        standardize_target(&made->transform, &made->validation);
    }
    return OK;
}

/* ---- stages ---------------------------------------------------------------*/

static filling_stage *const dense_stages[] = {
    draw_order, begin_dense, fit, store_training, store_validation, end, NULL,
};

/* Those of each part stand twice. */
static filling_stage *const sparse_stages[] = {
    draw_order, fill_sparse_entries, fill_sparse_rows, fill_sparse_targets,
    fill_sparse_entries, fill_sparse_rows, fill_sparse_targets, end, NULL,
};

enum error prepare_begin(const struct preparation *plan, uint64_t seed,
                         struct arena *arena, struct filling **ret)
{
    const struct preparation_parts *parts = plan->parts;
    struct filling *filling = ARENA_NEW(arena, struct filling);

    if (filling == NULL)
        return ERR_MEMORY;
    *filling = (struct filling){
        .parts = parts, .arena = arena, .features = plan->features,
        .seed = seed, .made.transform = plan->transform,
        .part = {{0, NULL,
                  (uint32_t)parts->data[0]->rows
                      - (uint32_t)parts->validation_rows},
                 {1, NULL, parts->data[1] != NULL ? parts->data[1]->rows
                                                  : 0}},
    };
    *ret = filling;
    return OK;
}

enum error prepare_step(struct filling *filling, bool *ret_more,
                        struct prepared *ret)
{
    filling_stage *const *stages =
        filling->parts->data[0]->sparse ? sparse_stages : dense_stages;
    bool again = false;

    TRY(stages[filling->stage](filling, &again));
    if (!again) {
        filling->stage++;
        filling->at = 0;
    }
    *ret_more = stages[filling->stage] != NULL;
    if (!*ret_more)
        *ret = filling->made;
    return OK;
}

enum error prepare_fill(const struct preparation *plan, uint64_t seed,
                        const atomic_bool *cancel, struct arena *arena,
                        struct prepared *ret)
{
    struct filling *filling;
    bool more = true;

    TRY(prepare_begin(plan, seed, arena, &filling));
    while (more) {
        if (cancel != NULL
            && atomic_load_explicit(cancel, memory_order_relaxed))
            return ERR_CLOSING;
        TRY(prepare_step(filling, &more, ret));
    }
    return OK;
}
