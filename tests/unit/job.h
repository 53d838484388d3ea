/* job.h - runs of the core for tests: built by name, recorded in full. */
#ifndef TESTS_UNIT_JOB_H
#define TESTS_UNIT_JOB_H

#include <stdint.h>

#include "core/run/run.h"

enum { JOB_DIMENSION = 4, JOB_RECORDS = 20001 };

/* One iteration as it was shown. */
struct record {
    struct iteration it;     /* its x points nowhere */
    double x[JOB_DIMENSION];
    enum reason reason;
};

struct job {
    struct arena arena;
    struct faults faults;
    struct objective objective;
    const struct optimizer_kind *optimizer;
    double p[PARAMETERS_MAX];
    double wrap[WRAP_PARAMETERS];
    const double *low, *high;   /* bounds, NULL unless set */
    struct schedule schedule;   /* constant unless set */
    double stop[STOP_RULES];
    const atomic_bool *cancel;
    struct record *records;  /* [count] */
    uint64_t count;
    struct run_result result;
};

/* A job with the optimizer's and the stop rules' defaults; job_free() it. */
struct job *job_new(const char *optimizer);
void job_free(struct job *job);

/* c0 + c1 x + c2 x^2 + ... */
void job_polynomial(struct job *job, const double *c, size_t count);

/* 6x^2 + 9y^2 - 12x - 14y + 3, as terms: minimum -76/9 at (1, 7/9). */
void job_bowl(struct job *job);

/* The same as a quadratic: A = diag(12, 18), b = (-12, -14), c = 3. */
void job_quadratic_bowl(struct job *job);

/* The same as a formula of x and y. */
void job_formula_bowl(struct job *job);

void job_function(struct job *job, const char *name);

/* Give a value to the optimizer's parameter or the stop rule of that name. */
void job_set(struct job *job, const char *name, double value);

/* The run that the job describes, recorded into it. */
struct run job_as_run(struct job *job, const double *x0);

/* Run from x0 to the end and record. */
void job_run(struct job *job, const double *x0);

#endif
