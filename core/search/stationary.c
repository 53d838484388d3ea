/*
 * stationary.c - multipliers by least squares, with signs.
 *
 * Gradients of constraints are scaled to length one. Of the inequalities those
 * that help are taken in one after another, the one first whose gradient is
 * steepest against what is left, and those whose multiplier would be negative
 * are let go, as Lawson and Hanson do. Variables at a bound across which what
 * is left points out are masked, and the multipliers found anew, until no
 * variable changes sides.
 *
 * Source  Lawson & Hanson 1974, Solving Least Squares Problems, chapter 23
 */
#include "core/search/stationary.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/update.h"
#include "core/kernel/vector.h"
#include "core/search/dense.h"

enum { ROUNDS_MAX = 20 };

#define NO_ROOM 1e-6     /* of max(1, |x|): so near, an inequality has none */
#define RIDGE 1e-13      /* keeps equations solvable where rows are alike */
#define DEPENDENT 1e-9   /* a unit row whose rest is this short is one */
#define NUMBERS_MAX 1e7  /* of gradients: more would take long */

struct rows {
    size_t n, k;           /* columns, rows */
    double *J;             /* [k][n] of length one */
    bool is_equality[CONSTRAINTS_MAX], is_in[CONSTRAINTS_MAX];
    double multipliers[CONSTRAINTS_MAX];
    double *N, *pivot;     /* [k][k], [k] */
    double *free;          /* [n] 1; 0: masked */
    double *rest;          /* [n] g + J' multipliers */
};

static double *row(const struct rows *r, size_t i)
{
    return r->J + i * r->n;
}

/* Take in the gradient of c at x, if c has no room there. */
static void add_row(struct rows *r, const struct constraint *c,
                    const double *x)
{
    double *to = row(r, r->k);
    double value = c->evaluate(c->data, x, r->n, to);
    double length = vector_norm2(to, r->n);
    double room = NO_ROOM * fmax(1, vector_norm2(x, r->n)) * length;

    if (!(length > 0) || !isfinite(length)
        || (c->type == CONSTRAINT_INEQUALITY
            && value < -fmax(room, c->tolerance)))
        return;
    update_scale(to, 1 / length, r->n);
    r->is_equality[r->k] = c->type == CONSTRAINT_EQUALITY;
    r->is_in[r->k] = r->is_equality[r->k];
    r->k++;
}

static bool fill(struct rows *r, const struct method *m, const double *x)
{
    size_t most = m->constraint_count, n = m->n;

    *r = (struct rows){.n = n};
    if ((double)most * (double)n > NUMBERS_MAX)
        return false;
    r->J = arena_array(m->arena, (most > 0 ? most : 1) * n, sizeof(double));
    r->N = arena_array(m->arena, most * most, sizeof(double));
    r->pivot = arena_array(m->arena, most, sizeof(double));
    r->free = arena_array(m->arena, n, sizeof(double));
    r->rest = arena_array(m->arena, n, sizeof(double));
    if (r->J == NULL || r->N == NULL || r->pivot == NULL || r->free == NULL
        || r->rest == NULL)
        return false;
    for (size_t i = 0; i < most; i++)
        add_row(r, &m->constraints[i], x);
    return true;
}

/* ---- multipliers ------------------------------------------------------- */

/* J_i . v over the variables that are free. */
static double dot_free(const struct rows *r, size_t i, const double *v)
{
    double sum = 0;

    for (size_t j = 0; j < r->n; j++)
        sum += row(r, i)[j] * v[j] * r->free[j];
    return sum;
}

static void set_rest(const struct rows *r, const double *g)
{
    memcpy(r->rest, g, r->n * sizeof *g);
    for (size_t i = 0; i < r->k; i++)
        if (r->multipliers[i] != 0)
            update_add(r->rest, r->multipliers[i], row(r, i), r->n);
}

/* The multipliers of least squares for the rows that are in. False: none can
 * be told. */
static bool solve(const struct rows *r, const double *g,
                  double ret[CONSTRAINTS_MAX])
{
    size_t at[CONSTRAINTS_MAX], count = 0;

    for (size_t i = 0; i < r->k; i++)
        if (r->is_in[i])
            at[count++] = i;
    for (size_t a = 0; a < count; a++) {
        ret[a] = -dot_free(r, at[a], g);
        for (size_t b = 0; b < count; b++)
            r->N[a * count + b] =
                dot_free(r, at[a], row(r, at[b])) + (a == b ? RIDGE : 0);
    }
    if (!dense_factor(r->N, r->pivot, count))
        return false;
    dense_solve(r->N, r->pivot, ret, count);
    for (size_t i = r->k, a = count; i-- > 0;)
        ret[i] = r->is_in[i] ? ret[--a] : 0;
    return true;
}

/* Go from the multipliers towards `to`, as far as none of an inequality
 * becomes negative; one that becomes zero is let go. Whether it was so far. */
static bool go_towards(struct rows *r, const double to[CONSTRAINTS_MAX])
{
    double part = 1;
    size_t first = r->k;

    for (size_t i = 0; i < r->k; i++) {
        double from = r->multipliers[i];

        if (!r->is_in[i] || r->is_equality[i] || to[i] > 0
            || from / (from - to[i]) >= part)
            continue;
        part = from / (from - to[i]);
        first = i;
    }
    for (size_t i = 0; i < r->k; i++)
        r->multipliers[i] += part * (to[i] - r->multipliers[i]);
    if (first == r->k)
        return true;
    r->multipliers[first] = 0;
    r->is_in[first] = false;
    return false;
}

/* Find the multipliers for the variables that are free. */
static void find_multipliers(struct rows *r, const double *g)
{
    double to[CONSTRAINTS_MAX];

    for (size_t rounds = 0; rounds <= 3 * r->k; rounds++) {
        double steepest = DBL_EPSILON * vector_norm2(g, r->n);
        size_t next = r->k;

        while (solve(r, g, to) && !go_towards(r, to))
            continue;
        set_rest(r, g);
        for (size_t i = 0; i < r->k; i++) {
            double against = r->is_in[i] ? 0 : -dot_free(r, i, r->rest);

            if (against > steepest) {
                steepest = against;
                next = i;
            }
        }
        if (next == r->k)
            return;
        r->is_in[next] = true;
    }
}

/* Mask the variables whose rest points out of the bounds; whether one changed
 * sides. */
static bool mask(const struct rows *r, const struct method *m,
                 const double *x)
{
    struct bounds bounds = {m->low, m->high};
    bool changed = false;

    for (size_t i = 0; i < r->n; i++) {
        double is_free =
            bounds_free_gradient(bounds, x[i], r->rest[i], i) != 0;

        changed |= is_free != r->free[i] && r->rest[i] != 0;
        r->free[i] = is_free;
    }
    return changed;
}

double stationary_residual(const struct method *m, const double *x,
                           const double *g)
{
    struct rows r;

    if (!fill(&r, m, x))
        return INFINITY;
    set_rest(&r, g);
    mask(&r, m, x);
    for (int rounds = 0; rounds < ROUNDS_MAX && r.k > 0; rounds++) {
        find_multipliers(&r, g);
        if (!mask(&r, m, x))
            break;
    }
    for (size_t i = 0; i < r.n; i++)
        r.rest[i] = r.free[i] != 0 ? r.rest[i] : 0;
    return vector_norm2(r.rest, r.n);
}

/* ---- equalities that say the same -------------------------------------- */

size_t stationary_find_redundant(const struct method *m, const double *x,
                                 bool *ret_needed)
{
    size_t n = m->n, kept = 0, redundant = 0;
    double *basis = arena_array(m->arena, (n + 1) * n, sizeof *basis);

    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];
        double *to = basis + kept * n, length;

        ret_needed[i] = true;
        if (basis == NULL || c->type != CONSTRAINT_EQUALITY)
            continue;
        c->evaluate(c->data, x, n, to);
        length = vector_norm2(to, n);
        /* Twice, as what is left of one pass is not quite perpendicular. */
        for (int pass = 0; pass < 2 && length > 0; pass++)
            for (size_t k = 0; k < kept; k++)
                update_add(to, -vector_dot(to, basis + k * n, n),
                           basis + k * n, n);
        ret_needed[i] = vector_norm2(to, n) > DEPENDENT * length;
        if (!isfinite(length) || !ret_needed[i] || kept == n) {
            redundant += !ret_needed[i];
            continue;
        }
        update_scale(to, 1 / vector_norm2(to, n), n);
        kept++;
    }
    return redundant;
}
