/* names.h - the names of a spec that a formula may use, put together. */
#ifndef CORE_OBJECTIVE_NAMES_H
#define CORE_OBJECTIVE_NAMES_H

#include "core/objective/objective.h"

/* The symbols of one member: "variables", "constants". */
struct name_group {
    const char *member;
    const struct value *value;
    const char *within;         /* the member of it that has them, or NULL */
};

/*
 * Put the symbols of some members together: variables one behind the other in
 * x.
 *
 *   groups   [count]  in   in the order of the variables in x
 *   pointer  -        in   place of the objective in the spec, for faults
 *   faults   -        out  names that are misspelt, taken by the language, or
 *                          there twice; more than DIMENSION_MAX variables
 *   ret      -        out  untouched on failure; dataset_rows is 0
 *
 * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
 * Owns    the symbols live in `arena`, and refer to the numbers and names of
 *         the values
 */
MUST_CHECK enum error names_collect(struct arena *arena,
                                    const struct name_group *groups,
                                    size_t count, const char *pointer,
                                    struct faults *faults,
                                    struct symbols *ret);

#endif
