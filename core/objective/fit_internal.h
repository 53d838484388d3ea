/* fit_internal.h - what the files of the objective "fit" share. */
#ifndef CORE_OBJECTIVE_FIT_INTERNAL_H
#define CORE_OBJECTIVE_FIT_INTERNAL_H

#include "core/base/suggest.h"
#include "core/objective/fit.h"

enum fit_member {
    FIT_DATASET, FIT_FORMULA, FIT_TARGET, FIT_PARAMETERS, FIT_CONSTANTS,
    FIT_LOSS, FIT_LOSS_SCALE, FIT_WEIGHTS, FIT_FEATURES, FIT_ABSOLUTE_SIGMA,
    FIT_FIXED, FIT_MEMBERS
};

/* What building hands from one to the next. */
struct fit_builder {
    struct arena *arena;
    const struct value *values;
    const char *pointer;
    struct faults *faults;
    struct symbols *symbols;   /* parameters, constants, columns */
    size_t parameters;         /* symbols that are parameters */
    size_t columns;            /* symbols that are columns; the last ones */
    struct fit_data *fit;
};

/* ---- fit_members.c ----------------------------------------------------- */

extern const struct member fit_members[];

/* Where a member stands in the spec. */
const char *fit_place(const struct fit_builder *b, enum fit_member member);

/* ---- fit_build.c ------------------------------------------------------- */

/*
 * Check the values and compile the formulas.
 *
 *   ret_names  out  parameters and constants
 *   ret        out  all but residuals.evaluate and by_rows; untouched on
 *                   failure
 *
 * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
 */
MUST_CHECK enum error fit_build(struct arena *arena,
                                const struct value *values,
                                const char *pointer, struct faults *faults,
                                struct symbols *ret_names,
                                struct fit_data **ret);

/* ---- fit_columns.c ----------------------------------------------------- */

/* Columns of equal length, not empty; vectors of columns that there are. */
void fit_check_columns(const struct fit_builder *b);

/* All names, into b->symbols; the columns as formulas want them. */
MUST_CHECK enum error fit_collect_names(struct fit_builder *b);

/* The dataset's column of that name, or NULL; all names are offered to
 * `near`. */
const struct symbol *fit_find_column(const struct fit_builder *b,
                                     const char *name,
                                     struct suggestion *near);

/* The numbers of target and weights. */
MUST_CHECK enum error fit_set_columns(const struct fit_builder *b);

#endif
