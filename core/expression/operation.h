/*
 * operation.h - what a formula can do with numbers: one table.
 *
 * From it follow the names of the language, the evaluation of single numbers
 * and of blocks, and the answers of GET /expressions. Derivatives are rules of
 * adjoint.c.
 */
#ifndef CORE_EXPRESSION_OPERATION_H
#define CORE_EXPRESSION_OPERATION_H

#include <stdbool.h>

/* What is done to one, two or three numbers a, b, c.
 *     value        arguments  result */
#define OPERATION_TABLE(ROW)                                                  \
    ROW(NEGATE,        1, -a)                                                 \
    ROW(ABS,           1, fabs(a))                                            \
    ROW(SIGN,          1, a != a ? a : (a > 0) - (a < 0))                     \
    ROW(FLOOR,         1, floor(a))                                           \
    ROW(CEIL,          1, ceil(a))                                            \
    ROW(ROUND,         1, rint(a))                                            \
    ROW(SQRT,          1, sqrt(a))                                            \
    ROW(ADD,           2, a + b)                                              \
    ROW(SUBTRACT,      2, a - b)                                              \
    ROW(MULTIPLY,      2, a * b)                                              \
    ROW(DIVIDE,        2, a / b)                                              \
    ROW(MIN,           2, a < b || a != a ? a : b)                            \
    ROW(MAX,           2, a > b || a != a ? a : b)                            \
    ROW(LESS,          2, a < b)                                              \
    ROW(LESS_EQUAL,    2, a <= b)                                             \
    ROW(EQUAL,         2, a == b)                                             \
    ROW(NOT_EQUAL,     2, a != b)                                             \
    ROW(DAMP,          2, a == 0 ? 0 : a * b)                                 \
    ROW(CHOOSE,        3, a != 0 ? b : c)

/* The same through functions of kernel/math.h.
 *     value        arguments  function */
#define OPERATION_FUNCTIONS(ROW)                                              \
    ROW(EXP,           1, exp)                                                \
    ROW(EXPM1,         1, expm1)                                              \
    ROW(LOG,           1, log)                                                \
    ROW(LOG1P,         1, log1p)                                              \
    ROW(LOG2,          1, log2)                                               \
    ROW(LOG10,         1, log10)                                              \
    ROW(CBRT,          1, cbrt)                                               \
    ROW(SIN,           1, sin)                                                \
    ROW(COS,           1, cos)                                                \
    ROW(TAN,           1, tan)                                                \
    ROW(ASIN,          1, asin)                                               \
    ROW(ACOS,          1, acos)                                               \
    ROW(ATAN,          1, atan)                                               \
    ROW(SINH,          1, sinh)                                               \
    ROW(COSH,          1, cosh)                                               \
    ROW(TANH,          1, tanh)                                               \
    ROW(ASINH,         1, asinh)                                              \
    ROW(ACOSH,         1, acosh)                                              \
    ROW(ATANH,         1, atanh)                                              \
    ROW(ERF,           1, erf)                                                \
    ROW(ERFC,          1, erfc)                                               \
    ROW(GAMMA,         1, gamma)                                              \
    ROW(LGAMMA,        1, lgamma)                                             \
    ROW(DIGAMMA,       1, digamma) /* of derivatives alone */                 \
    ROW(LOGISTIC,      1, logistic)                                           \
    ROW(SOFTPLUS,      1, softplus)                                           \
    ROW(HYPOT,         2, hypot)                                              \
    ROW(MOD,           2, mod)                                                \
    ROW(POW,           2, pow)                                                \
    ROW(ATAN2,         2, atan2)

enum operation {
    OPERATION_NUMBER,      /* a number */
    OPERATION_WHOLE,       /* the value of an affine form of counters */
    OPERATION_LOAD,        /* an element of an array */
    OPERATION_SUM,         /* of operand 0 over a counter */
    OPERATION_PRODUCT,
    OPERATION_GREATEST,    /* its derivative is taken as 0 */

    /* Vectors that are computed once and kept (kept.h). What "is ready" is no
     * number, but that the array holds what it should. */
    OPERATION_ELEMENT,     /* of the array, once operand 0 is ready */
    OPERATION_STORE,       /* ready: operand 0 stands at an index */
    OPERATION_ADD_TO,      /* ready: operand 0 was added there, behind 1 */
    OPERATION_CLEAR,       /* ready: the array is 0 */
    OPERATION_EACH,        /* ready: operand 0 is, for all of a counter */
    OPERATION_BOTH,        /* ready: operands 0 and 1 are */
    OPERATION_SPECIAL_COUNT, /* of those above */
#define ROW(value, ...) OPERATION_##value,
    OPERATION_TABLE(ROW)
    OPERATION_FUNCTIONS(ROW)
#undef ROW
    OPERATIONS
};

/* Whether it is a comparison, 1 or 0; whether it is constant between steps, so
 * that a derivative of 0 does not mean that it is constant. */
static inline bool operation_is_comparison(enum operation operation)
{
    return operation >= OPERATION_LESS && operation <= OPERATION_NOT_EQUAL;
}

static inline bool operation_is_step(enum operation operation)
{
    return operation == OPERATION_SIGN || operation == OPERATION_FLOOR
        || operation == OPERATION_CEIL || operation == OPERATION_ROUND
        || operation == OPERATION_GREATEST
        || operation_is_comparison(operation);
}

/* How many operands an operation of the tables has. */
unsigned operation_arguments(enum operation operation);

/* What it makes of single numbers; operands beyond its own are not looked
 * at. */
double operation_apply(enum operation operation, double a, double b, double c);

#endif
