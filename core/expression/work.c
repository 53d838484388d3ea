/*
 * work.c - what a program costs: each instruction at each number, and what
 * every start of a pass and of an instruction takes beside that.
 *
 * The unit is one arithmetic operation on one number of a block, about half a
 * nanosecond on a machine of 2020. The others were measured on long sums of
 * each kind, and rounded up: it is a bound for the patience of a user who
 * cancels, not a clock.
 */
#include "core/expression/work.h"

enum {
    ARITHMETIC = 1,           /* of a number in a block */
    LIGHT_FUNCTION = 16,
    HEAVY_FUNCTION = 32,
    STRIDED = 5,              /* a load or an addition some way apart */

    START = 8,                /* of an instruction, fill or output */
    START_FUNCTIONS = 4,      /* as many: those that fours leave over */
    START_REDUCTION = 48,     /* of sixteen lanes, and their end */
    START_PASS = 40,

    POINT = 6,                /* an instruction on a single number */
    POINT_FUNCTIONS = 3,      /* one is as many of those in fours */
};

static bool is_heavy(unsigned code)
{
    switch (code) {
    case OPERATION_CBRT: case OPERATION_TAN: case OPERATION_SINH:
    case OPERATION_COSH: case OPERATION_TANH: case OPERATION_ERF:
    case OPERATION_POW: case OPERATION_ATAN2: case OPERATION_HYPOT:
    case OPERATION_ASINH: case OPERATION_ACOSH: case OPERATION_ATANH:
    case OPERATION_ERFC: case OPERATION_GAMMA: case OPERATION_LGAMMA:
    case OPERATION_DIGAMMA: case OPERATION_SOFTPLUS: case OPERATION_MOD:
        return true;
    default:
        return false;
    }
}

/* What a function takes for a number in a block; 0: it is none. */
static double function_work(unsigned code)
{
    switch (code) {
#define ROW(value, ...) case OPERATION_##value:
        OPERATION_FUNCTIONS(ROW)
#undef ROW
        return is_heavy(code) ? HEAVY_FUNCTION : LIGHT_FUNCTION;
    default:
        return 0;
    }
}

/* Of code that runs on single numbers, once. */
static double of_points(const struct instruction *code, size_t count)
{
    double work = 0;

    for (size_t i = 0; i < count; i++)
        work += POINT + POINT_FUNCTIONS * function_work(code[i].code);
    return work;
}

/* Of one start of a pass by blocks, and of one number in it. */
static void of_blocks(const struct pass *pass, double *ret_start,
                      double *ret_number)
{
    double start = START_PASS, number = 0;

    for (size_t i = 0; i < pass->code_count; i++) {
        double function = function_work(pass->code[i].code);

        start += START + START_FUNCTIONS * function;
        number += function > 0 ? function : ARITHMETIC;
    }
    for (size_t i = 0; i < pass->fill_count; i++)
        number += pass->fills[i].fill == FILL_GATHER ? STRIDED : ARITHMETIC;
    start += START * (double)(pass->fill_count + pass->scatter_count)
           + START_REDUCTION * (double)pass->reduction_count;
    number += STRIDED * (double)pass->scatter_count
            + ARITHMETIC * (double)pass->reduction_count;
    *ret_start = start;
    *ret_number = number;
}

double work_of_program(const struct program *program)
{
    double work = of_points(program->code, program->code_count);

    for (size_t i = 0; i < program->pass_count; i++) {
        const struct pass *pass = &program->passes[i];
        double start = START_PASS
                     + START_REDUCTION * (double)pass->reduction_count;
        double number = of_points(pass->code, pass->code_count)
                      + POINT * (double)pass->reduction_count;

        if (pass->blocks)
            of_blocks(pass, &start, &number);
        work += pass->starts * start + pass->points * number;
    }
    return work;
}
