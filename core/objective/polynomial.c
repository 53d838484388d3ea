/*
 * polynomial.c - the objective "polynomial", in one variable or in several.
 *
 * In one variable the coefficients c0, c1, ... are evaluated by Horner's rule,
 * here; sums of terms in several variables are polynomial_terms.c.
 */
#include <string.h>

#include "core/objective/objective.h"
#include "core/objective/polynomial_terms.h"

enum { COEFFICIENTS_MAX = POLYNOMIAL_EXPONENT_MAX + 1 };

enum { COEFFICIENTS, VARIABLES, TERMS };

extern const struct objective_kind objective_polynomial;

static const struct member members[] = {
    [COEFFICIENTS] = {"coefficients", MEMBER_VECTOR,
                      "c0, c1, c2, ... of c0 + c1 x + c2 x^2 + ..."},
    [VARIABLES]    = {"variables", MEMBER_NAMES,
                      "Names of the variables, for terms."},
    [TERMS]        = {"terms", MEMBER_TERMS,
                      "A coefficient each, with powers of variables by name."},
    {0},
};

struct univariate {
    const double *c; /* [count] from the constant up */
    size_t count;
};

static double evaluate_one(void *data, const double *x, size_t n, double *g)
{
    const struct univariate *p = data;
    double f = 0, slope = 0;

    (void)n;
    for (size_t k = p->count; k-- > 0;) {
        slope = slope * x[0] + f;
        f = f * x[0] + p->c[k];
    }
    if (g != NULL)
        g[0] = slope;
    return f;
}

static enum error build_one(struct arena *arena, const struct value *given,
                            struct objective *ret)
{
    struct univariate *p = ARENA_NEW(arena, struct univariate);
    double *c = arena_array(arena, given->rows, sizeof *c);

    if (p == NULL || c == NULL)
        return ERR_MEMORY;
    memcpy(c, given->numbers, given->rows * sizeof *c);
    p->c = c;
    p->count = given->rows;
    *ret = (struct objective){.kind = &objective_polynomial, .n = 1,
                              .data = p, .evaluate = evaluate_one};
    return OK;
}

static void check_one(const struct value *given, const char *pointer,
                      struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "coefficients");

    if (given->rows == 0)
        fault_add(faults, place, FAULT_WRONG_SIZE, NULL,
                  "at least one coefficient is needed");
    else if (given->rows > COEFFICIENTS_MAX)
        fault_add(faults, place, FAULT_TOO_LARGE, NULL,
                  "there are %zu coefficients; at most %d are possible",
                  given->rows, COEFFICIENTS_MAX);
}

static const char two_forms[] =
    "a polynomial has either coefficients, or variables and terms";

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    bool one = values[COEFFICIENTS].given;
    size_t before = faults->total;

    if (!one && !values[VARIABLES].given && !values[TERMS].given)
        fault_add(faults, pointer, FAULT_REQUIRED, NULL, "%s", two_forms);
    for (int k = VARIABLES; k <= TERMS; k++) {
        const char *place = pointer_member(faults, pointer, members[k].name);

        if (one && values[k].given)
            fault_add(faults, place, FAULT_CONFLICT, NULL, "%s", two_forms);
        else if (!one && !values[k].given && faults->total == before)
            fault_add(faults, place, FAULT_REQUIRED, NULL,
                      "variables and terms belong together");
    }
    if (one)
        check_one(&values[COEFFICIENTS], pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    if (one)
        return build_one(arena, &values[COEFFICIENTS], ret);
    TRY(polynomial_terms_build(arena, &values[VARIABLES], &values[TERMS],
                               pointer, faults, ret));
    ret->kind = &objective_polynomial;
    return OK;
}

const struct objective_kind objective_polynomial = {
    .name = "polynomial",
    .formula = "c0 + c1*x + c2*x^2 + ..., or a sum of terms c*x^i*y^j*...",
    .sentence = "Any polynomial, in one variable by its coefficients or in "
                "several by its terms.",
    .members = members,
    .build = build,
};
