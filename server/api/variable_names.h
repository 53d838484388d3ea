/*
 * variable_names.h - what the numbers of a job's x are called.
 *
 * Names follow from the spec, which is long to read again for every page of a
 * trace: those of the jobs asked for last are kept. Used on the loop's thread
 * only.
 */
#ifndef SERVER_API_VARIABLE_NAMES_H
#define SERVER_API_VARIABLE_NAMES_H

#include "server/api/api.h"

enum { VARIABLES_NAMED_MAX = 1000 }; /* longer x have numbers only */

/*
 * The names of a job's x, see spec_variable_names().
 *
 *   ret   out  [job->dimension], in `arena`; NULL: there are more than
 *              VARIABLES_NAMED_MAX, or the spec means nothing any more, as its
 *              dataset was deleted
 *
 * Fails   ERR_STORAGE, ERR_CORRUPT, ERR_MEMORY
 */
MUST_CHECK enum error variable_names(struct api *api,
                                     const struct store_job *job,
                                     struct arena *arena,
                                     const char *const **ret);

void variable_names_fini(struct variable_names_cache *cache);

#endif
