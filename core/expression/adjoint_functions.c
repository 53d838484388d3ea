/* adjoint_functions.c - the derivatives of functions of one number. */
#include "core/expression/adjoint_internal.h"

#define TWO_BY_ROOT_PI 1.1283791670955125739
#define LOG_2 0.69314718055994530942
#define LOG_10 2.3025850929940456840

static unsigned one_plus_square(const struct giver *g, unsigned a)
{
    return two(g, OPERATION_ADD, number(g, 1), square(g, a));
}

/* (a - 1)(a + 1) or (1 - a)(1 + a), without the rounding of a^2 near 1. */
static unsigned square_from_one(const struct giver *g, bool above)
{
    unsigned unity = number(g, 1), a = g->a;

    return product(g, above ? two(g, OPERATION_SUBTRACT, a, unity)
                            : two(g, OPERATION_SUBTRACT, unity, a),
                   two(g, OPERATION_ADD, unity, a));
}

/* exp(-a^2) * 2 / sqrt(pi) */
static unsigned bell(const struct giver *g)
{
    return product(g, number(g, TWO_BY_ROOT_PI),
                   one(g, OPERATION_EXP,
                       one(g, OPERATION_NEGATE, square(g, g->a))));
}

bool giver_function(const struct giver *g, enum operation operation)
{
    unsigned a = g->a, unity = number(g, 1);

    switch (operation) {
    case OPERATION_ABS:
        return giver_give(g, a, one(g, OPERATION_SIGN, a)), true;
    case OPERATION_SQRT:
        return giver_give(g, a, quotient(g, number(g, 0.5), g->node)), true;
    case OPERATION_CBRT:
        return giver_over(g, a, product(g, number(g, 3), square(g, g->node))),
               true;
    case OPERATION_EXP:
        return giver_give(g, a, g->node), true;
    case OPERATION_EXPM1:
        return giver_give(g, a, one(g, OPERATION_EXP, a)), true;
    case OPERATION_LOG:
        return giver_over(g, a, a), true;
    case OPERATION_LOG1P:
        return giver_over(g, a, two(g, OPERATION_ADD, unity, a)), true;
    case OPERATION_LOG2:
        return giver_over(g, a, product(g, number(g, LOG_2), a)), true;
    case OPERATION_LOG10:
        return giver_over(g, a, product(g, number(g, LOG_10), a)), true;
    case OPERATION_SIN:
        return giver_give(g, a, one(g, OPERATION_COS, a)), true;
    case OPERATION_COS:
        return giver_give(g, a, one(g, OPERATION_NEGATE,
                                    one(g, OPERATION_SIN, a))), true;
    case OPERATION_TAN:
        return giver_give(g, a, one_plus_square(g, g->node)), true;
    case OPERATION_ASIN:
        return giver_over(g, a, one(g, OPERATION_SQRT,
                                    square_from_one(g, false))), true;
    case OPERATION_ACOS:
        return giver_over(g, a, one(g, OPERATION_NEGATE,
                                    one(g, OPERATION_SQRT,
                                        square_from_one(g, false)))), true;
    case OPERATION_ATAN:
        return giver_over(g, a, one_plus_square(g, a)), true;
    case OPERATION_SINH:
        return giver_give(g, a, one(g, OPERATION_COSH, a)), true;
    case OPERATION_COSH:
        return giver_give(g, a, one(g, OPERATION_SINH, a)), true;
    case OPERATION_TANH:
        return giver_over(g, a, square(g, one(g, OPERATION_COSH, a))),
               true;
    case OPERATION_ASINH:
        return giver_over(g, a, two(g, OPERATION_HYPOT, unity, a)), true;
    case OPERATION_ACOSH:
        return giver_over(g, a, one(g, OPERATION_SQRT,
                                    square_from_one(g, true))), true;
    case OPERATION_ATANH:
        return giver_over(g, a, square_from_one(g, false)), true;
    case OPERATION_ERF:
        return giver_give(g, a, bell(g)), true;
    case OPERATION_ERFC:
        return giver_give(g, a, one(g, OPERATION_NEGATE, bell(g))), true;
    case OPERATION_GAMMA:
        return giver_give(g, a, product(g, g->node,
                                        one(g, OPERATION_DIGAMMA, a))), true;
    case OPERATION_LGAMMA:
        return giver_give(g, a, one(g, OPERATION_DIGAMMA, a)), true;
    case OPERATION_SOFTPLUS:
        return giver_give(g, a, one(g, OPERATION_LOGISTIC, a)), true;
    case OPERATION_LOGISTIC:
        return giver_give(g, a, product(g, g->node,
                                        one(g, OPERATION_LOGISTIC,
                                            one(g, OPERATION_NEGATE,
                                                a)))), true;
    default:
        return false;
    }
}
