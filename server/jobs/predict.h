/* predict.h - what a trained model says of rows that somebody sends. */
#ifndef SERVER_JOBS_PREDICT_H
#define SERVER_JOBS_PREDICT_H

#include "server/base/buffer.h"
#include "server/jobs/kept_result.h"
#include "server/jobs/predict_input.h"

enum {
    PREDICT_BYTES_MAX = 4 << 20,            /* of what is sent */
    PREDICT_PROBABILITIES_MAX = 1000000,    /* rows times classes */
    PREDICT_FEATURES_MAX = 100000000,       /* rows times features */
};

struct predict_request {
    const char *job;                        /* its id, for the answer */
    const struct kept_result *kept;         /* of a model */
    enum kept_place place;
    enum predict_format format;
    const char *text;
    size_t bytes;
};

/*
 * Write {"job", "at", "iteration", "target", "classes", "predictions",
 * "probabilities", "ignored"}: predictions[i] is of row i, probabilities[i][k]
 * of class k of "classes"; null of models that tell none. A prediction is
 * null where the numbers of the row are too large for it.
 *
 *   faults  out  everything that is wrong with the rows
 *   flaw    out  line > 0: the text is not JSON
 *
 * Fails   ERR_INVALID after a flaw or faults; ERR_MEMORY
 * Thread  any
 */
MUST_CHECK enum error predict_write(const struct predict_request *request,
                                    struct arena *arena,
                                    struct faults *faults,
                                    struct json_flaw *flaw,
                                    struct buffer *out);

#endif
