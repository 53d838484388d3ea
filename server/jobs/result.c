/* result.c - results and outcomes as JSON. */
#include "server/jobs/result.h"

#include <math.h>
#include <stdio.h>

#include "server/json/number.h"
#include "server/json/writer.h"

/* JSON has no NaN and no infinity: null in its place, and its word here. */
static void write_nonfinite(struct json_writer *writer, const char *name,
                            double value)
{
    if (isfinite(value))
        return;
    json_object_begin(writer);
    json_member_text(writer, "field", name);
    json_member_text(writer, "value",
                     number_nonfinite_word(value));
    json_object_end(writer);
}

static void write_point(struct json_writer *writer, double loss,
                        const double *x, size_t n)
{
    json_member_number(writer, "loss", loss);
    json_key(writer, "x");
    json_numbers(writer, x, n);
}

static void write_all_nonfinite(struct json_writer *writer,
                                const struct run_result *result, size_t n)
{
    char name[32];

    json_key(writer, "nonfinite");
    json_array_begin(writer);
    write_nonfinite(writer, "loss", result->loss);
    if (result->has_gradient)
        write_nonfinite(writer, "gradient_norm", result->gradient_norm);
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "x.%zu", i);
        write_nonfinite(writer, name, result->x[i]);
    }
    json_array_end(writer);
}

void outcome_write(struct json_writer *writer, enum reason reason,
                   const char *message)
{
    json_object_begin(writer);
    json_member_text(writer, "class",
                     outcome_class_name(reason_texts[reason].outcome));
    json_member_text(writer, "reason", reason_texts[reason].name);
    json_member_text(writer, "message", message);
    json_object_end(writer);
}

void result_write(const struct spec *spec, const struct run_result *result,
                  double elapsed_s, const char *trace_sha256,
                  struct buffer *out)
{
    struct json_writer writer;
    size_t n = spec->objective.n;
    char message[256];

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_flag(&writer, "final", true);
    json_member_integer(&writer, "iterations", (int64_t)result->iterations);
    json_key(&writer, "evaluations");
    json_object_begin(&writer);
    json_member_integer(&writer, "loss", (int64_t)result->loss_evaluations);
    json_member_integer(&writer, "gradient",
                        (int64_t)result->gradient_evaluations);
    json_object_end(&writer);
    json_member_number(&writer, "gradient_norm", result->gradient_norm);
    write_point(&writer, result->loss, result->x, n);
    write_all_nonfinite(&writer, result, n);
    json_key(&writer, "best");
    json_object_begin(&writer);
    json_member_integer(&writer, "iteration",
                        (int64_t)result->best.iteration);
    write_point(&writer, result->best.loss, result->best.x, n);
    json_object_end(&writer);
    if (result->average) {
        json_key(&writer, "average");
        json_numbers(&writer, result->average, n);
    }
    json_key(&writer, "outcome");
    if (result->reason == REASON_CANCELED) {
        json_null(&writer);
    } else {
        snprintf(message, sizeof message, "at iteration %llu %s",
                 (unsigned long long)result->iterations,
                 reason_texts[result->reason].sentence);
        outcome_write(&writer, result->reason, message);
    }
    json_member_number(&writer, "elapsed_s", elapsed_s);
    json_member_text(&writer, "trace_sha256", trace_sha256);
    json_object_end(&writer);
}

void result_write_progress(const struct progress *progress, size_t n,
                           const double *x, const double *best_x,
                           struct buffer *out)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_flag(&writer, "final", false);
    json_member_integer(&writer, "iterations", (int64_t)progress->iteration);
    json_member_number(&writer, "gradient_norm", progress->gradient_norm);
    write_point(&writer, progress->loss, x, n);
    json_key(&writer, "best");
    json_object_begin(&writer);
    json_member_integer(&writer, "iteration",
                        (int64_t)progress->best_iteration);
    write_point(&writer, progress->best_loss, best_x, n);
    json_object_end(&writer);
    json_member_null(&writer, "outcome");
    json_member_number(&writer, "elapsed_s", progress->elapsed_s);
    json_object_end(&writer);
}
