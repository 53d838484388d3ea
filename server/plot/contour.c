/*
 * contour.c - marching squares whose segments are linked edge to edge.
 *
 * Around the grid lies a border of nodes that are below every level, so that
 * every ring closes. Each edge of the grid belongs to two cells: in one a
 * segment ends on it, in the other one begins. So a ring is a chain of edges,
 * `next` from each to the one after it, and needs no search.
 *
 *     3 ── top ── 2      nodes and sides of a cell; the node's bit is set
 *     │           │      where it is high. Segments keep the high side to
 *   left        right    their left.
 *     │           │
 *     0 ─ bottom ─ 1
 */
#include "server/plot/contour.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

enum side { BOTTOM, RIGHT, TOP, LEFT, SIDES };

struct segment {
    unsigned char from, to;
};

/* By the nodes that are high; the two with nodes across, joined. */
static const struct {
    unsigned char count;
    struct segment segments[2];
} cells[16] = {
    [0x1] = {1, {{BOTTOM, LEFT}}},
    [0x2] = {1, {{RIGHT, BOTTOM}}},
    [0x3] = {1, {{RIGHT, LEFT}}},
    [0x4] = {1, {{TOP, RIGHT}}},
    [0x5] = {2, {{BOTTOM, RIGHT}, {TOP, LEFT}}},
    [0x6] = {1, {{TOP, BOTTOM}}},
    [0x7] = {1, {{TOP, LEFT}}},
    [0x8] = {1, {{LEFT, TOP}}},
    [0x9] = {1, {{BOTTOM, TOP}}},
    [0xa] = {2, {{LEFT, BOTTOM}, {RIGHT, TOP}}},
    [0xb] = {1, {{RIGHT, TOP}}},
    [0xc] = {1, {{LEFT, RIGHT}}},
    [0xd] = {1, {{BOTTOM, RIGHT}}},
    [0xe] = {1, {{LEFT, BOTTOM}}},
};

/* The same two where their nodes stay apart. */
static const struct segment apart[2][2] = {
    {{BOTTOM, LEFT}, {TOP, RIGHT}},   /* 0x5 */
    {{RIGHT, BOTTOM}, {LEFT, TOP}},   /* 0xa */
};

/* A grid at one level, while it is traced. */
struct tracing {
    struct contour *contour;
    const double *values;
    double level;
};

enum error contour_init(struct contour *contour, size_t nx, size_t ny,
                        struct arena *arena)
{
    size_t edges = 2 * (nx + 2) * (ny + 2);

    assert(nx >= 2 && ny >= 2 && edges < UINT32_MAX);
    *contour = (struct contour){
        .nx = nx, .ny = ny,
        .next = arena_array(arena, edges, sizeof *contour->next),
        .used = arena_array(arena, edges, sizeof *contour->used),
        .ring = arena_array(arena, edges, sizeof *contour->ring),
    };
    return contour->next && contour->used && contour->ring ? OK : ERR_MEMORY;
}

/* ---- nodes, with the border counted: 0 … nx + 1 ------------------------- */

static bool is_border(const struct contour *contour, size_t i, size_t j)
{
    return i == 0 || j == 0 || i > contour->nx || j > contour->ny;
}

static double node(const struct tracing *t, size_t i, size_t j)
{
    return t->values[(j - 1) * t->contour->nx + i - 1];
}

/* Only of cells with two high corners: they lie within the grid. */
static bool joins(const struct tracing *t, size_t i, size_t j)
{
    return node(t, i, j) / 4 + node(t, i + 1, j) / 4 + node(t, i, j + 1) / 4
               + node(t, i + 1, j + 1) / 4 >= t->level;
}

/* ---- edges -------------------------------------------------------------- */

/* Twice the number of the node at its left or lower end; odd: it goes up. */
static uint32_t edge(const struct contour *contour, size_t i, size_t j,
                     bool goes_up)
{
    return (uint32_t)(2 * (j * (contour->nx + 2) + i) + goes_up);
}

static uint32_t side_edge(const struct contour *contour, size_t i, size_t j,
                          enum side side)
{
    switch (side) {
    case BOTTOM:
        return edge(contour, i, j, false);
    case TOP:
        return edge(contour, i, j + 1, false);
    case LEFT:
        return edge(contour, i, j, true);
    default:
        return edge(contour, i + 1, j, true);
    }
}

/* How far from a to b the level is passed, of which one is high. */
static double part_between(double a, double b, double level)
{
    double part;

    if (!isfinite(a) || !isfinite(b))
        return 0.5;
    part = (level / 2 - a / 2) / (b / 2 - a / 2); /* no overflow */
    return part > 0 ? fmin(part, 1) : 0; /* differences that underflow: NaN */
}

/* Where a ring crosses an edge; on those to the border, at the grid's node. */
static struct contour_point crossing(const struct tracing *t, uint32_t edge)
{
    size_t i = edge / 2 % (t->contour->nx + 2);
    size_t j = edge / 2 / (t->contour->nx + 2);
    size_t to_i = i + (edge % 2 == 0), to_j = j + edge % 2;
    struct contour_point from = {(double)i - 1, (double)j - 1};
    struct contour_point to = {(double)to_i - 1, (double)to_j - 1};
    double part;

    if (is_border(t->contour, i, j))
        return to;
    if (is_border(t->contour, to_i, to_j))
        return from;
    part = part_between(node(t, i, j), node(t, to_i, to_j), t->level);
    return (struct contour_point){from.x + part * (to.x - from.x),
                                  from.y + part * (to.y - from.y)};
}

/* ---- rings -------------------------------------------------------------- */

/* Link the cell whose lower left node is (i, j). */
static size_t link_cell(struct tracing *t, size_t i, size_t j, unsigned high,
                        size_t used)
{
    struct contour *contour = t->contour;
    const struct segment *segments = cells[high].segments;

    if ((high == 0x5 || high == 0xa) && !joins(t, i, j))
        segments = apart[high == 0xa];
    for (size_t k = 0; k < cells[high].count; k++) {
        uint32_t from = side_edge(contour, i, j, segments[k].from);

        contour->next[from] = side_edge(contour, i, j, segments[k].to);
        contour->used[used++] = from;
    }
    return used;
}

/* A row of the grid; NULL: of the border. */
static const double *row_of(const struct tracing *t, size_t j)
{
    const struct contour *contour = t->contour;

    return j == 0 || j > contour->ny ? NULL
                                     : t->values + (j - 1) * contour->nx;
}

/* Link the cells between two rows; most of them no ring passes. */
static size_t link_row(struct tracing *t, size_t j, size_t used)
{
    const double *below = row_of(t, j), *above = row_of(t, j + 1);
    size_t nx = t->contour->nx;
    unsigned left = 0;

    for (size_t i = 0; i <= nx; i++) {
        unsigned low = i < nx && below && below[i] >= t->level;
        unsigned up = i < nx && above && above[i] >= t->level;
        unsigned high = left | low << 1 | up << 2;

        if (high != 0 && high != 0xf)
            used = link_cell(t, i, j, high, used);
        left = low | up << 3;
    }
    return used;
}

static size_t link_cells(struct tracing *t)
{
    size_t used = 0;

    for (size_t j = 0; j <= t->contour->ny; j++)
        used = link_row(t, j, used);
    return used;
}

/* Take the ring that leads through an edge, and unlink it. */
static size_t follow(struct tracing *t, uint32_t edge)
{
    struct contour *contour = t->contour;
    size_t count = 0;

    while (contour->next[edge] != 0) {
        uint32_t next = contour->next[edge];

        contour->ring[count++] = crossing(t, edge);
        contour->next[edge] = 0;
        edge = next;
    }
    return count;
}

void contour_trace(struct contour *contour, const double *values,
                   double level, contour_taker *take, void *self)
{
    struct tracing tracing = {contour, values, level};
    size_t used = link_cells(&tracing);

    for (size_t k = 0; k < used; k++) {
        size_t count = follow(&tracing, contour->used[k]);

        if (count > 0)
            take(self, contour->ring, count);
    }
}
