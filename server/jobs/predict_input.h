/*
 * predict_input.h - rows that are to be predicted, from JSON or CSV, one after
 * the other as cells by the names of the model's columns.
 */
#ifndef SERVER_JOBS_PREDICT_INPUT_H
#define SERVER_JOBS_PREDICT_INPUT_H

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "server/json/validate.h"

enum {
    PREDICT_ROWS_MAX = 100000,
    PREDICT_IGNORED_MAX = 20,      /* columns that are named in the answer */
};

enum predict_format { PREDICT_JSON, PREDICT_CSV };

struct predict_input;
struct transform;

/*
 * Begin to read.
 *
 *   transform  in   of the model; must outlive the input
 *   text       in   the same
 *   faults     out  what is wrong with the whole of it: columns that are
 *                   missing, too many rows. The rows are read all the same
 *                   where there are any
 *   flaw       out  line > 0: it is not JSON
 *
 * Fails   ERR_INVALID after a flaw or faults: there are no rows to go through;
 *         ERR_MEMORY
 * Owns    predict_input_close()
 */
MUST_CHECK enum error predict_input_open(const struct transform *transform,
                                         enum predict_format format,
                                         const char *text, size_t bytes,
                                         struct arena *arena,
                                         struct faults *faults,
                                         struct json_flaw *flaw,
                                         struct predict_input **ret);
void predict_input_close(struct predict_input *input);

/* How many rows there are. */
size_t predict_input_rows(const struct predict_input *input);

/* Names of columns that the model does not look at: the first
 * PREDICT_IGNORED_MAX. Complete behind the last row. */
const char *const *predict_input_ignored(const struct predict_input *input,
                                         size_t *ret_count);

/*
 * Send the next row through the transformation. At most once for each row.
 *
 *   ret  [features]  out
 *
 * Fails   ERR_INVALID after at least one fault, with its pointer, or its line
 *         and column in CSV; ERR_MEMORY
 */
MUST_CHECK enum error predict_input_next(struct predict_input *input,
                                         double *ret);

#endif
