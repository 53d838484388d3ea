/*
 * infeasible.c - the mean of violated constraints whose gradient is shortest.
 *
 *   letter  shape   meaning                              in the code
 *   k       -       violated constraints                 k
 *   a       [k][n]  their gradients by their values      work->a
 *   m       [k]     weights, >= 0, of sum 1              work->weights
 *   r       [n]     sum of m_i a_i
 *
 * |r|^2 = m'K m with K = a a' is made least by moving weight from one
 * constraint to another, each time between the two by which it falls most.
 * Weights that are not the best give a shorter radius, which is as true. A
 * component of r that points out of a bound at which x lies is left out: no y
 * lies beyond.
 *
 * Source  the two weights of a step: Platt 1998, MSR-TR-98-14, section 2.1
 */
#include "core/search/infeasible.h"

#include <math.h>

#include "core/kernel/vector.h"

enum {
    PASSES = 3,            /* each with what bounds leave free by the last */
    MOVES = 50,            /* of weight, for each constraint */
};

#define LEVEL 1e-6         /* of |r|^2: with less to gain it is the least */

bool infeasible_init(struct infeasible *work, const struct method *m)
{
    size_t k = m->constraint_count, n = m->n;

    *work = (struct infeasible){
        .a = arena_array(m->arena, k * n, sizeof *work->a),
        .products = arena_array(m->arena, k * k, sizeof *work->products),
        .weights = arena_array(m->arena, k, sizeof *work->weights),
        .slopes = arena_array(m->arena, k, sizeof *work->slopes),
        .free = arena_array(m->arena, n, sizeof *work->free),
    };
    return work->a != NULL && work->products != NULL && work->weights != NULL
        && work->slopes != NULL && work->free != NULL;
}

/* Set a; returns k. */
static size_t linearize(const struct infeasible *work, const struct method *m,
                        const double *x, const double *units)
{
    size_t k = 0, n = m->n;

    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];
        double *a = work->a + k * n, value = c->evaluate(c->data, x, n, a);

        if (!(constraint_violation(c, value) > c->tolerance))
            continue;
        for (size_t j = 0; j < n; j++)
            a[j] *= units[j] / value;
        k++;
    }
    return k;
}

static void multiply(const struct infeasible *work, size_t k, size_t n)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;

            for (size_t l = 0; l < n; l++)
                sum += work->free[l] * work->a[i * n + l]
                     * work->a[j * n + l];
            work->products[i * k + j] = work->products[j * k + i] = sum;
        }
}

/* Move weight between two constraints; false: nothing is to be gained. */
static bool move_weight(const struct infeasible *work, size_t k)
{
    const double *K = work->products;
    double *m = work->weights, *slopes = work->slopes;
    size_t to = 0, from = k;
    double square = 0, gain, curvature, by;

    for (size_t i = 0; i < k; i++) {
        square += m[i] * slopes[i];
        if (slopes[i] < slopes[to])
            to = i;
        if (m[i] > 0 && (from == k || slopes[i] > slopes[from]))
            from = i;
    }
    if (from == k)
        return false; /* not a number */
    gain = slopes[from] - slopes[to];
    if (!(gain > LEVEL * square))
        return false;
    curvature = K[to * k + to] + K[from * k + from] - 2 * K[to * k + from];
    by = curvature > 0 ? fmin(m[from], gain / curvature) : m[from];
    m[to] += by;
    m[from] -= by;
    for (size_t i = 0; i < k; i++)
        slopes[i] += by * (K[to * k + i] - K[from * k + i]);
    return true;
}

static void weigh(const struct infeasible *work, size_t k)
{
    size_t moves = 0;

    for (size_t i = 0; i < k; i++)
        work->weights[i] = 1 / (double)k;
    for (size_t i = 0; i < k; i++)
        work->slopes[i] = vector_dot(work->products + i * k, work->weights, k);
    while (moves < MOVES * k && move_weight(work, k))
        moves++;
}

/* |r|, without what points out of the bounds; what does is not free then. */
static double length(const struct infeasible *work, const struct method *m,
                     const double *x, size_t k)
{
    double sum = 0;

    for (size_t j = 0; j < m->n; j++) {
        double r = 0;

        for (size_t i = 0; i < k; i++)
            r += work->weights[i] * work->a[i * m->n + j];
        work->free[j] = !(r > 0 && m->low != NULL && x[j] <= m->low[j])
                     && !(r < 0 && m->high != NULL && x[j] >= m->high[j]);
        sum += work->free[j] * r * r;
    }
    return sqrt(sum);
}

double infeasible_radius(const struct infeasible *work,
                         const struct method *m, const double *x,
                         const double *units)
{
    size_t k = linearize(work, m, x, units);
    double radius = 0;

    if (k == 0)
        return 0;
    for (size_t j = 0; j < m->n; j++)
        work->free[j] = 1;
    for (int pass = 0; pass < PASSES; pass++) {
        double norm;

        multiply(work, k, m->n);
        weigh(work, k);
        norm = length(work, m, x, k);
        if (!isfinite(norm))
            return 0;
        radius = fmax(radius, norm > 0 ? 1 / norm : INFINITY);
    }
    return radius;
}
