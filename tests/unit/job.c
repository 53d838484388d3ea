/* job.c - runs of the core for tests: built by name, recorded in full. */
#include "tests/unit/job.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

struct job *job_new(const char *optimizer)
{
    struct job *job = calloc(1, sizeof *job);

    assert_non_null(job);
    job->records = calloc(JOB_RECORDS, sizeof *job->records);
    assert_non_null(job->records);
    arena_init(&job->arena, 0);
    faults_init(&job->faults, &job->arena);
    job->optimizer = optimizer_kind_find(optimizer, NULL);
    assert_non_null(job->optimizer);
    parameter_defaults(job->optimizer->parameters, job->p);
    parameter_defaults(wrap_parameters, job->wrap);
    parameter_defaults(stop_parameters, job->stop);
    schedule_default(&job->schedule);
    return job;
}

void job_free(struct job *job)
{
    arena_fini(&job->arena);
    free(job->records);
    free(job);
}

static void build(struct job *job, const char *kind,
                  const struct value *values)
{
    const struct objective_kind *k = objective_kind_find(kind);

    assert_non_null(k);
    assert_int_equal(k->build(&job->arena, values, "/objective", &job->faults,
                              &job->objective), OK);
    assert_ptr_equal(job->objective.kind, k);
}

void job_polynomial(struct job *job, const double *c, size_t count)
{
    struct value values[MEMBERS_MAX] = {
        {.given = true, .numbers = c, .rows = count},
    };

    build(job, "polynomial", values);
}

void job_bowl(struct job *job)
{
    static const char *const names[] = {"x", "y"};
    static const struct power powers[] = {
        {"x", 2}, {"y", 2}, {"x", 1}, {"y", 1},
    };
    static const struct term terms[] = {
        {6, &powers[0], 1},   {9, &powers[1], 1}, {-12, &powers[2], 1},
        {-14, &powers[3], 1}, {3, NULL, 0},
    };
    struct value values[MEMBERS_MAX] = {
        {0},
        {.given = true, .names = names, .rows = 2},
        {.given = true, .terms = terms, .rows = 5},
    };

    build(job, "polynomial", values);
}

void job_quadratic_bowl(struct job *job)
{
    static const double A[] = {12, 0, 0, 18}, b[] = {-12, -14};
    struct value values[MEMBERS_MAX] = {
        {.given = true, .numbers = A, .rows = 2, .columns = 2},
        {.given = true, .numbers = b, .rows = 2},
        {.given = true, .number = 3},
    };

    build(job, "quadratic", values);
}

void job_formula_bowl(struct job *job)
{
    static const struct symbol symbols[] = {{.name = "x"}, {.name = "y"}};
    struct value values[MEMBERS_MAX] = {
        {.given = true, .text = "6*x^2 + 9*y^2 - 12*x - 14*y + 3"},
        {.given = true, .symbols = symbols, .rows = 2},
    };

    build(job, "expression", values);
}

void job_function(struct job *job, const char *name)
{
    struct value values[MEMBERS_MAX] = {{.given = true, .text = name}};

    build(job, "function", values);
}

static bool set(const struct parameter *table, double *values,
                const char *name, double value)
{
    for (size_t i = 0; table[i].name != NULL; i++) {
        if (strcmp(table[i].name, name) == 0) {
            assert_true(parameter_accepts(&table[i], value));
            values[i] = value;
            return true;
        }
    }
    return false;
}

void job_set(struct job *job, const char *name, double value)
{
    assert_true(set(job->optimizer->parameters, job->p, name, value)
                || set(wrap_parameters, job->wrap, name, value)
                || set(stop_parameters, job->stop, name, value));
}

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct job *job = self;
    struct record *record = &job->records[job->count++];

    assert_true(job->count <= JOB_RECORDS);
    assert_true(job->objective.n <= JOB_DIMENSION);
    record->it = *it;
    record->reason = reason;
    memcpy(record->x, it->x, job->objective.n * sizeof *it->x);
    return reason;
}

struct run job_as_run(struct job *job, const double *x0)
{
    return (struct run){
        .objective = &job->objective,
        .optimizer = job->optimizer,
        .optimizer_parameters = job->p,
        .wrap_parameters = job->wrap,
        .low = job->low,
        .high = job->high,
        .schedule = &job->schedule,
        .stop = job->stop,
        .start = x0,
        .cancel = job->cancel,
        .observe = observe,
        .observer = job,
    };
}

void job_run(struct job *job, const double *x0)
{
    struct run run = job_as_run(job, x0);

    job->count = 0;
    assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
}
