/* constraint.c - how far constraints are violated. */
#include "core/objective/constraint.h"

#include <assert.h>
#include <math.h>

const char *constraint_type_name(enum constraint_type type)
{
    assert(type == CONSTRAINT_INEQUALITY || type == CONSTRAINT_EQUALITY);
    return type == CONSTRAINT_EQUALITY ? "equality" : "inequality";
}

double constraint_violation(const struct constraint *constraint, double value)
{
    if (constraint->type == CONSTRAINT_EQUALITY)
        return fabs(value);
    return value <= 0 ? 0 : value;
}

struct feasibility constraints_measure(const struct constraint *constraints,
                                       size_t count, const double *x,
                                       size_t n)
{
    struct feasibility all = {0, true};

    for (size_t i = 0; i < count; i++) {
        const struct constraint *c = &constraints[i];
        double violation =
            constraint_violation(c, c->evaluate(c->data, x, n, NULL));

        if (!(violation <= all.violation)) /* NaN takes over, and stays */
            all.violation = isnan(all.violation) ? NAN : violation;
        all.feasible = all.feasible && violation <= c->tolerance;
    }
    return all;
}
