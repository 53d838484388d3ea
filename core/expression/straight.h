/*
 * straight.h - short formulas without loops: a program of steps that know
 * where their operands are.
 *
 * A step is a function, and ends by calling the next one: there is no loop
 * around them and no switch. Four of the values live in registers; a step that
 * adds, subtracts, multiplies or divides exists once for each choice of
 * registers, and so does a product with what is done with it (straight_run.c).
 * Which value lives where is decided once (straight.c). The bits are those of
 * program_run(): every operation is the same, and none is fused into another's
 * rounding.
 */
#ifndef CORE_EXPRESSION_STRAIGHT_H
#define CORE_EXPRESSION_STRAIGHT_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/expression/program.h"
#include "core/kernel/vector.h"

enum {
    STRAIGHT_REGISTERS = 4,
    STRAIGHT_VARIABLES_MAX = 16,    /* longer x are not copied about */
    STRAIGHT_INSTRUCTIONS_MAX = 512, /* then passes and blocks may pay */
};

struct straight_step;

/* v is the frame, r0 ... r3 are the values in registers; the last step writes
 * the formula's value to ret_value. */
typedef double2 straight_function(const struct straight_step *it, double *v,
                                  double *ret_value, double r0, double r1,
                                  double r2, double r3);

/* Places in the frame. The first STRAIGHT_REGISTERS are where the registers
 * are written to before a step that reads operands from the frame alone. */
struct straight_step {
    straight_function *run;
    uint16_t a, b, c, out;
};

struct straight {
    const struct straight_step *steps;
    double *frame;             /* registers; x, at least two; then the
                                  program's frame, and a zero */
    size_t n;
    uint16_t derivatives[STRAIGHT_VARIABLES_MAX]; /* [n] where they are in the
                                  end; of variables that do not matter: at a
                                  zero */
};

/*
 * Make the straight form of a program.
 *
 *   n     variables
 *   ret   NULL where the program has passes, kept vectors or rows, is too
 *         long, or has too many variables: program_run() is for these
 *
 * Fails   ERR_MEMORY
 * Owns    the arena; one thread at a time runs it
 */
MUST_CHECK enum error straight_make(const struct program *program, size_t n,
                                    struct arena *arena,
                                    const struct straight **ret);

/* The value at x [n], and its gradient g [n]; NULL: not wanted. */
double straight_run(const struct straight *straight, const double *x,
                    double *g);

/* The gradient of two variables, in registers. */
static inline double2 straight_run_two(const struct straight *straight,
                                       double2 x, double *ret_value)
{
    return straight->steps->run(straight->steps, straight->frame, ret_value,
                                x[0], x[1], 0, 0);
}

/* ---- straight_run.c: the steps ----------------------------------------- */

/*
 * The function of an operation's step.
 *
 *   out, a, b  in  registers of the result and the operands; an operand that
 *                  is STRAIGHT_REGISTERS stands in the frame
 *
 * Returns NULL for operations other than + - * /: they have one step each,
 * straight_general(), with the result and all operands in the frame. That one
 * is NULL for what is no operation on numbers.
 */
straight_function *straight_binary(enum operation operation, unsigned out,
                                   unsigned a, unsigned b);
straight_function *straight_general(enum operation operation);

/* The same of a product of a and b, a <= b, and what is done with it and c: for
 * two operations one step. */
enum straight_product {
    STRAIGHT_NO_PRODUCT,
    STRAIGHT_PRODUCT_PLUS,     /* a * b + c */
    STRAIGHT_PRODUCT_MINUS,    /* a * b - c */
    STRAIGHT_MINUS_PRODUCT,    /* c - a * b */
    STRAIGHT_PRODUCT_TIMES,    /* a * b * c */
    STRAIGHT_PRODUCTS
};

straight_function *straight_product(enum straight_product product,
                                    unsigned out, unsigned a, unsigned b,
                                    unsigned c);

/* The first step, where it is needed: writes the first two variables, which
 * begin in registers 0 and 1, to the frame. */
straight_function *straight_begin(void);

/* Writes register a to the frame at `out`. */
straight_function *straight_store(unsigned a);

/* The last step: writes the registers to the frame and the value, which is at
 * place c, to where it is wanted; returns the derivatives by the first two
 * variables, which are a and b. */
straight_function *straight_end(unsigned a, unsigned b);

#endif
