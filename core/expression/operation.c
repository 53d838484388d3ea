/* operation.c - the table of operations, applied to single numbers. */
#include "core/expression/operation.h"

#include <math.h>

#include "core/kernel/math.h"

unsigned operation_arguments(enum operation operation)
{
    static const unsigned char arguments[OPERATIONS] = {
        [OPERATION_SUM] = 1,
        [OPERATION_PRODUCT] = 1,
        [OPERATION_GREATEST] = 1,
        [OPERATION_ELEMENT] = 1,
        [OPERATION_STORE] = 1,
        [OPERATION_ADD_TO] = 2,
        [OPERATION_EACH] = 1,
        [OPERATION_BOTH] = 2,
#define ROW(value, count, ...) [OPERATION_##value] = count,
        OPERATION_TABLE(ROW)
        OPERATION_FUNCTIONS(ROW)
#undef ROW
    };

    return arguments[operation];
}

#define CALL_1(function) math_##function(a)
#define CALL_2(function) math_##function(a, b)

double operation_apply(enum operation operation, double a, double b, double c)
{
    switch (operation) {
#define ROW(value, count, result)                                             \
    case OPERATION_##value:                                                   \
        return result;
        OPERATION_TABLE(ROW)
#undef ROW
#define ROW(value, count, function)                                           \
    case OPERATION_##value:                                                   \
        return CALL_##count(function);
        OPERATION_FUNCTIONS(ROW)
#undef ROW
    default:
        return NAN; /* it has no operands that are numbers */
    }
}
