/* grid.c - the loss on a grid of spots of a plane. */
#include "core/landscape/grid.h"

#include <assert.h>
#include <math.h>

/* `count` numbers from low to high, both included. */
static double *ticks(struct arena *arena, double low, double high,
                     size_t count)
{
    double *ret = arena_array(arena, count, sizeof *ret);

    if (ret == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        ret[i] = low + (high - low) * (double)i / (double)(count - 1);
    ret[count - 1] = high;
    return ret;
}

enum error grid_init(struct grid *grid, struct arena *arena,
                     const struct plane *plane, const struct box *box,
                     size_t nx, size_t ny)
{
    struct grid made = {.plane = *plane, .box = *box, .nx = nx, .ny = ny,
                        .least = NAN, .greatest = NAN};

    assert(nx >= GRID_SIDE_MIN && nx * ny <= GRID_CELLS_MAX);
    assert(plane->dims == 1 ? ny == 1 : ny >= GRID_SIDE_MIN);
    made.x = ticks(arena, box->low[0], box->high[0], nx);
    made.loss = arena_array(arena, nx * ny, sizeof *made.loss);
    made.point = arena_array(arena, plane->n, sizeof *made.point);
    if (made.x == NULL || made.loss == NULL || made.point == NULL)
        return ERR_MEMORY;
    if (plane->dims == 2) {
        made.y = ticks(arena, box->low[1], box->high[1], ny);
        if (made.y == NULL)
            return ERR_MEMORY;
    }
    plane_point(plane, (struct spot){{0}}, made.point);
    *grid = made;
    return OK;
}

static struct spot spot_of(const struct grid *grid, size_t i, size_t j)
{
    return (struct spot){{grid->x[i], grid->y != NULL ? grid->y[j] : 0}};
}

static double evaluate(struct grid *grid, const struct objective *objective,
                       struct spot spot)
{
    double loss;

    plane_move(&grid->plane, spot, grid->point);
    loss = objective->evaluate(objective->data, grid->point, objective->n,
                               NULL);
    return isnan(loss) ? (double)NAN : loss;
}

static void count_cell(struct grid *grid, size_t cell, double loss)
{
    if (!isfinite(loss)) {
        grid->nonfinite++;
        return;
    }
    if (!(loss <= grid->greatest)) /* the first, too */
        grid->greatest = loss;
    if (!(loss >= grid->least)) {
        grid->least = loss;
        grid->least_cell = cell;
    }
}

bool grid_evaluate(struct grid *grid, const struct objective *objective,
                   size_t count)
{
    size_t cells = grid->nx * grid->ny;
    size_t end = cells - grid->done < count ? cells : grid->done + count;

    assert(objective->n == grid->plane.n);
    for (size_t cell = grid->done; cell < end; cell++) {
        size_t i = cell % grid->nx, j = cell / grid->nx;

        grid->loss[cell] = evaluate(grid, objective, spot_of(grid, i, j));
        count_cell(grid, cell, grid->loss[cell]);
    }
    grid->done = end;
    return end < cells;
}

/* ---- local minima ------------------------------------------------------- */

/* Whether a neighbour leaves cell a minimum: it is higher, or equal and later.
 * What is no number counts as higher. */
static bool yields(const struct grid *grid, size_t neighbour, size_t cell)
{
    double there = grid->loss[neighbour], here = grid->loss[cell];

    return neighbour < cell ? !(there <= here) : !(there < here);
}

/* Whether cell (i, j), not at the edge, is lower than those around it. */
static bool is_minimum(const struct grid *grid, size_t i, size_t j)
{
    size_t cell = j * grid->nx + i, low = j, high = j;

    if (!isfinite(grid->loss[cell]))
        return false;
    if (grid->ny > 1) {
        low--;
        high++;
    }
    for (size_t row = low; row <= high; row++)
        for (size_t column = i - 1; column <= i + 1; column++)
            if (!(row == j && column == i)
                && !yields(grid, row * grid->nx + column, cell))
                return false;
    return true;
}

/* The parabola through a cell and its neighbours, in cells. */
struct parabola {
    double slope[2], curve[2], mixed;
};

static struct parabola parabola_of(const struct grid *grid, size_t cell)
{
    const double *f = &grid->loss[cell];
    size_t nx = grid->nx;
    struct parabola p = {.curve = {f[1] - 2 * f[0] + *(f - 1), 1},
                         .slope = {(f[1] - *(f - 1)) / 2, 0}};

    if (grid->ny == 1)
        return p;
    p.slope[1] = (f[nx] - *(f - nx)) / 2;
    p.curve[1] = f[nx] - 2 * f[0] + *(f - nx);
    p.mixed = (f[nx + 1] - f[nx - 1] - *(f - nx + 1) + *(f - nx - 1)) / 4;
    return p;
}

/* Where it is lowest, in cells from the middle; false: nowhere near. */
static bool parabola_lowest(const struct parabola *p, double ret[2])
{
    double room = p->curve[0] * p->curve[1] - p->mixed * p->mixed;

    ret[0] = (p->mixed * p->slope[1] - p->curve[1] * p->slope[0]) / room;
    ret[1] = (p->mixed * p->slope[0] - p->curve[0] * p->slope[1]) / room;
    return p->curve[0] > 0 && room > 0 && fabs(ret[0]) <= 1
           && fabs(ret[1]) <= 1;
}

void grid_refine(struct grid *grid, const struct objective *objective,
                 struct grid_minimum *minimum)
{
    struct parabola p = parabola_of(grid, minimum->cell);
    struct grid_minimum moved = *minimum;
    double off[2];

    if (!parabola_lowest(&p, off))
        return;
    moved.spot.c[0] += off[0] * (grid->x[1] - grid->x[0]);
    if (grid->ny > 1)
        moved.spot.c[1] += off[1] * (grid->y[1] - grid->y[0]);
    moved.loss = evaluate(grid, objective, moved.spot);
    if (moved.loss < minimum->loss)
        *minimum = moved;
}

/* Put a minimum where it belongs among the lowest; the highest goes. */
static void insert(const struct grid_minimum *minimum,
                   struct grid_minimum *lowest, size_t *count)
{
    size_t place;

    if (*count < GRID_MINIMA_MAX)
        (*count)++;
    else if (lowest[*count - 1].loss <= minimum->loss)
        return;
    place = *count - 1;
    while (place > 0 && minimum->loss < lowest[place - 1].loss) {
        lowest[place] = lowest[place - 1];
        place--;
    }
    lowest[place] = *minimum;
}

size_t grid_minima(const struct grid *grid, struct grid_minimum *ret)
{
    size_t first = grid->ny > 1, end = grid->ny - first, count = 0;

    assert(grid->done == grid->nx * grid->ny);
    for (size_t j = first; j < end; j++)
        for (size_t i = 1; i + 1 < grid->nx; i++) {
            size_t cell = j * grid->nx + i;

            if (is_minimum(grid, i, j))
                insert(&(struct grid_minimum){spot_of(grid, i, j),
                                              grid->loss[cell], cell},
                       ret, &count);
        }
    return count;
}
