/* steps.c - iterations made by a formula, to record without a run. */
#include "tests/unit/steps.h"

#include <math.h>

double steps_x(uint64_t k, size_t i)
{
    if (k % 100 == 99)
        return i % 2 ? -NAN : -INFINITY;
    return sin((double)k) * (double)(i + 1);
}

void steps_at(struct steps *steps, uint64_t k, size_t n)
{
    steps->it = (struct iteration){
        .iteration = k,
        .evaluations = 3 * k + 1,
        .loss = k % 50 == 49 ? -NAN : 1 / (1.0 + (double)k),
        .gradient_norm = k % 70 == 69 ? INFINITY : cos((double)k),
        .step_norm = k == 0 ? 0 : exp(-(double)k / 100),
        .learning_rate = k == 0 ? 0 : 0.03,
        .x = steps->x,
        .best_iteration = k / 2,
        .best_loss = -(double)k,
        .best_x = steps->best_x,
    };
    for (size_t i = 0; i < n; i++) {
        steps->x[i] = steps_x(k, i);
        steps->best_x[i] = -(double)k - (double)i;
    }
}
