/* result.c - results and outcomes as JSON. */
#include "server/jobs/result.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "core/model/model.h"
#include "core/objective/fit.h"
#include "server/jobs/result_model.h"
#include "server/jobs/spec_names.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum {
    MESSAGE_BYTES = 400,
    PARAMETERS_WRITTEN_MAX = 10000, /* by name; x has more */
    COVARIANCE_WRITTEN_MAX = 100,  /* rows; standard errors go on */
    PROGRESS_AT_ONCE = 2048,       /* numbers */
};

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

/* ---- constraints ------------------------------------------------------- */

/* Of each its value at x, and whether that is allowed. */
static void write_constraints(struct json_writer *writer,
                              const struct spec *spec, const double *x)
{
    json_key(writer, "constraints");
    json_array_begin(writer);
    for (size_t i = 0; i < spec->constraint_count; i++) {
        const struct constraint *c = &spec->constraints[i];
        double value = c->evaluate(c->data, x, spec->objective.n, NULL);
        double violation = constraint_violation(c, value);

        json_object_begin(writer);
        json_member_text(writer, "type", constraint_type_name(c->type));
        json_member_number(writer, "value", value);
        json_member_number(writer, "violation", violation);
        json_member_flag(writer, "satisfied", violation <= c->tolerance);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_feasibility(struct json_writer *writer,
                              const struct spec *spec,
                              const struct feasibility *at_x, const double *x)
{
    if (spec->constraint_count == 0)
        return;
    json_member_flag(writer, "feasible", at_x->feasible);
    json_member_number(writer, "max_violation", at_x->violation);
    write_constraints(writer, spec, x);
}

/* What may help a run that diverged, by what its method has. */
static const char *advice_on(const struct spec *spec,
                             const struct run_result *result)
{
    bool has_rate = spec->steps
        && !strcmp(spec->optimizer->parameters[LEARNING_RATE].name,
                   "learning_rate");

    if (result->reason != REASON_DIVERGED && result->reason != REASON_NONFINITE)
        return "";
    if (result->iterations == 0)
        return ": try another start";
    if (!has_rate)
        return ": try another start, or bounds";
    return result->reason == REASON_DIVERGED
               ? ": try a smaller learning rate"
               : ": try a smaller learning rate, or another start";
}

/* Where the run ended and why, and that constraints do not hold there. */
static void write_message(const struct spec *spec,
                          const struct run_result *result,
                          char message[MESSAGE_BYTES])
{
    unsigned long long iteration = (unsigned long long)result->iterations;
    const char *sentence = reason_texts[result->reason].sentence;
    double violation = result->at_x.violation;
    char text[NUMBER_TEXT_BYTES + 1];

    if (result->reason == REASON_GRADIENT_TOLERANCE
        && spec->constraint_count > 0 && spec->optimizer->shows_lagrangian)
        sentence = "the norm of the Lagrangian's gradient fell to the "
                   "tolerance, and the constraints hold";
    if (spec->constraint_count == 0 || result->at_x.feasible) {
        snprintf(message, MESSAGE_BYTES, "at iteration %llu %s%s", iteration,
                 sentence, advice_on(spec, result));
        return;
    }
    if (!isfinite(violation)) {
        snprintf(message, MESSAGE_BYTES,
                 "at iteration %llu %s; a constraint has no finite value there",
                 iteration, sentence);
        return;
    }
    text[number_write(violation, text)] = '\0';
    snprintf(message, MESSAGE_BYTES,
             "at iteration %llu %s; the point is not feasible: a constraint "
             "is violated by %s", iteration, sentence, text);
}

static void write_all_nonfinite(struct json_writer *writer,
                                const struct spec *spec,
                                const struct run_result *result)
{
    size_t n = spec->objective.n;
    char name[48];

    json_key(writer, "nonfinite");
    json_array_begin(writer);
    write_nonfinite(writer, "loss", result->loss);
    if (result->has_gradient)
        write_nonfinite(writer, "gradient_norm", result->gradient_norm);
    write_nonfinite(writer, "max_violation", result->at_x.violation);
    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "x.%zu", i);
        write_nonfinite(writer, name, result->x[i]);
    }
    write_nonfinite(writer, "best.loss", result->best.loss);
    write_nonfinite(writer, "best.max_violation",
                    result->best.at_x.violation);
    for (size_t i = 0; i < spec->constraint_count; i++) {
        const struct constraint *c = &spec->constraints[i];

        snprintf(name, sizeof name, "constraints.%zu.value", i);
        write_nonfinite(writer, name, c->evaluate(c->data, result->x, n,
                                                  NULL));
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

/* ---- by name ----------------------------------------------------------- */

/* Numbers for each variable, in its own shape, under its name. */
static void write_by_name(struct json_writer *writer, const char *member,
                          const struct symbols *symbols, const double *x)
{
    json_key(writer, member);
    if (!x) {
        json_null(writer);
        return;
    }
    json_object_begin(writer);
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->items[i];

        if (symbol->type != SYMBOL_VARIABLE)
            continue;
        json_key(writer, symbol->name);
        if (symbol->rows == 0)
            json_number(writer, x[symbol->offset]);
        else if (symbol->columns > 0)
            spec_matrix_write(writer, x + symbol->offset, symbol->rows,
                              symbol->columns);
        else
            json_numbers(writer, x + symbol->offset, symbol_size(symbol));
    }
    json_object_end(writer);
}

/* The same of a fit, with its fixed parameters: their numbers or, with `blank`,
 * null. */
static void write_fit_by_name(struct json_writer *writer, const char *member,
                              const struct objective *objective,
                              const double *x, bool blank, struct buffer *out)
{
    const struct fit_fixed *fixed = fit_data_of(objective)->fixed;
    struct arena arena;
    double *full;

    if (!fixed || !x) {
        write_by_name(writer, member, objective->symbols, x);
        return;
    }
    arena_init(&arena, 0);
    full = arena_array(&arena, fixed->count, sizeof *full);
    if (full) {
        fit_spread(fixed, x, blank, full);
        write_by_name(writer, member, &fixed->named, full);
    } else {
        out->failed = true;
    }
    arena_fini(&arena);
}

static void write_covariance(struct json_writer *writer, const double *C,
                             size_t n)
{
    json_key(writer, "covariance");
    if (!C || n > COVARIANCE_WRITTEN_MAX) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < n; i++)
        json_numbers(writer, C + i * n, n);
    json_array_end(writer);
}

/* What only fits have: how well x is known. */
static void write_statistics(struct json_writer *writer,
                             const struct spec *spec,
                             const struct run_result *result,
                             struct buffer *out)
{
    const struct objective *objective = &spec->objective;
    const struct fit_end end = {
        .x = result->x,
        .converged = reason_texts[result->reason].outcome == CONVERGED,
        .constrained = spec->constraint_count > 0,
        .low = spec->low, .high = spec->high,
    };
    struct fit_statistics statistics;
    struct arena arena;

    arena_init(&arena, 0);
    if (fit_statistics(objective, &end, &arena, &statistics) == OK) {
        write_fit_by_name(writer, "standard_errors", objective,
                          statistics.standard_errors, true, out);
        json_member_number(writer, "residual_standard_deviation",
                           statistics.residual_standard_deviation);
        json_member_number(writer, "degrees_of_freedom",
                           statistics.degrees_of_freedom);
        json_member_number(writer, "r_squared", statistics.r_squared);
        write_covariance(writer, statistics.covariance, objective->n);
    } else {
        out->failed = true;
    }
    arena_fini(&arena);
}

static void write_names(struct json_writer *writer, const struct spec *spec,
                        const struct run_result *result, struct buffer *out)
{
    const struct objective *objective = &spec->objective;

    if (objective->symbols && objective->n <= PARAMETERS_WRITTEN_MAX) {
        if (fit_data_of(objective))
            write_fit_by_name(writer, "parameters", objective, result->x,
                              false, out);
        else
            write_by_name(writer, "parameters", objective->symbols,
                          result->x);
    }
    if (fit_data_of(objective) && objective->residuals)
        write_statistics(writer, spec, result, out);
}

enum error result_residuals(const struct objective *objective,
                            const double *x, struct arena *arena,
                            const double **ret, size_t *ret_rows)
{
    const struct fit_data *fit = fit_data_of(objective);
    double *residuals;

    *ret = NULL;
    *ret_rows = 0;
    if (!fit || !fit->target || !x)
        return OK;
    residuals = arena_array(arena, fit->rows, sizeof *residuals);
    if (!residuals)
        return ERR_MEMORY;
    if (!fit_residuals(objective, x, residuals))
        return OK;
    *ret = residuals;
    *ret_rows = fit->rows;
    return OK;
}

void result_add_residuals(const struct objective *objective, const double *x,
                          struct arena *arena, struct buffer *out)
{
    static const char key[] = ",\"residuals\":";
    struct json_writer writer;
    const double *residuals;
    size_t rows;

    if (out->failed || out->count == 0)
        return;
    assert(out->bytes[out->count - 1] == '}');
    out->count--;
    buffer_text(out, key);
    json_writer_init(&writer, out);
    out->failed |= result_residuals(objective, x, arena, &residuals, &rows)
                   != OK;
    if (residuals)
        json_numbers(&writer, residuals, rows);
    else
        json_null(&writer);
    buffer_text(out, "}");
}

void result_outcome_write(const struct spec *spec,
                          const struct run_result *result,
                          struct json_writer *writer)
{
    char message[MESSAGE_BYTES];

    write_message(spec, result, message);
    outcome_write(writer, result->reason, message);
}

void result_write(const struct spec *spec, const struct run_result *result,
                  double elapsed_s, const char *trace_sha256,
                  struct buffer *out)
{
    struct json_writer writer;
    size_t n = spec->objective.n;

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
    write_feasibility(&writer, spec, &result->at_x, result->x);
    write_all_nonfinite(&writer, spec, result);
    write_names(&writer, spec, result, out);
    if (model_design_of(&spec->objective))
        result_model_write(&writer, spec, result, out);
    json_key(&writer, "best");
    json_object_begin(&writer);
    json_member_integer(&writer, "iteration",
                        (int64_t)result->best.iteration);
    write_point(&writer, result->best.loss, result->best.x, n);
    write_feasibility(&writer, spec, &result->best.at_x, result->best.x);
    json_object_end(&writer);
    if (result->average) {
        json_key(&writer, "average");
        json_numbers(&writer, result->average, n);
    }
    json_key(&writer, "outcome");
    if (result->reason == REASON_CANCELED)
        json_null(&writer);
    else
        result_outcome_write(spec, result, &writer);
    json_member_number(&writer, "elapsed_s", elapsed_s);
    json_member_text(&writer, "trace_sha256", trace_sha256);
    json_object_end(&writer);
}

/* ---- the best so far ---------------------------------------------------- */

void result_progress_begin(struct result_progress *self,
                           const struct progress *progress, size_t n,
                           const double *x, const double *best_x)
{
    *self = (struct result_progress){.progress = progress, .n = n, .x = x,
                                     .best_x = best_x};
    json_writer_init(&self->writer, NULL);
}

static void begin_point(struct result_progress *self)
{
    const struct progress *progress = self->progress;
    struct json_writer *writer = &self->writer;

    if (self->point == PROGRESS_LAST) {
        json_object_begin(writer);
        json_member_flag(writer, "final", false);
        json_member_integer(writer, "iterations",
                            (int64_t)progress->iteration);
        json_member_number(writer, "gradient_norm", progress->gradient_norm);
        json_member_number(writer, "loss", progress->loss);
    } else {
        json_key(writer, "best");
        json_object_begin(writer);
        json_member_integer(writer, "iteration",
                            (int64_t)progress->best_iteration);
        json_member_number(writer, "loss", progress->best_loss);
    }
    json_key(writer, "x");
    json_array_begin(writer);
}

static void end_point(struct result_progress *self)
{
    const struct progress *progress = self->progress;
    struct json_writer *writer = &self->writer;

    json_array_end(writer);
    if (progress->constrained)
        json_member_number(writer, "max_violation",
                           self->point == PROGRESS_LAST
                               ? progress->violation
                               : progress->best_violation);
    if (self->point == PROGRESS_LAST)
        return;
    json_object_end(writer);
    json_member_null(writer, "outcome");
    json_member_number(writer, "elapsed_s", progress->elapsed_s);
    json_object_end(writer);
}

bool result_progress_next(struct result_progress *self, struct buffer *out)
{
    const double *x = self->point == PROGRESS_LAST ? self->x : self->best_x;
    size_t count = self->n - self->at;

    self->writer.out = out;
    if (self->at == 0)
        begin_point(self);
    if (count > PROGRESS_AT_ONCE)
        count = PROGRESS_AT_ONCE;
    json_items(&self->writer, x + self->at, count);
    self->at += count;
    if (self->at < self->n)
        return true;
    end_point(self);
    self->at = 0;
    return self->point++ == PROGRESS_LAST;
}
