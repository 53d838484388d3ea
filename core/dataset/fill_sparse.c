/* fill_sparse.c - loads the rows of a sparse dataset. */
#include <math.h>
#include <string.h>

#include "core/dataset/cells.h"
#include "core/dataset/fill.h"

enum { LOOK_EVERY = 1 << 16 }; /* entries between two looks at the flag */

/* Arrays that are being filled. */
struct gathering {
    struct fill *fill;
    const struct dataset *data;
    uint64_t *offsets;
    uint32_t *indices;
    double *values64;
    float *values32;
    uint64_t used, looked;     /* entries; at the last look at the flag */
};

/* Whether the row's entries lie in the arrays, in order, in the columns. */
static bool row_holds(const struct dataset *data, size_t row, size_t features)
{
    uint64_t from = data->offsets[row], to = data->offsets[row + 1];

    if (from > to || to > data->nonzeros)
        return false;
    for (uint64_t k = from; k < to; k++)
        if (data->indices[k] >= features
            || (k > from && data->indices[k] <= data->indices[k - 1]))
            return false;
    return true;
}

/* Look at the cancel flag now and then. */
static enum error look(struct gathering *g, uint64_t done)
{
    if (done - g->looked < LOOK_EVERY)
        return OK;
    g->looked = done;
    return g->fill->cancel != NULL
                   && atomic_load_explicit(g->fill->cancel,
                                           memory_order_relaxed)
               ? ERR_CLOSING : OK;
}

static enum error gather_row(struct gathering *g, size_t row, size_t place)
{
    const struct dataset *data = g->data;
    uint64_t from = data->offsets[row];
    uint64_t count = data->offsets[row + 1] - from;

    if (!row_holds(data, row, g->fill->features))
        return ERR_CORRUPT;
    memcpy(g->indices + g->used, data->indices + from,
           count * sizeof *g->indices);
    if (g->values64 != NULL)
        memcpy(g->values64 + g->used, data->values + from,
               count * sizeof *g->values64);
    else
        for (uint64_t k = 0; k < count; k++)
            g->values32[g->used + k] = (float)data->values[from + k];
    g->used += count;
    g->offsets[place + 1] = g->used;
    return look(g, g->used + place);
}

/* How many entries the rows of a part have. */
static enum error count_entries(const struct dataset *data,
                                const struct part *part, uint64_t *ret)
{
    uint64_t count = 0;

    for (size_t i = 0; i < part->count; i++) {
        size_t row = part->rows != NULL ? part->rows[i] : i;
        uint64_t from = data->offsets[row], to = data->offsets[row + 1];

        if (from > to || to > data->nonzeros)
            return ERR_CORRUPT;
        count += to - from;
    }
    *ret = count;
    return OK;
}

static enum error gather(struct fill *fill, const struct part *part,
                         struct rows *ret)
{
    struct gathering g = {.fill = fill,
                          .data = fill->parts->data[part->which]};
    uint64_t entries;

    TRY(count_entries(g.data, part, &entries));
    g.offsets = arena_array(fill->arena, part->count + 1, sizeof *g.offsets);
    g.indices = arena_array(fill->arena, entries + 1, sizeof *g.indices);
    if (fill->parts->float32)
        g.values32 = arena_array(fill->arena, entries + 1,
                                 sizeof *g.values32);
    else
        g.values64 = arena_array(fill->arena, entries + 1,
                                 sizeof *g.values64);
    if (g.offsets == NULL || g.indices == NULL
        || (g.values32 == NULL && g.values64 == NULL))
        return ERR_MEMORY;
    for (size_t i = 0; i < part->count; i++)
        TRY(gather_row(&g, part->rows != NULL ? part->rows[i] : i, i));
    ret->offsets = g.offsets;
    ret->indices = g.indices;
    ret->values64 = g.values64;
    ret->values32 = g.values32;
    return OK;
}

/* All rows in their order: they stay where they lie. */
static enum error use_in_place(struct fill *fill, const struct part *part,
                               struct rows *ret)
{
    struct gathering g = {.fill = fill,
                          .data = fill->parts->data[part->which]};

    if (g.data->offsets[0] != 0)
        return ERR_CORRUPT;
    for (size_t row = 0; row < part->count; row++) {
        if (!row_holds(g.data, row, fill->features))
            return ERR_CORRUPT;
        TRY(look(&g, g.data->offsets[row] + row));
    }
    ret->offsets = g.data->offsets;
    ret->indices = g.data->indices;
    ret->values64 = g.data->values;
    return OK;
}

static enum error load_targets(struct fill *fill, const struct part *part,
                               struct rows *ret)
{
    const struct preparation_parts *parts = fill->parts;
    const struct dataset *data = parts->data[part->which];
    double *target = arena_array(fill->arena, part->count, sizeof *target);

    if (target == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < part->count; i++) {
        size_t row = part->rows != NULL ? part->rows[i] : i;
        uint32_t place;

        target[i] = dataset_raw(data, row, parts->target[part->which]);
        if (isnan(target[i]))
            return ERR_CORRUPT;
        if (!parts->is_class)
            continue;
        place = find_integer(&parts->data[0]->columns[parts->target[0]],
                             target[i]);
        if (place == NO_CLASS)
            return ERR_CORRUPT;
        target[i] = place;
    }
    ret->target = target;
    return OK;
}

static enum error load_part(struct fill *fill, const struct part *part,
                            struct rows *ret)
{
    bool small = fill->parts->float32;

    *ret = (struct rows){
        .layout = small ? ROWS_SPARSE32 : ROWS_SPARSE64,
        .count = part->count, .features = fill->features,
    };
    TRY(part->rows == NULL && !small ? use_in_place(fill, part, ret)
                                     : gather(fill, part, ret));
    return load_targets(fill, part, ret);
}

enum error fill_sparse(struct fill *fill, const struct part parts[2],
                       struct prepared *ret)
{
    TRY(load_part(fill, &parts[0], &ret->training));
    return parts[1].count > 0 ? load_part(fill, &parts[1], &ret->validation)
                              : OK;
}
