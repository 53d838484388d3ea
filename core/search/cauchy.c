/*
 * cauchy.c - the generalized Cauchy point: downhill from bound to bound.
 *
 * Along the path x - t g a variable stops when it meets its bound. Between two
 * such meetings the model is a parabola in t, with slope f1 and curvature f2
 * that are updated from piece to piece in O(k^2). A heap gives the meetings in
 * their order.
 *
 *   t   [n]   at which each variable meets its bound; infinite: never
 *   d   [n]   direction: -g, and 0 once the variable is at its bound
 *   x   [n]   the Cauchy point
 *   p   [2k]  W'd
 *   c   [2k]  W'(x - start), start being the method's iterate
 *   w   [2k]  scratch: a row of W, or M times it
 *   B, W, M, theta as in compact.h
 */
#include "core/search/cauchy.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/kernel/vector.h"

enum { MEETINGS = 512 };  /* between two looks at the cancel flag */

/* ---- a heap of variables, the first to meet its bound on top ------------ */

static bool is_before(const struct cauchy *k, double a, double b)
{
    double ta = k->t[(size_t)a], tb = k->t[(size_t)b];

    return ta < tb || (ta == tb && a < b);
}

static void sift_down(const struct cauchy *k, size_t at, size_t count)
{
    double moving = k->heap[at];

    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count
            && is_before(k, k->heap[child + 1], k->heap[child]))
            child++;
        if (!is_before(k, k->heap[child], moving))
            break;
        k->heap[at] = k->heap[child];
    }
    k->heap[at] = moving;
}

static size_t pop(const struct cauchy *k, size_t *count)
{
    size_t top = (size_t)k->heap[0];

    k->heap[0] = k->heap[--*count];
    if (*count > 0)
        sift_down(k, 0, *count);
    return top;
}

/* ---- the path ---------------------------------------------------------- */

/* The t at which variable i meets its bound; infinite: never. */
static double meeting(const struct method *m, size_t i)
{
    double g = m->g[i], x = m->x[i];

    if (g < 0 && m->high != NULL)
        return (x - m->high[i]) / g;
    if (g > 0 && m->low != NULL)
        return (x - m->low[i]) / g;
    return g == 0 ? 0 : INFINITY;
}

/* Set directions and meetings; how many of these there are. */
static size_t set_out(const struct method *m, const struct cauchy *k)
{
    size_t count = 0;

    for (size_t i = 0; i < m->n; i++) {
        k->t[i] = meeting(m, i);
        k->d[i] = k->t[i] > 0 ? -m->g[i] : 0;
        if (k->t[i] > 0 && k->t[i] < INFINITY)
            k->heap[count++] = (double)i;
    }
    for (size_t i = count / 2; i-- > 0;)
        sift_down(k, i, count);
    return count;
}

/* w'M v; overwrites w. */
static double quadratic_form(const struct compact *B, double *w,
                             const double *v)
{
    size_t columns = compact_columns(B);

    if (columns == 0)
        return 0;
    compact_middle(B, w);
    return vector_dot(w, v, columns);
}

/* The parabola of one piece. */
struct piece {
    double t;      /* where it begins */
    double f1, f2; /* slope and curvature there */
    double least;  /* curvature that rounding may not go below */
};

static struct piece first_piece(const struct compact *B,
                                const struct method *m,
                                const struct cauchy *k)
{
    size_t columns = compact_columns(B);
    double dd = vector_dot(k->d, k->d, m->n), f2 = *B->theta * dd;

    compact_down(B, k->d, k->p);
    memcpy(k->w, k->p, columns * sizeof *k->w);
    f2 -= quadratic_form(B, k->w, k->p);
    return (struct piece){0, -dd, f2, DBL_EPSILON * *B->theta * dd};
}

static void go_along(const struct compact *B, const struct cauchy *k,
                     double by)
{
    for (size_t j = 0; j < compact_columns(B); j++)
        k->c[j] += by * k->p[j];
}

/* Variable i stops at its bound, where the next piece begins. */
static void stop_variable(const struct compact *B, const struct method *m,
                          const struct cauchy *k, size_t i,
                          struct piece *piece)
{
    size_t columns = compact_columns(B);
    double by = k->t[i] - piece->t, g = m->g[i], z, wMc, wMp, wMw;

    k->x[i] = k->d[i] > 0 ? m->high[i] : m->low[i];
    k->d[i] = 0;
    z = k->x[i] - m->x[i];
    go_along(B, k, by);
    compact_row(B, i, k->w);
    if (columns > 0)
        compact_middle(B, k->w);
    wMc = vector_dot(k->w, k->c, columns);
    wMp = vector_dot(k->w, k->p, columns);
    piece->f1 += by * piece->f2 + g * g + *B->theta * g * z - g * wMc;
    piece->f2 -= *B->theta * g * g + 2 * g * wMp;
    /* k->w is M w by now; w itself is read from the columns again. */
    wMw = 0;
    for (size_t j = 0; j < columns; j++) {
        double scale;
        const double *column = compact_column(B, j, &scale);

        wMw += k->w[j] * scale * column[i];
        k->p[j] += g * scale * column[i];
    }
    piece->f2 = fmax(piece->least, piece->f2 - g * g * wMw);
    piece->t = k->t[i];
}

/* Whether the run is canceled, asked at some of the meetings. */
static bool is_canceled(struct method *m, size_t waiting)
{
    return waiting % MEETINGS == 0 && method_is_canceled(m);
}

void cauchy_find(const struct compact *B, struct method *m,
                 const struct cauchy *k)
{
    size_t waiting = set_out(m, k);
    struct piece piece = first_piece(B, m, k);
    double ahead = -piece.f1 / piece.f2;

    memcpy(k->x, m->x, m->n * sizeof *k->x);
    memset(k->c, 0, compact_columns(B) * sizeof *k->c);
    while (waiting > 0 && piece.f1 < 0 && !is_canceled(m, waiting)
           && k->t[(size_t)k->heap[0]] - piece.t <= ahead) {
        stop_variable(B, m, k, pop(k, &waiting), &piece);
        ahead = -piece.f1 / piece.f2;
    }
    ahead = piece.f1 < 0 ? ahead : 0;
    go_along(B, k, ahead);
    for (size_t i = 0; i < m->n; i++)
        if (k->d[i] != 0)
            k->x[i] = m->x[i] + (piece.t + ahead) * k->d[i];
}
