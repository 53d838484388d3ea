/* spec_parts.h - what the numbers of x are called: by part, and one by one. */
#ifndef SERVER_JOBS_SPEC_PARTS_H
#define SERVER_JOBS_SPEC_PARTS_H

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

#endif
