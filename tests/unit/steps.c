/* steps.c - iterations made by a formula, to record without a run. */
#include "tests/unit/steps.h"

#include <math.h>

#include "tests/unit/cmocka_all.h"

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
        .has_gradient = true,
        .gradient_norm = k % 70 == 69 ? INFINITY : cos((double)k),
        .step_norm = k == 0 ? 0 : exp(-(double)k / 100),
        .learning_rate = k == 0 ? 0 : 0.03,
        .x = steps->x,
        .best_iteration = k / 2,
        .best_loss = -(double)k,
        .best_x = steps->best_x,
        .violation = k % 60 == 59 ? -NAN : fabs(sin((double)k)),
    };
    for (size_t i = 0; i < n; i++) {
        steps->x[i] = steps_x(k, i);
        steps->best_x[i] = -(double)k - (double)i;
    }
}

enum reason steps_observe(struct recorder *recorder, uint64_t k,
                          enum reason reason)
{
    struct steps steps;

    steps_at(&steps, k, recorder->form.n);
    return recorder_observe(recorder, &steps.it, reason);
}

void steps_record(struct recorder *recorder, uint64_t last)
{
    for (uint64_t k = 0; k < last; k++)
        assert_int_equal(steps_observe(recorder, k, REASON_NONE), REASON_NONE);
    assert_int_equal(steps_observe(recorder, last, REASON_MAX_ITERATIONS),
                     REASON_MAX_ITERATIONS);
}

/* Bit for bit; of a NaN whose bits are those of absence, and of any other,
 * which is written as the one quiet NaN in rows that are not finite. */
static void check_bits(double found, double expected)
{
    if (isnan(expected) && isnan(found) && !chunk_is_absent(found))
        return;
    assert_memory_equal(&found, &expected, sizeof found);
}

void steps_check_row(const struct chunk *chunk, size_t row, uint64_t k)
{
    struct steps steps;

    steps_at(&steps, k, chunk->form.n);
    check_bits(chunk->scalars[COLUMN_ITERATION][row], (double)k);
    check_bits(chunk->scalars[COLUMN_LOSS][row], steps.it.loss);
    check_bits(chunk->scalars[COLUMN_GRADIENT_NORM][row],
               steps.it.gradient_norm);
    check_bits(chunk->scalars[COLUMN_STEP_NORM][row], steps.it.step_norm);
    check_bits(chunk->scalars[COLUMN_LEARNING_RATE][row],
               steps.it.learning_rate);
    check_bits(chunk->scalars[COLUMN_EVALUATIONS][row],
               (double)steps.it.evaluations);
    for (size_t i = 0; i < chunk->form.n && chunk->form.x == CHUNK_X_ROWS; i++)
        check_bits(chunk->x[i * STORE_CHUNK_ROWS + row], steps.x[i]);
}
