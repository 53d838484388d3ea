/* spec_parts.h - what the numbers of x are called: by part, and one by one. */
#ifndef SERVER_JOBS_SPEC_PARTS_H
#define SERVER_JOBS_SPEC_PARTS_H

#include "core/base/suggest.h"
#include "server/jobs/spec.h"

/* A part of x that has a name: a variable, a parameter, a tensor. */
struct spec_part {
    const char *name;
    size_t first, rows, columns;   /* as of a symbol */
    bool given;                    /* for who reads values of the parts */
};

/* How many numbers it has. */
size_t spec_part_size(const struct spec_part *part);

/*
 * The named parts of x.
 *
 *   ret_count  out  0 where its numbers have no names
 *
 * Returns NULL without memory
 * Owns    everything lives in `arena`
 */
struct spec_part *spec_parts(struct arena *arena, const struct spec *spec,
                             size_t *ret_count);

/*
 * The name of every number of x, as formulas have them: "a", "w[1]",
 * "W[1][2]"; "x[1]", or "x" of a single one, where they have none.
 *
 * Returns [n], NULL without memory
 * Owns    everything lives in `arena`
 */
const char *const *spec_variable_names(struct arena *arena,
                                       const struct spec *spec);

/*
 * One of those names.
 *
 *   parts  in  [count] of spec_parts(): none where it is 0
 *   n      in  numbers of x
 *   i      in  below n
 *
 * Returns NULL without memory
 */
const char *spec_variable_name(struct arena *arena,
                               const struct spec_part *parts, size_t count,
                               size_t n, size_t i);

/*
 * Find the number of x that a text names, so or by its place from 0.
 *
 *   near  out  names that are like it are offered
 *   ret   out  below n
 *
 * Returns false where there is none
 */
bool spec_variable_find(const struct spec_part *parts, size_t count, size_t n,
                        const char *text, struct suggestion *near,
                        size_t *ret);

#endif
