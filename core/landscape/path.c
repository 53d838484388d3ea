/* path.c - the way that a run went, seen on a plane. */
#include "core/landscape/path.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "core/landscape/box.h"

/* Which rows count: their places, rising. */
struct choice {
    size_t *rows;            /* [count] */
    size_t count;
};

/* Those that did not run away: distances from the start are a line. */
static enum error choose(const struct path *path, struct arena *arena,
                         struct choice *ret)
{
    struct spot *far = arena_array(arena, path->count, sizeof *far);
    size_t *rows = arena_array(arena, path->count, sizeof *rows);
    struct box box;

    if (far == NULL || rows == NULL)
        return ERR_MEMORY;
    for (size_t r = 0; r < path->count; r++)
        far[r].c[0] = vector_distance(path->x + r * path->n, path->x, path->n);
    box = box_of(&(struct box_content){
        .dims = 1, .path = far, .path_loss = path->loss,
        .path_count = path->count, .uphill = path->uphill,
        .unbounded = path->unbounded}, NULL);
    *ret = (struct choice){.rows = rows};
    for (size_t r = 0; r < path->count; r++)
        if (box_holds(&box, 1, far[r]))
            rows[ret->count++] = r;
    return OK;
}

/* Leave PRINCIPAL_ORDER_MAX of them, evenly chosen. */
static void thin(struct choice *choice)
{
    size_t last = choice->count - 1, most = PRINCIPAL_ORDER_MAX;

    if (choice->count <= most)
        return;
    for (size_t k = 0; k < most; k++)
        choice->rows[k] = choice->rows[k * last / (most - 1)];
    choice->count = most;
}

static enum error gather(const struct path *path, const struct choice *choice,
                         struct arena *arena, double **ret)
{
    size_t n = path->n;
    double *x = arena_array(arena, choice->count * n, sizeof *x);

    if (x == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < choice->count; k++)
        memcpy(x + k * n, path->x + choice->rows[k] * n, n * sizeof *x);
    *ret = x;
    return OK;
}

enum error path_plane(const struct path *path, const double *at,
                      struct arena *arena, struct plane *ret,
                      struct principal *ret_principal, size_t *ret_rows)
{
    struct choice choice;
    double *x;

    assert(path->count > 0);
    TRY(choose(path, arena, &choice));
    if (path->n > PRINCIPAL_ORDER_MAX)
        thin(&choice);
    TRY(gather(path, &choice, arena, &x));
    TRY(principal_find(x, choice.count, path->n, arena, ret_principal));
    *ret = (struct plane){.kind = PLANE_PATH, .n = path->n,
                          .dims = ret_principal->dims, .at = at};
    for (size_t k = 0; k < ret->dims; k++)
        ret->direction[k] = ret_principal->direction[k];
    *ret_rows = choice.count;
    return OK;
}

void path_project(const struct path *path, const struct plane *plane,
                  struct spot *ret)
{
    for (size_t r = 0; r < path->count; r++)
        ret[r] = plane_project(plane, path->x + r * path->n, NULL);
}
