/*
 * test_batches.c - which rows an iteration takes, and what a run over rows
 * shows and compares where epochs end.
 *
 * The objective is the mean of (x - t_i)^2 over rows t_0 … t_9, whose minimum
 * is their mean; its validation part is the one row VALIDATION.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/run/batches.h"
#include "tests/unit/job.h"

enum { ROWS = 10, SHOWN_MAX = 2000 };
#define VALIDATION 3.0

static const double targets[ROWS] = {4, -1, 2.5, 7, 0, 1, -3, 8, 2, 5.5};

/* ---- batches alone ------------------------------------------------------ */

static void begin(struct batches *batches, struct arena *arena, size_t rows,
                  size_t batch_rows, enum shuffle shuffle, uint64_t seed)
{
    struct batching how = {.batch_rows = batch_rows, .shuffle = shuffle};

    assert_int_equal(batches_init(batches, &how, rows, seed, arena), OK);
}

static void every_epoch_visits_every_row_once(void **unused)
{
    static const size_t sizes[] = {1, 2, 3, 7, 16, 99, 100, 101};
    (void)unused;

    for (enum shuffle how = 0; how < SHUFFLES; how++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct arena arena;
            struct batches b;

            arena_init(&arena, 0);
            begin(&b, &arena, 100, sizes[s], how, 7);
            for (uint64_t epoch = 0; epoch < 3; epoch++) {
                bool seen[100] = {false};
                size_t count = 0;

                for (uint64_t k = 0; k < b.an_epoch; k++) {
                    struct batch batch;

                    batches_at(&b, epoch * b.an_epoch + k, &batch);
                    assert_int_equal(batch.epoch, epoch);
                    assert_in_range(batch.count, 1, sizes[s]);
                    for (size_t i = 0; i < batch.count; i++) {
                        assert_in_range(batch_row(&batch, i), 0, 99);
                        assert_false(seen[batch_row(&batch, i)]);
                        seen[batch_row(&batch, i)] = true;
                    }
                    count += batch.count;
                }
                assert_int_equal(count, 100);
            }
            arena_fini(&arena);
        }
    }
}

/* What is said of the next batch, to ask memory for it, is so. */
static void a_batch_knows_where_the_next_one_begins(void **unused)
{
    static const size_t sizes[] = {1, 3, 7, 50};
    (void)unused;

    for (enum shuffle how = 0; how < SHUFFLES; how++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct arena arena;
            struct batches b;
            struct batch batch, next;

            arena_init(&arena, 0);
            begin(&b, &arena, 100, sizes[s], how, 8);
            for (uint64_t k = 0; k + 1 < b.an_epoch; k++) {
                size_t after;

                batches_at(&b, k, &batch);
                after = batch.first + batch.count + (size_t)batch.skip;
                batches_at(&b, k + 1, &next);
                if (batch.rows == NULL) {
                    assert_int_equal(after, next.first);
                    continue;
                }
                assert_ptr_equal(batch.rows + batch.count, next.rows);
                assert_int_equal(batch.more, next.more + next.count);
            }
            arena_fini(&arena);
        }
}

static void the_rows_follow_from_seed_and_iteration_alone(void **unused)
{
    struct arena arena;
    struct batches forward, anywhere, other;
    size_t same = 0;
    (void)unused;

    arena_init(&arena, 0);
    begin(&forward, &arena, 1000, 10, SHUFFLE_ROWS, 1);
    begin(&anywhere, &arena, 1000, 10, SHUFFLE_ROWS, 1);
    begin(&other, &arena, 1000, 10, SHUFFLE_ROWS, 2);
    for (uint64_t k = 0; k < 500; k++) {
        struct batch a, b, c;
        uint32_t kept[10];

        batches_at(&forward, k, &a);
        memcpy(kept, a.rows, sizeof kept);
        batches_at(&anywhere, 499 - k, &b); /* from the end */
        batches_at(&anywhere, k, &b);
        assert_memory_equal(kept, b.rows, sizeof kept);
        batches_at(&other, k, &c);
        same += kept[0] == c.rows[0];
    }
    assert_in_range(same, 0, 10); /* by chance 0.5 of 500 */
    arena_fini(&arena);
}

__extension__ typedef unsigned __int128 wide;

/* The exchanges one after the other, as the algorithm is written down; on
 * orders made for it, runs that were stored depend. */
static void an_order_is_that_of_durstenfeld(void **unused)
{
    static const size_t counts[] = {2, 3, 64, 65, 66, 128, 129, 1000};
    static uint32_t order[1000];
    (void)unused;

    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t n = counts[c];
        uint64_t seed = UINT64_C(0x123456789), epoch = 5;
        struct arena arena;
        struct batches b;
        struct batch batch;

        for (size_t i = 0; i < n; i++)
            order[i] = (uint32_t)i;
        for (size_t d = 0; d + 1 < n; d++) {
            const uint32_t key[2] = {0x23456789, 1};
            const uint32_t counter[4] = {(uint32_t)d / 2, 5, RANDOM_SHUFFLE,
                                         0};
            uint32_t words[4], kept = order[n - 1 - d];
            size_t j;

            random_philox(counter, key, words);
            j = (size_t)(((wide)(n - d)
                          * (words[d % 2 * 2]
                             | (uint64_t)words[d % 2 * 2 + 1] << 32)) >> 64);
            order[n - 1 - d] = order[j];
            order[j] = kept;
        }
        arena_init(&arena, 0);
        begin(&b, &arena, n, n - 1, SHUFFLE_ROWS, seed);
        batches_at(&b, epoch * b.an_epoch, &batch);
        assert_memory_equal(batch.rows, order, n * sizeof *order);
        arena_fini(&arena);
    }
}

/* Each of the 24 orders of four rows: 24 000 epochs, 1000 each to be expected
 * with a deviation of 31. */
static void orders_are_equally_likely(void **unused)
{
    size_t counts[256] = {0}, orders = 0;
    struct arena arena;
    struct batches b;
    (void)unused;

    arena_init(&arena, 0);
    begin(&b, &arena, 4, 1, SHUFFLE_ROWS, 3);
    for (uint64_t epoch = 0; epoch < 24000; epoch++) {
        size_t code = 0;

        for (uint64_t k = 0; k < 4; k++) {
            struct batch batch;

            batches_at(&b, 4 * epoch + k, &batch);
            code = 4 * code + batch_row(&batch, 0);
        }
        counts[code]++;
    }
    for (size_t code = 0; code < 256; code++) {
        if (counts[code] == 0)
            continue;
        orders++;
        assert_in_range(counts[code], 850, 1150);
    }
    assert_int_equal(orders, 24);
    arena_fini(&arena);
}

static void a_given_order_is_kept_and_begins_again(void **unused)
{
    static const uint32_t first[] = {2, 0, 1}, second[] = {1, 2, 0};
    static const uint32_t *const order[] = {first, second};
    struct batching how = {.batch_rows = 2, .order = order,
                           .epochs_ordered = 2};
    static const uint32_t expected[] = {2, 0, 1, 1, 2, 0, 2, 0, 1};
    struct batches b;
    size_t at = 0;
    (void)unused;

    assert_int_equal(batches_init(&b, &how, 3, 0, NULL), OK);
    for (uint64_t k = 0; k < 6; k++) {
        struct batch batch;

        batches_at(&b, k, &batch);
        for (size_t i = 0; i < batch.count; i++)
            assert_int_equal(batch_row(&batch, i), expected[at++]);
    }
    assert_int_equal(at, 9);
}

/* ---- a run over rows ---------------------------------------------------- */

static double mean_at(double x, const struct batch *batch, double *g)
{
    double loss = 0, slope = 0;

    for (size_t i = 0; i < batch->count; i++) {
        double r = x - targets[batch_row(batch, i)];

        loss += r * r / (double)batch->count;
        slope += 2 * r / (double)batch->count;
    }
    if (g != NULL)
        *g = slope;
    return loss;
}

static double evaluate_batch(void *data, const struct batch *batch,
                             const double *x, size_t n, double *g)
{
    (void)data;
    assert_int_equal(n, 1);
    return mean_at(x[0], batch, g);
}

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    return evaluate_batch(data, &(struct batch){.count = ROWS}, x, n, g);
}

static void measure(void *data, const double *x, double *ret)
{
    (void)data;
    ret[0] = mean_at(x[0], &(struct batch){.count = ROWS}, NULL);
    ret[1] = (x[0] - VALIDATION) * (x[0] - VALIDATION);
}

static const struct metric metrics[] = {{"training_loss", true},
                                        {"validation_loss", true}};

/* What was shown, and a number of iterations after which time is over. */
struct screen {
    struct {
        struct iteration it;
        double metrics[2], x;
        enum reason reason;
    } shown[SHOWN_MAX];
    size_t count;
    uint64_t over;      /* 0: never */
};

static enum reason look(void *self, const struct iteration *it,
                        enum reason reason)
{
    struct screen *screen = self;

    if (reason == REASON_NONE && screen->over > 0
        && it->iteration == screen->over) {
        reason = REASON_TIME_LIMIT;
        if (it->metrics == NULL)
            return reason; /* it comes again */
    }
    assert_in_range(screen->count, 0, SHOWN_MAX - 1);
    screen->shown[screen->count].it = *it;
    screen->shown[screen->count].x = it->x[0];
    screen->shown[screen->count].reason = reason;
    if (it->metrics != NULL)
        memcpy(screen->shown[screen->count].metrics, it->metrics,
               sizeof screen->shown->metrics);
    screen->count++;
    return reason;
}

struct trial {
    struct job *job;
    struct by_rows by_rows;
    struct run run;
    struct screen screen;
    struct run_result result;
    double x0;
};

static void prepare(struct trial *trial, const char *optimizer,
                    size_t batch_rows, size_t judged)
{
    *trial = (struct trial){.job = job_new(optimizer), .x0 = -2};
    trial->by_rows = (struct by_rows){
        .count = ROWS, .evaluate = evaluate_batch, .metrics = metrics,
        .metric_count = 2, .judged = judged, .measure = measure,
    };
    trial->job->objective = (struct objective){
        .n = 1, .evaluate = evaluate, .by_rows = &trial->by_rows};
    trial->run = job_as_run(trial->job, &trial->x0);
    trial->run.batching = (struct batching){.batch_rows = batch_rows};
    trial->run.observe = look;
    trial->run.observer = &trial->screen;
}

static void run(struct trial *trial)
{
    struct arena arena;

    arena_init(&arena, 0);
    assert_int_equal(run_minimize(&trial->run, &arena, &trial->result), OK);
    trial->result.x = trial->result.best.x = NULL;
    arena_fini(&arena);
}

static void finish(struct trial *trial)
{
    job_free(trial->job);
}

static void metrics_stand_where_epochs_end(void **unused)
{
    struct trial trial;
    (void)unused;

    prepare(&trial, "gradient_descent", 4, 0); /* 3 batches an epoch */
    job_set(trial.job, "learning_rate", 0.05);
    job_set(trial.job, "max_epochs", 5);
    trial.job->stop[STOP_MAX_ITERATIONS] = NAN;
    run(&trial);
    assert_int_equal(trial.result.reason, REASON_MAX_EPOCHS);
    assert_int_equal(trial.result.iterations, 15);
    assert_int_equal(trial.screen.count, 16);
    for (size_t k = 0; k < 16; k++) {
        const struct iteration *it = &trial.screen.shown[k].it;
        double x = trial.screen.shown[k].x, all[2];

        measure(NULL, &x, all);
        assert_int_equal(it->metrics != NULL, k % 3 == 0);
        assert_int_equal(it->evaluations, k + 1);
        if (it->metrics != NULL) {
            assert_true(it->epoch == (double)k / 3);
            assert_memory_equal(trial.screen.shown[k].metrics, all,
                                sizeof all);
        } else {
            assert_true(it->loss != all[0]); /* of four rows, or of two */
        }
    }
    finish(&trial);
}

static void the_last_iteration_is_measured_wherever_it_is(void **unused)
{
    struct trial trial;
    (void)unused;

    for (int by_time = 0; by_time < 2; by_time++) {
        prepare(&trial, "gradient_descent", 3, 0); /* 4 batches an epoch */
        job_set(trial.job, "learning_rate", 0.01);
        if (by_time)
            trial.screen.over = 6;
        else
            job_set(trial.job, "max_iterations", 6);
        run(&trial);
        assert_int_equal(trial.screen.count, 7);
        assert_int_equal(trial.result.reason, by_time
                                                  ? REASON_TIME_LIMIT
                                                  : REASON_MAX_ITERATIONS);
        assert_non_null(trial.screen.shown[6].it.metrics);
        assert_true(trial.screen.shown[6].it.epoch == 1.5);
        assert_null(trial.screen.shown[5].it.metrics);
        finish(&trial);
    }
}

static void the_best_is_the_epoch_of_the_least_validation_loss(void **unused)
{
    struct trial trial;
    double least = INFINITY;
    uint64_t best = 0, last;
    (void)unused;

    /* From 20 the mean 2.6 is passed by 3, where the validation part is. */
    prepare(&trial, "gradient_descent", 2, 1); /* 5 batches an epoch */
    trial.x0 = 20;
    job_set(trial.job, "learning_rate", 0.003);
    job_set(trial.job, "patience", 3);
    job_set(trial.job, "max_iterations", 1900);
    run(&trial);
    assert_int_equal(trial.result.reason, REASON_PATIENCE);
    for (size_t k = 0; k < trial.screen.count; k++) {
        if (trial.screen.shown[k].it.metrics == NULL
            || !(trial.screen.shown[k].metrics[1] < least))
            continue;
        least = trial.screen.shown[k].metrics[1];
        best = k;
    }
    last = trial.result.iterations;
    assert_int_equal(trial.result.best.iteration, best);
    assert_true(trial.result.best.loss == least);
    assert_int_equal(best % 5, 0);
    assert_int_equal(last, best + 3 * 5); /* three epochs */
    finish(&trial);
}

static void tolerances_compare_epochs(void **unused)
{
    struct trial trial;
    const struct screen *screen = &trial.screen;
    (void)unused;

    prepare(&trial, "gradient_descent", 5, 0); /* 2 batches an epoch */
    trial.run.batching.shuffle = SHUFFLE_NONE;
    job_set(trial.job, "learning_rate", 0.05);
    job_set(trial.job, "loss_tolerance", 1e-3);
    run(&trial);
    assert_int_equal(trial.result.reason, REASON_LOSS_TOLERANCE);
    assert_int_equal(trial.result.iterations % 2, 0);
    for (size_t k = 2; k < screen->count; k += 2)
        assert_int_equal(fabs(screen->shown[k].metrics[0]
                              - screen->shown[k - 2].metrics[0]) <= 1e-3,
                         k + 1 == screen->count);
    finish(&trial);
}

static void all_rows_at_once_are_plain_descent(void **unused)
{
    struct trial trial;
    (void)unused;

    prepare(&trial, "gradient_descent", SIZE_MAX, 0);
    job_set(trial.job, "learning_rate", 0.25);
    job_set(trial.job, "gradient_tolerance", 1e-12);
    run(&trial);
    assert_int_equal(trial.result.reason, REASON_GRADIENT_TOLERANCE);
    for (size_t k = 0; k < trial.screen.count; k++) {
        const struct iteration *it = &trial.screen.shown[k].it;

        assert_non_null(it->metrics);
        assert_true(it->epoch == (double)k);
        assert_true(it->loss == trial.screen.shown[k].metrics[0]);
    }
    finish(&trial);
}

static void few_looks_give_the_same_bits(void **unused)
{
    struct trial all, few;
    uint64_t show_at = UINT64_MAX;
    (void)unused;

    prepare(&all, "adam", 3, 1);
    prepare(&few, "adam", 3, 1);
    few.run.show_at = &show_at;
    for (struct trial *t = &all; t != NULL; t = t == &all ? &few : NULL) {
        job_set(t->job, "max_epochs", 40);
        run(t);
    }
    assert_int_equal(few.screen.count, 41); /* 0, and the ends of epochs */
    assert_int_equal(all.screen.count, 161);
    for (size_t k = 0; k < few.screen.count; k++) {
        size_t other = 4 * k;

        assert_int_equal(few.screen.shown[k].it.iteration, other);
        assert_true(few.screen.shown[k].x == all.screen.shown[other].x);
        assert_true(few.screen.shown[k].it.best_loss
                    == all.screen.shown[other].it.best_loss);
    }
    assert_int_equal(all.result.best.iteration, few.result.best.iteration);
    finish(&all);
    finish(&few);
}

static void a_plateau_is_looked_for_where_epochs_end(void **unused)
{
    struct trial trial;
    const struct screen *screen = &trial.screen;
    (void)unused;

    prepare(&trial, "gradient_descent", 2, 0);
    trial.job->schedule.kind = schedule_kind_find("reduce_on_plateau");
    parameter_defaults(trial.job->schedule.kind->parameters,
                       trial.job->schedule.p);
    job_set(trial.job, "learning_rate", 0.2);
    job_set(trial.job, "max_epochs", 60);
    run(&trial);
    for (size_t k = 2; k < screen->count; k++)
        if (screen->shown[k].it.learning_rate
            != screen->shown[k - 1].it.learning_rate)
            assert_int_equal(k % 5, 1); /* the first update of an epoch */
    assert_true(screen->shown[screen->count - 1].it.learning_rate < 0.2);
    finish(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_epoch_visits_every_row_once),
        cmocka_unit_test(a_batch_knows_where_the_next_one_begins),
        cmocka_unit_test(the_rows_follow_from_seed_and_iteration_alone),
        cmocka_unit_test(an_order_is_that_of_durstenfeld),
        cmocka_unit_test(orders_are_equally_likely),
        cmocka_unit_test(a_given_order_is_kept_and_begins_again),
        cmocka_unit_test(metrics_stand_where_epochs_end),
        cmocka_unit_test(the_last_iteration_is_measured_wherever_it_is),
        cmocka_unit_test(the_best_is_the_epoch_of_the_least_validation_loss),
        cmocka_unit_test(tolerances_compare_epochs),
        cmocka_unit_test(all_rows_at_once_are_plain_descent),
        cmocka_unit_test(few_looks_give_the_same_bits),
        cmocka_unit_test(a_plateau_is_looked_for_where_epochs_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
