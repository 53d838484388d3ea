/* fill_sparse.c - loads the rows of a sparse dataset. */
#include <math.h>
#include <string.h>

#include "core/dataset/cells.h"
#include "core/dataset/fill.h"

/* Of a piece: entries and rows together. */
enum { PIECE = 1 << 16 };

/* The part whose stages these are: validation comes second. */
static struct rows *part_of(struct filling *filling,
                            const struct part **ret_part)
{
    struct prepared *made = &filling->made;
    bool second = made->training.target != NULL;

    *ret_part = &filling->part[second];
    return second ? &made->validation : &made->training;
}

/* All rows in their order: they stay where they lie. */
static bool stays_in_place(const struct filling *filling,
                           const struct part *part)
{
    return part->rows == NULL && !filling->parts->float32;
}

/* ---- entries ------------------------------------------------------------ */

static enum error allocate(struct filling *filling, const struct part *part)
{
    struct filling_sparse *g = &filling->sparse;
    struct arena *arena = filling->arena;

    g->offsets = arena_array(arena, part->count + 1, sizeof *g->offsets);
    g->indices = arena_array(arena, g->entries + 1, sizeof *g->indices);
    if (filling->parts->float32)
        g->values32 = arena_array(arena, g->entries + 1, sizeof *g->values32);
    else
        g->values64 = arena_array(arena, g->entries + 1, sizeof *g->values64);
    return g->offsets != NULL && g->indices != NULL
                   && (g->values32 != NULL || g->values64 != NULL)
               ? OK : ERR_MEMORY;
}

/* How many entries the rows of a part have; then there is room for them. */
enum error fill_sparse_entries(struct filling *filling, bool *ret_again)
{
    struct filling_sparse *g = &filling->sparse;
    const struct part *part;
    const struct dataset *data;

    part_of(filling, &part);
    if (filling->at == 0)
        *g = (struct filling_sparse){0};
    if (part->count == 0 || stays_in_place(filling, part))
        return OK;
    data = filling->parts->data[part->which];
    for (size_t i = 0; i < PIECE && filling->at < part->count;
         i++, filling->at++) {
        size_t row = part_row(part, filling->at);
        uint64_t from = data->offsets[row], to = data->offsets[row + 1];

        if (from > to || to > data->nonzeros)
            return ERR_CORRUPT;
        g->entries += to - from;
    }
    *ret_again = filling->at < part->count;
    return *ret_again ? OK : allocate(filling, part);
}

/* ---- rows --------------------------------------------------------------- */

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

static void gather_row(struct filling_sparse *g, const struct dataset *data,
                       size_t row, size_t place)
{
    uint64_t from = data->offsets[row];
    uint64_t count = data->offsets[row + 1] - from;

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
}

static void set_rows(const struct filling *filling, const struct part *part,
                     struct rows *ret)
{
    const struct dataset *data = filling->parts->data[part->which];
    const struct filling_sparse *g = &filling->sparse;
    bool in_place = stays_in_place(filling, part);

    *ret = (struct rows){
        .layout = filling->parts->float32 ? ROWS_SPARSE32 : ROWS_SPARSE64,
        .count = part->count, .features = filling->features,
        .offsets = in_place ? data->offsets : g->offsets,
        .indices = in_place ? data->indices : g->indices,
        .values64 = in_place ? data->values : g->values64,
        .values32 = g->values32,
    };
}

enum error fill_sparse_rows(struct filling *filling, bool *ret_again)
{
    const struct part *part;
    struct rows *ret = part_of(filling, &part);
    const struct dataset *data;
    bool in_place;

    if (part->count == 0)
        return OK;
    data = filling->parts->data[part->which];
    in_place = stays_in_place(filling, part);
    if (in_place && data->offsets[0] != 0)
        return ERR_CORRUPT;
    for (uint64_t done = 0; done < PIECE && filling->at < part->count;
         filling->at++) {
        size_t row = part_row(part, filling->at);

        if (!row_holds(data, row, filling->features))
            return ERR_CORRUPT;
        if (!in_place)
            gather_row(&filling->sparse, data, row, filling->at);
        done += 1 + data->offsets[row + 1] - data->offsets[row];
    }
    *ret_again = filling->at < part->count;
    if (!*ret_again)
        set_rows(filling, part, ret);
    return OK;
}

/* ---- targets ------------------------------------------------------------ */

static enum error load_target(const struct preparation_parts *parts,
                              const struct part *part, size_t row,
                              double *ret)
{
    const struct dataset *data = parts->data[part->which];
    double target = dataset_raw(data, row, parts->target[part->which]);
    uint32_t place;

    if (isnan(target))
        return ERR_CORRUPT;
    *ret = target;
    if (!parts->is_class)
        return OK;
    place = find_integer(&parts->data[0]->columns[parts->target[0]], target);
    if (place == NO_CLASS)
        return ERR_CORRUPT;
    *ret = place;
    return OK;
}

enum error fill_sparse_targets(struct filling *filling, bool *ret_again)
{
    struct filling_sparse *g = &filling->sparse;
    const struct part *part;
    struct rows *ret = part_of(filling, &part);

    if (part->count == 0)
        return OK;
    if (filling->at == 0)
        g->target = arena_array(filling->arena, part->count,
                                sizeof *g->target);
    if (g->target == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < PIECE && filling->at < part->count;
         i++, filling->at++)
        TRY(load_target(filling->parts, part, part_row(part, filling->at),
                        &g->target[filling->at]));
    *ret_again = filling->at < part->count;
    if (!*ret_again)
        ret->target = g->target;
    return OK;
}
