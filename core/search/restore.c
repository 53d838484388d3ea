/* restore.c - Gauss-Newton steps onto constraints. */
#include "core/search/restore.h"

#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/vector.h"
#include "core/search/dense.h"

enum { STEPS_MAX = 5 };

#define NUMBERS_MAX 1e7  /* of gradients: more would take long */

/* The constraints to be on, k of them. */
struct onto {
    size_t k;
    double *values;          /* [k], then the multipliers of the step */
    double *J;               /* [k][n] */
    double *N, *pivot;       /* [k][k], [k] */
};

/* Whether a constraint of this value is to be on, where the worst violation
 * is `worst`: an inequality with less room than that may be the next. */
static bool is_near(const struct constraint *c, double value, double worst)
{
    return c->type == CONSTRAINT_EQUALITY
        || value >= -fmax(worst, c->tolerance);
}

static bool allocate(const struct method *m, const double *x, double worst,
                     struct onto *onto)
{
    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];

        onto->k += is_near(c, c->evaluate(c->data, x, m->n, NULL), worst);
    }
    if ((double)onto->k * (double)m->n > NUMBERS_MAX)
        return false;
    onto->values = arena_array(m->arena, onto->k, sizeof(double));
    onto->J = arena_array(m->arena, onto->k * m->n, sizeof(double));
    onto->N = arena_array(m->arena, onto->k * onto->k, sizeof(double));
    onto->pivot = arena_array(m->arena, onto->k, sizeof(double));
    return onto->values != NULL && onto->J != NULL && onto->N != NULL
        && onto->pivot != NULL;
}

/* values and J at x. */
static void linearize(const struct method *m, const double *x, double worst,
                      struct onto *onto)
{
    size_t row = 0;

    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];
        double value = c->evaluate(c->data, x, m->n, NULL);

        if (!is_near(c, value, worst))
            continue;
        onto->values[row] = value;
        c->evaluate(c->data, x, m->n, onto->J + row * m->n);
        row++;
    }
}

/* A step onto them, and back into the bounds; false: J J' is singular. */
static bool step(const struct method *m, const struct onto *onto, double *x)
{
    size_t n = m->n, k = onto->k;

    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            onto->N[i * k + j] =
                vector_dot(onto->J + i * n, onto->J + j * n, n);
    if (!dense_factor(onto->N, onto->pivot, k))
        return false;
    dense_solve(onto->N, onto->pivot, onto->values, k);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < n; j++)
            x[j] -= onto->values[i] * onto->J[i * n + j];
    bounds_project((struct bounds){m->low, m->high}, x, n);
    return true;
}

bool restore_feasible(const struct method *method, double share, double *x)
{
    size_t n = method->n;
    double *from = arena_array(method->arena, n, sizeof *from), far;
    struct feasibility here;

    if (from == NULL)
        return false;
    memcpy(from, x, n * sizeof *x);
    far = share * fmax(1, vector_norm2(from, n));
    for (int steps = 0; steps < STEPS_MAX; steps++) {
        struct onto onto = {0};

        here = constraints_measure(method->constraints,
                                   method->constraint_count, x, n);
        if (here.feasible)
            break;
        if (!isfinite(here.violation)
            || !allocate(method, x, here.violation, &onto))
            return false;
        linearize(method, x, here.violation, &onto);
        if (!step(method, &onto, x))
            return false;
    }
    here = constraints_measure(method->constraints, method->constraint_count,
                               x, n);
    return here.feasible && vector_distance(x, from, n) <= far;
}
