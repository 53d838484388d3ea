/* steps.h - iterations made by a formula, to record without a run. */
#ifndef TESTS_UNIT_STEPS_H
#define TESTS_UNIT_STEPS_H

#include "server/jobs/recorder.h"

enum { STEPS_DIMENSION_MAX = 100 };

/* Iteration k: every column is another function of k, some not finite. */
struct steps {
    struct iteration it;
    double x[STEPS_DIMENSION_MAX], best_x[STEPS_DIMENSION_MAX];
};

/* Iteration k of a run in n dimensions. */
void steps_at(struct steps *steps, uint64_t k, size_t n);

/* x[i] of iteration k. */
double steps_x(uint64_t k, size_t i);

/* Show iteration k to the recorder; what it answers. */
enum reason steps_observe(struct recorder *recorder, uint64_t k,
                          enum reason reason);

/* Show it iterations 0 ... last, of which the last one ends the run. */
void steps_record(struct recorder *recorder, uint64_t last);

/* Row `row` of the chunk must be iteration k, bit for bit. */
void steps_check_row(const struct chunk *chunk, size_t row, uint64_t k);

#endif
