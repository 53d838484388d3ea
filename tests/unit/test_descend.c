/*
 * test_descend.c - steps of single rows that go by without a look are those
 * that are taken one at a time, to the bit.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/run/run.h"
#include "tests/unit/model_bench.h"

enum { EPOCHS = 4, ROWS = 300 };

static const struct {
    const char *name, *model, *loss, *rule;
    double rate, l1, l2;
    bool intercept, weighted, is_sum;
    size_t features;
} walks[] = {
    {"logistic", "logistic", NULL, "sgd", 0.1, 0, 0, true, false, false, 11},
    {"without an intercept", "logistic", NULL, "gradient_descent", 0.1, 0,
     0.01, false, false, false, 11},
    {"weighted, a sum", "logistic", NULL, "sgd", 0.1, 0, 0.1, true, true, true,
     32},
    {"few features", "logistic", NULL, "sgd", 0.5, 0, 1e-4, true, false, false,
     3},
    {"as many as there are lanes", "logistic", NULL, "sgd", 0.5, 0, 1e-4, true,
     true, false, 8},
    {"hinge, which is flat", "svm", "hinge", "sgd", 0.2, 0, 0, true, false,
     false, 40},
    {"squared hinge", "svm", "squared_hinge", "sgd", 0.02, 0, 0.3, true, true,
     false, 17},
    {"a rate of 0", "logistic", NULL, "sgd", 0, 0, 0.1, true, false, false, 9},
    {"l1, which it leaves to others", "logistic", NULL, "sgd", 0.1, 0.01, 0,
     true, false, false, 11},
    {"up to infinity", "svm", "squared_hinge", "sgd", 400, 0, 1, true, false,
     false, 11},
    {"away from the minimum", "logistic", NULL, "sgd", 3, 0, 1, true, false,
     false, 11},
};

/* What was shown where epochs end, and at the last iteration. */
struct shown {
    uint64_t show_at, stride, count;
    struct iteration ends[EPOCHS + 2];
    double x[EPOCHS + 2][64], best_x[EPOCHS + 2][64];
    double metrics[EPOCHS + 2][METRICS_MAX];
    size_t n, end_count;
};

static enum reason look(void *self, const struct iteration *it,
                        enum reason reason)
{
    struct shown *shown = self;
    size_t i = shown->end_count;

    shown->count++;
    shown->show_at = shown->stride > UINT64_MAX - it->iteration
                         ? UINT64_MAX : it->iteration + shown->stride;
    if (it->metrics == NULL)
        return reason;
    assert_in_range(i, 0, EPOCHS + 1);
    shown->ends[i] = *it;
    memcpy(shown->x[i], it->x, shown->n * sizeof(double));
    memcpy(shown->best_x[i], it->best_x, shown->n * sizeof(double));
    memcpy(shown->metrics[i], it->metrics, 2 * sizeof(double));
    shown->end_count++;
    return reason;
}

/* Walk number k, shown to `ret` at every `stride` iterations. */
static struct run_result walk(size_t k, const struct batching *batching,
                              struct model_bench *bench, struct shown *ret)
{
    const struct optimizer_kind *rule = optimizer_kind_find(walks[k].rule,
                                                            NULL);
    double p[PARAMETERS_MAX], wraps[WRAP_PARAMETERS], stop[STOP_RULES];
    struct schedule schedule;
    struct run_result result;
    struct run run = {
        .objective = &bench->objective, .optimizer = rule,
        .optimizer_parameters = p, .wrap_parameters = wraps,
        .schedule = &schedule, .stop = stop, .start = bench->x, .seed = 12,
        .batching = *batching, .observe = look, .observer = ret,
        .show_at = &ret->show_at,
    };

    parameter_defaults(rule->parameters, p);
    p[LEARNING_RATE] = walks[k].rate;
    parameter_defaults(wrap_parameters, wraps);
    parameter_defaults(stop_parameters, stop);
    stop[STOP_MAX_ITERATIONS] = NAN;
    stop[STOP_MAX_EPOCHS] = EPOCHS;
    schedule_default(&schedule);
    ret->n = bench->objective.n;
    assert_int_equal(run_minimize(&run, &bench->arena, &result), OK);
    return result;
}

static struct model_bench *bench_of(size_t k)
{
    struct model_design design = model_bench_design(walks[k].model,
                                                    walks[k].loss);

    design.l1 = walks[k].l1;
    design.l2 = walks[k].l2;
    design.intercept = walks[k].intercept;
    design.is_sum = walks[k].is_sum;
    design.features = walks[k].features;
    return model_bench_new(&design, ROWS_DENSE64, walks[k].weighted);
}

static void check_same(double a, double b, const char *name)
{
    if (memcmp(&a, &b, sizeof a) != 0 && !(isnan(a) && isnan(b)))
        fail_msg("%s: %.17g, not %.17g", name, a, b);
}

static void compare(const struct shown *a, const struct shown *b,
                    const char *name)
{
    assert_int_equal(a->end_count, b->end_count);
    for (size_t i = 0; i < a->end_count; i++) {
        const struct iteration *x = &a->ends[i], *y = &b->ends[i];

        assert_int_equal(x->iteration, y->iteration);
        assert_int_equal(x->evaluations, y->evaluations);
        assert_int_equal(x->best_iteration, y->best_iteration);
        check_same(x->loss, y->loss, name);
        check_same(x->gradient_norm, y->gradient_norm, name);
        check_same(x->step_norm, y->step_norm, name);
        check_same(x->best_loss, y->best_loss, name);
        for (size_t j = 0; j < 2; j++)
            check_same(a->metrics[i][j], b->metrics[i][j], name);
        for (size_t j = 0; j < a->n; j++) {
            check_same(a->x[i][j], b->x[i][j], name);
            check_same(a->best_x[i][j], b->best_x[i][j], name);
        }
    }
}

/* One at a time: with somebody who looks at each iteration. */
static void unseen_steps_are_those_that_are_seen(void **unused)
{
    static uint32_t backward[ROWS];
    static const uint32_t *const orders[] = {backward};
    const struct batching ways[] = {
        {1, SHUFFLE_ROWS, NULL, 0}, {1, SHUFFLE_BLOCKS, NULL, 0},
        {1, SHUFFLE_NONE, NULL, 0}, {1, SHUFFLE_ROWS, orders, 1},
        {2, SHUFFLE_ROWS, NULL, 0},
    };
    static const uint64_t strides[] = {UINT64_MAX, 7, 299};
    static struct shown each, few;
    (void)unused;

    for (uint32_t i = 0; i < ROWS; i++)
        backward[i] = ROWS - 1 - i;
    for (size_t k = 0; k < sizeof walks / sizeof *walks; k++)
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
            struct model_bench *bench = bench_of(k);
            struct run_result all, some;

            each = (struct shown){.stride = 1};
            all = walk(k, &ways[w], bench, &each);
            for (size_t s = 0; s < sizeof strides / sizeof *strides; s++) {
                few = (struct shown){.stride = strides[s]};
                some = walk(k, &ways[w], bench, &few);
                compare(&each, &few, walks[k].name);
                assert_int_equal(all.reason, some.reason);
                assert_int_equal(all.best.iteration, some.best.iteration);
                check_same(all.loss, some.loss, walks[k].name);
            }
            model_bench_free(bench);
        }
}

/* Straight at the function that the run calls: it takes the steps that it is
 * given, and none where a bound does not hold. */
static void it_stops_where_it_cannot_be_sure(void **unused)
{
    struct model_bench *bench = bench_of(0);
    const struct by_rows *by_rows = bench->objective.by_rows;
    size_t n = bench->objective.n;
    struct batch batch = {.first = 10, .count = 50};
    double x[64], before[64], g[64], loss = -1;
    (void)unused;

    memcpy(x, bench->x, n * sizeof *x);
    assert_int_equal(by_rows->descend(bench->objective.data, &batch,
                                      &(struct descent){0.1, 1e10}, x, before,
                                      g, n, &loss), 50);
    assert_true(loss > 0);
    assert_int_equal(by_rows->descend(bench->objective.data, &batch,
                                      &(struct descent){0.1, 1e-3}, x, before,
                                      g, n, &loss), 0);
    x[3] = NAN;
    assert_int_equal(by_rows->descend(bench->objective.data, &batch,
                                      &(struct descent){0.1, 1e10}, x, before,
                                      g, n, &loss), 0);
    model_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unseen_steps_are_those_that_are_seen),
        cmocka_unit_test(it_stops_where_it_cannot_be_sure),
    };

    return cmocka_run_group_tests_name("descend", tests, NULL, NULL);
}
