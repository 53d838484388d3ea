/*
 * reductions.h - the sums, products and greatest values of a pass, while a
 * program runs.
 *
 * They run in sixteen lanes (kernel/lanes.h), by points and by blocks of any
 * size, so that their bits depend on their terms alone: a value is the same
 * with a gradient and without.
 */
#ifndef CORE_EXPRESSION_REDUCTIONS_H
#define CORE_EXPRESSION_REDUCTIONS_H

#include "core/expression/program.h"

/* Of no terms yet. */
void reductions_begin(const struct pass *pass);

/* Add n terms, those of the slots; all blocks but the last are multiples of
 * sixteen. Or add term number k, those in the frame. */
void reductions_add_block(const struct pass *pass, size_t n);
void reductions_add_point(const struct program *p, const struct pass *pass,
                          size_t k);

/* Their values into the frame. */
void reductions_end(struct program *p, const struct pass *pass);

#endif
