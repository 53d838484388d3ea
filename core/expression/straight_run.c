/*
 * straight_run.c - the steps of straight programs, and running them.
 *
 * Every step ends with the call of the next. Compiled with optimization that
 * is a jump, and the registers stay where they are; without, a program of so
 * few steps fits on the stack as well.
 */
#include <math.h>
#include <string.h>

#include "core/expression/straight.h"
#include "core/kernel/math.h"

#define STEP                                                                  \
    const struct straight_step *it, double *v, double *ret_value, double r0,  \
    double r1, double r2, double r3
#define NEXT return it[1].run(it + 1, v, ret_value, r0, r1, r2, r3)

/* ---- + - * / of registers and the frame -------------------------------- */

#define LEFT_0 r0
#define LEFT_1 r1
#define LEFT_2 r2
#define LEFT_3 r3
#define LEFT_4 v[it->a]
#define RIGHT_0 r0
#define RIGHT_1 r1
#define RIGHT_2 r2
#define RIGHT_3 r3
#define RIGHT_4 v[it->b]

/* M(name, operator, out, a, b) for every choice of registers. */
#define FOR_RIGHT(M, name, op, out, a)                                        \
    M(name, op, out, a, 0) M(name, op, out, a, 1) M(name, op, out, a, 2)      \
    M(name, op, out, a, 3) M(name, op, out, a, 4)
#define FOR_LEFT(M, name, op, out)                                            \
    FOR_RIGHT(M, name, op, out, 0) FOR_RIGHT(M, name, op, out, 1)             \
    FOR_RIGHT(M, name, op, out, 2) FOR_RIGHT(M, name, op, out, 3)             \
    FOR_RIGHT(M, name, op, out, 4)
#define FOR_OUT(M, name, op)                                                  \
    FOR_LEFT(M, name, op, 0) FOR_LEFT(M, name, op, 1)                         \
    FOR_LEFT(M, name, op, 2) FOR_LEFT(M, name, op, 3)
#define FOR_ALL(M)                                                            \
    FOR_OUT(M, ADD, +) FOR_OUT(M, SUBTRACT, -) FOR_OUT(M, MULTIPLY, *)        \
    FOR_OUT(M, DIVIDE, /)

#define BINARY(name, op, out, a, b)                                           \
    static double2 name##_##out##a##b(STEP)                                  \
    {                                                                         \
        r##out = LEFT_##a op RIGHT_##b;                                       \
        NEXT;                                                                 \
    }
FOR_ALL(BINARY)

enum { BINARIES = OPERATION_DIVIDE - OPERATION_ADD + 1 };

straight_function *straight_binary(enum operation operation, unsigned out,
                                   unsigned a, unsigned b)
{
    static straight_function *const table[BINARIES][STRAIGHT_REGISTERS]
        [STRAIGHT_REGISTERS + 1][STRAIGHT_REGISTERS + 1] = {
#define BINARY_ROW(name, op, out, a, b)                                       \
        [OPERATION_##name - OPERATION_ADD][out][a][b] = name##_##out##a##b,
        FOR_ALL(BINARY_ROW)
    };
    unsigned row = (unsigned)operation - OPERATION_ADD;

    return row < BINARIES ? table[row][out][a][b] : NULL;
}

/* ---- products, and what is done with them ------------------------------ */

#define THIRD_0 r0
#define THIRD_1 r1
#define THIRD_2 r2
#define THIRD_3 r3
#define THIRD_4 v[it->c]

#define PLUS(product, c) (product) + (c)
#define MINUS(product, c) (product) - (c)
#define FROM(product, c) (c) - (product)
#define TIMES(product, c) (product) * (c)

/* M(name, out, a, b, c) for every choice of registers, a <= b. */
#define FOR_THIRD(M, name, out, a, b)                                         \
    M(name, out, a, b, 0) M(name, out, a, b, 1) M(name, out, a, b, 2)         \
    M(name, out, a, b, 3) M(name, out, a, b, 4)
#define FOR_PAIRS(M, name, out)                                               \
    FOR_THIRD(M, name, out, 0, 0) FOR_THIRD(M, name, out, 0, 1)               \
    FOR_THIRD(M, name, out, 0, 2) FOR_THIRD(M, name, out, 0, 3)               \
    FOR_THIRD(M, name, out, 0, 4) FOR_THIRD(M, name, out, 1, 1)               \
    FOR_THIRD(M, name, out, 1, 2) FOR_THIRD(M, name, out, 1, 3)               \
    FOR_THIRD(M, name, out, 1, 4) FOR_THIRD(M, name, out, 2, 2)               \
    FOR_THIRD(M, name, out, 2, 3) FOR_THIRD(M, name, out, 2, 4)               \
    FOR_THIRD(M, name, out, 3, 3) FOR_THIRD(M, name, out, 3, 4)               \
    FOR_THIRD(M, name, out, 4, 4)
#define FOR_PRODUCT(M, name)                                                  \
    FOR_PAIRS(M, name, 0) FOR_PAIRS(M, name, 1) FOR_PAIRS(M, name, 2)         \
    FOR_PAIRS(M, name, 3)
#define FOR_PRODUCTS(M)                                                       \
    FOR_PRODUCT(M, PLUS) FOR_PRODUCT(M, MINUS) FOR_PRODUCT(M, FROM)           \
    FOR_PRODUCT(M, TIMES)

#define PRODUCT(name, out, a, b, c)                                           \
    static double2 product_##name##_##out##a##b##c(STEP)                      \
    {                                                                         \
        r##out = name(LEFT_##a * RIGHT_##b, THIRD_##c);                       \
        NEXT;                                                                 \
    }
FOR_PRODUCTS(PRODUCT)

straight_function *straight_product(enum straight_product product,
                                    unsigned out, unsigned a, unsigned b,
                                    unsigned c)
{
    enum {
        PLUS = STRAIGHT_PRODUCT_PLUS, MINUS = STRAIGHT_PRODUCT_MINUS,
        FROM = STRAIGHT_MINUS_PRODUCT, TIMES = STRAIGHT_PRODUCT_TIMES,
    };
    static straight_function *const table[STRAIGHT_PRODUCTS]
        [STRAIGHT_REGISTERS][STRAIGHT_REGISTERS + 1][STRAIGHT_REGISTERS + 1]
        [STRAIGHT_REGISTERS + 1] = {
#define PRODUCT_ROW(name, out, a, b, c)                                       \
        [name][out][a][b][c] = product_##name##_##out##a##b##c,
        FOR_PRODUCTS(PRODUCT_ROW)
    };

    return table[product][out][a][b][c];
}

/* ---- everything else --------------------------------------------------- */

/* The registers to their places in the frame, where operands are read. */
#define GENERAL(value, result)                                                \
    static double2 general_##value(STEP)                                     \
    {                                                                         \
        double a, b, c;                                                       \
                                                                              \
        v[0] = r0, v[1] = r1, v[2] = r2, v[3] = r3;                           \
        a = v[it->a], b = v[it->b], c = v[it->c];                             \
        (void)a, (void)b, (void)c;                                            \
        v[it->out] = result;                                                  \
        NEXT;                                                                 \
    }
#define ROW(value, arguments, result) GENERAL(value, result)
OPERATION_TABLE(ROW)
#undef ROW
#define CALL_1(function) math_##function(a)
#define CALL_2(function) math_##function(a, b)
#define ROW(value, arguments, function)                                       \
    GENERAL(value, CALL_##arguments(function))
OPERATION_FUNCTIONS(ROW)
#undef ROW

straight_function *straight_general(enum operation operation)
{
    static straight_function *const table[OPERATIONS] = {
#define ROW(value, ...) [OPERATION_##value] = general_##value,
        OPERATION_TABLE(ROW)
        OPERATION_FUNCTIONS(ROW)
#undef ROW
    };

    return table[operation];
}

#define STORE(a)                                                              \
    static double2 store_##a(STEP)                                           \
    {                                                                         \
        v[it->out] = r##a;                                                    \
        NEXT;                                                                 \
    }
STORE(0)
STORE(1)
STORE(2)
STORE(3)

straight_function *straight_store(unsigned a)
{
    static straight_function *const table[STRAIGHT_REGISTERS] = {
        store_0, store_1, store_2, store_3};

    return table[a];
}

static double2 begin(STEP)
{
    v[STRAIGHT_REGISTERS] = r0, v[STRAIGHT_REGISTERS + 1] = r1;
    NEXT;
}

straight_function *straight_begin(void)
{
    return begin;
}

/* The derivatives of two variables are returned in registers too: through the
 * frame takes as long as two operations. */
#define END(name, op, out, a, b)                                              \
    static double2 end_##a##b(STEP)                                           \
    {                                                                         \
        v[0] = r0, v[1] = r1, v[2] = r2, v[3] = r3;                           \
        *ret_value = v[it->c];                                                \
        return (double2){0 op LEFT_##a, 0 op RIGHT_##b};                      \
    }
FOR_LEFT(END, , +, )

straight_function *straight_end(unsigned a, unsigned b)
{
    static straight_function *const table[STRAIGHT_REGISTERS + 1]
                                         [STRAIGHT_REGISTERS + 1] = {
#define END_ROW(name, op, out, a, b) [a][b] = end_##a##b,
        FOR_LEFT(END_ROW, , +, )
    };

    return table[a][b];
}

/* ---- running ----------------------------------------------------------- */

/* A derivative is added to zero: it is never -0. */
double straight_run(const struct straight *straight, const double *x,
                    double *g)
{
    double *v = straight->frame, value;
    size_t n = straight->n;
    double2 first;

    if (n > 2)
        memcpy(v + STRAIGHT_REGISTERS + 2, x + 2, (n - 2) * sizeof *x);
    first = straight->steps->run(straight->steps, v, &value, x[0], x[n > 1],
                                 0, 0);
    if (g != NULL && n == 2)
        *(double2 *)g = first;
    else if (g != NULL)
        for (size_t i = 0; i < n; i++)
            g[i] = 0 + v[straight->derivatives[i]];
    return value;
}
