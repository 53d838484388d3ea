/* result.h - how a run ended, as the JSON of GET /jobs/{id}/result. */
#ifndef SERVER_JOBS_RESULT_H
#define SERVER_JOBS_RESULT_H

#include "core/run/run.h"
#include "server/base/buffer.h"
#include "server/jobs/recorder.h"
#include "server/jobs/spec.h"
#include "server/json/writer.h"

/* Write the final result of a run that ended by a rule or was canceled.
 * Constraints are evaluated once more: on the thread that ran. */
void result_write(const struct spec *spec, const struct run_result *result,
                  double elapsed_s, const char *trace_sha256,
                  struct buffer *out);

/* The best so far of a run under way, written piece by piece. */
struct result_progress {
    const struct progress *progress;
    size_t n;
    const double *x, *best_x;    /* [n] */
    struct json_writer writer;
    enum { PROGRESS_LAST, PROGRESS_BEST } point;
    size_t at;                   /* numbers of this point that are written */
};

/*
 * Begin to write the best so far: "final" is false.
 *
 *   x, best_x   [n]  in  as recorder_progress() copies them; they stay
 */
void result_progress_begin(struct result_progress *self,
                           const struct progress *progress, size_t n,
                           const double *x, const double *best_x);
/* Append the next piece, a few ten KiB; false: it was the last. */
bool result_progress_next(struct result_progress *self, struct buffer *out);

/*
 * Add "residuals" to the JSON of a result: target less formula in every row of
 * a fit; null for other objectives.
 *
 *   x     [n]   in       the final iterate, or NULL: null
 *   out         in/out   ends with the result's brace
 */
void result_add_residuals(const struct objective *objective, const double *x,
                          struct arena *arena, struct buffer *out);

/*
 * The residuals of a fit at x: target less formula in every row.
 *
 *   x     [n]        in   or NULL: there are none
 *   ret   [ret_rows] out  in `arena`; NULL: there are none
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error result_residuals(const struct objective *objective,
                                       const double *x, struct arena *arena,
                                       const double **ret, size_t *ret_rows);

/* Write the outcome's object: class, reason, message. */
void outcome_write(struct json_writer *writer, enum reason reason,
                   const char *message);

/* The same of a run that ended by a rule: the message says where and why. */
void result_outcome_write(const struct spec *spec,
                          const struct run_result *result,
                          struct json_writer *writer);

#endif
