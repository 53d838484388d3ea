/*
 * spec_parts.h - the names of a spec's variables: those of a formula, a fit's
 * parameters, a model's tensors.
 */
#ifndef SERVER_JOBS_SPEC_PARTS_H
#define SERVER_JOBS_SPEC_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/suggest.h"
#include "server/jobs/spec.h"

/* A part of x that has a name: a number has no rows, a vector no columns. */
struct spec_part {
    const char *name;
    size_t first, rows, columns;
};

struct spec_parts {
    const struct spec_part *items; /* [count] in the order of x */
    size_t count;                  /* 0: the numbers of x have no names */
    size_t n;                      /* how many numbers there are in all */
};

/* How many numbers it holds. */
size_t spec_part_size(const struct spec_part *part);

/* The parts of a spec whose objective was read. Fails: ERR_MEMORY. */
MUST_CHECK enum error spec_parts_of(struct arena *arena,
                                    const struct spec *spec,
                                    struct spec_parts *ret);

/*
 * What number i of x is called: "b1"; "w[3]" and "A[2,3]" count from 1 as
 * formulas do; "x[4]", or "x" of a single one, where it has no name. NULL
 * without memory.
 */
const char *spec_variable_name(struct arena *arena,
                               const struct spec_parts *parts, size_t i);

/*
 * The names of all numbers of x, as spec_variable_name() has them.
 *
 * Returns [n], NULL without memory
 * Owns    everything lives in `arena`
 */
const char *const *spec_variable_names(struct arena *arena,
                                       const struct spec *spec);

/*
 * Find the variable that a text names: by number from 0, or as
 * spec_variable_name() does.
 *
 *   n     variables in all
 *   near  out  names that are like it are offered
 *
 * Returns false where there is none
 */
bool spec_variable_find(const struct spec_parts *parts, size_t n,
                        const char *text, struct suggestion *near,
                        size_t *ret);

#endif
