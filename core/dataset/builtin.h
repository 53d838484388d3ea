/*
 * builtin.h - datasets that need no file: iris, digits, and sets generated
 * from a few numbers and a seed.
 *
 * Adding one is: write builtin/NAME.c exporting one `const struct builtin`,
 * and add its name to the list in builtin.c.
 */
#ifndef CORE_DATASET_BUILTIN_H
#define CORE_DATASET_BUILTIN_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/parameter.h"
#include "core/dataset/reader.h"

enum { BUILTIN_CELLS_MAX = 20000000 }; /* rows times columns */

struct builtin {
    const char *name;           /* "two_moons" */
    const char *sentence;
    const char *target;         /* the column that is meant to be learned */
    bool classes;               /* it is one of some classes */
    const char *source;
    const char *licence;        /* NULL: generated, free of any */
    const struct parameter *parameters; /* "rows", "noise", "seed", …; an empty
                                   table where there is nothing to set */

    /* Make the columns, in `arena`, from parameters that were accepted. */
    enum error (*make)(struct arena *arena, const double *parameters,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count);
};

/* In order of name; NULL ends it. */
extern const struct builtin *const builtins[];

/* The one called `name`, or NULL. */
const struct builtin *builtin_find(const char *name);

/*
 * Make the stored form.
 *
 *   parameters  [count of the table]  in   each one accepted by its row
 *   ret_bytes   -                     out  aligned to 64, for dataset_view()
 *   ret_count   -                     out  their number
 *
 * Fails   ERR_TOO_BIG beyond BUILTIN_CELLS_MAX; ERR_MEMORY
 * Owns    the bytes live in `arena`
 * Cost    the same numbers give the same bytes, everywhere
 */
MUST_CHECK enum error builtin_make(const struct builtin *builtin,
                                   const double *parameters,
                                   struct arena *arena,
                                   const void **ret_bytes, size_t *ret_count);

#endif
