/* expression_input.h - what the fuzz target of formulas does with an input. */
#ifndef TESTS_FUZZ_EXPRESSION_INPUT_H
#define TESTS_FUZZ_EXPRESSION_INPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Compile the bytes as a formula, with and without a dataset, and evaluate it
 * with its gradient at a few points. Aborts where something is not as it is
 * promised: a refusal without a fault, a form that means something else, a
 * loss that depends on whether a gradient is wanted.
 *
 * Returns whether the formula was good, without a dataset.
 */
int expression_input_run(const uint8_t *bytes, size_t count);

#endif
