/* test_walk.c - a run gives the same bits however few iterations are shown. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "tests/unit/job.h"

enum { SETTINGS = 3, DIMENSION = 2 };

static const struct {
    const char *name, *optimizer, *function; /* NULL: the quadratic bowl */
    struct {
        const char *name;
        double value;
    } settings[SETTINGS];
    enum reason reason;
    double low, high;          /* of both variables; 0 and 0: no bounds */
} walks[] = {
    {"a bowl", "gradient_descent", NULL,
     {{"learning_rate", 0.03}, {"max_iterations", 333}},
     REASON_MAX_ITERATIONS},
    {"a bowl, by epochs", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"max_epochs", 100}}, REASON_MAX_EPOCHS},
    {"a bowl, by evaluations", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"max_evaluations", 100}},
     REASON_MAX_EVALUATIONS},
    {"a bowl, to a gradient", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"gradient_tolerance", 1e-6}},
     REASON_GRADIENT_TOLERANCE},
    {"a bowl, to the end of rounding", "gradient_descent", NULL,
     {{"learning_rate", 0.03}, {"gradient_tolerance", 0}},
     REASON_MAX_ITERATIONS},
    {"a bowl, to a loss change", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"loss_tolerance", 1e-9}},
     REASON_LOSS_TOLERANCE},
    {"a bowl, to a step", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"step_tolerance", 1e-9}},
     REASON_STEP_TOLERANCE},
    {"a bowl, to a loss", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"target_loss", -8.4}}, REASON_TARGET_LOSS},
    {"a bowl, climbed", "gradient_descent", NULL,
     {{"learning_rate", 0.03}, {"maximize", 1}}, REASON_NONFINITE},
    {"a bowl, left", "gradient_descent", NULL,
     {{"learning_rate", 0.2}}, REASON_DIVERGED},
    {"a bowl, left for good", "gradient_descent", NULL,
     {{"learning_rate", 0.2}, {"divergence_loss", 1e308}}, REASON_NONFINITE},
    {"a bowl, swung through", "gradient_descent", NULL,
     {{"learning_rate", 0.11}, {"patience", 40}}, REASON_PATIENCE},
    {"the valley", "gradient_descent", "rosenbrock",
     {{"learning_rate", 1e-3}, {"max_iterations", 5000}},
     REASON_MAX_ITERATIONS},
    {"Adam in the valley", "adam", "rosenbrock",
     {{"learning_rate", 0.05}, {"max_iterations", 5000}},
     REASON_MAX_ITERATIONS},
    {"Adam without patience", "adam", "ackley",
     {{"learning_rate", 0.3}, {"patience", 25}}, REASON_PATIENCE},
    {"momentum and decay", "sgd", "rosenbrock",
     {{"learning_rate", 1e-4}, {"momentum", 0.9}, {"weight_decay", 0.1}},
     REASON_MAX_ITERATIONS},
    {"short steps", "gradient_descent", "rosenbrock",
     {{"learning_rate", 1e-3}, {"clip_norm", 1}, {"max_iterations", 5000}},
     REASON_MAX_ITERATIONS},
    {"a mean of Adam's way", "adam", "rosenbrock",
     {{"ema_decay", 0.9}, {"lookahead_steps", 5}, {"max_iterations", 5000}},
     REASON_MAX_ITERATIONS},
    {"a bowl with l1", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"l1", 2}, {"gradient_tolerance", 1e-6}},
     REASON_GRADIENT_TOLERANCE},
    {"l1 that holds both at zero", "gradient_descent", NULL,
     {{"learning_rate", 1e-2}, {"l1", 20}}, REASON_FIXED_POINT},
    {"a bowl, to a side of a box", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"gradient_tolerance", 1e-6}},
     REASON_GRADIENT_TOLERANCE, -2, 0.9},
    {"a bowl, into a corner", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}}, REASON_FIXED_POINT, -2, 0.5},
    {"a bowl, climbed to a corner", "gradient_descent", NULL,
     {{"learning_rate", 1e-3}, {"maximize", 1}}, REASON_FIXED_POINT, -2, 3},
    {"Adam inside a box", "adam", "rosenbrock",
     {{"learning_rate", 0.05}, {"max_iterations", 5000}},
     REASON_MAX_ITERATIONS, -2, 1.5},
};

/* Who waits for every so many iterations, holding them against a job that
 * recorded them all. */
struct visitor {
    const struct job *all;
    uint64_t stride, show_at, shown;
};

static void compare(double a, double b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

static enum reason visit(void *self, const struct iteration *it,
                         enum reason reason)
{
    struct visitor *visitor = self;
    const struct record *record = &visitor->all->records[it->iteration];
    const struct iteration *all = &record->it;

    assert_true(it->iteration < visitor->all->count);
    assert_int_equal(reason, record->reason);
    assert_int_equal(it->evaluations, all->evaluations);
    assert_int_equal(it->best_iteration, all->best_iteration);
    compare(it->loss, all->loss);
    compare(it->gradient_norm, all->gradient_norm);
    compare(it->step_norm, all->step_norm);
    compare(it->learning_rate, all->learning_rate);
    compare(it->best_loss, all->best_loss);
    assert_memory_equal(it->x, record->x, DIMENSION * sizeof *it->x);
    assert_memory_equal(it->best_x,
                        visitor->all->records[it->best_iteration].x,
                        DIMENSION * sizeof *it->x);
    visitor->shown++;
    visitor->show_at = it->iteration + visitor->stride;
    return reason;
}

static void compare_results(const struct run_result *a,
                            const struct run_result *b)
{
    assert_int_equal(a->reason, b->reason);
    assert_int_equal(a->iterations, b->iterations);
    assert_int_equal(a->loss_evaluations, b->loss_evaluations);
    assert_int_equal(a->gradient_evaluations, b->gradient_evaluations);
    assert_int_equal(a->best.iteration, b->best.iteration);
    compare(a->loss, b->loss);
    compare(a->gradient_norm, b->gradient_norm);
    compare(a->best.loss, b->best.loss);
    assert_memory_equal(a->x, b->x, DIMENSION * sizeof *a->x);
    assert_memory_equal(a->best.x, b->best.x, DIMENSION * sizeof *a->x);
}

/*
 * The job of walk k.
 *
 *   box  [2][DIMENSION]  out  where its bounds lie
 */
static struct job *walk_job(size_t k, double box[2][DIMENSION])
{
    struct job *job = job_new(walks[k].optimizer);

    if (walks[k].function != NULL)
        job_function(job, walks[k].function);
    else
        job_quadratic_bowl(job);
    for (size_t i = 0; i < SETTINGS && walks[k].settings[i].name; i++)
        job_set(job, walks[k].settings[i].name, walks[k].settings[i].value);
    if (walks[k].low != walks[k].high) {
        for (size_t i = 0; i < DIMENSION; i++) {
            box[0][i] = walks[k].low;
            box[1][i] = walks[k].high;
        }
        job->low = box[0];
        job->high = box[1];
    }
    return job;
}

/* Run once more, showing one iteration of `stride`; 0: to nobody. How many
 * were shown. */
static uint64_t walk_again(struct job *job, const double *x0, uint64_t stride)
{
    struct run run = job_as_run(job, x0);
    struct visitor visitor = {.all = job, .stride = stride};
    struct run_result again;

    run.observe = stride > 0 ? visit : NULL;
    run.observer = &visitor;
    run.show_at = &visitor.show_at;
    assert_int_equal(run_minimize(&run, &job->arena, &again), OK);
    compare_results(&again, &job->result);
    return visitor.shown;
}

static void what_is_not_shown_changes_nothing(void **unused)
{
    static const uint64_t strides[] = {0, 1, 2, 7, 1000, 1000000};
    static const double x0[] = {-1.2, 1};
    (void)unused;

    for (size_t k = 0; k < sizeof walks / sizeof *walks; k++) {
        double box[2][DIMENSION];
        struct job *job = walk_job(k, box);

        job_run(job, x0);
        if (job->result.reason != walks[k].reason)
            fail_msg("%s: ended by %s", walks[k].name,
                     reason_texts[job->result.reason].name);
        for (size_t i = 0; i < sizeof strides / sizeof *strides; i++)
            walk_again(job, x0, strides[i]);
        job_free(job);
    }
}

/* Of iterations 0 to 333 each hundredth, and the last. */
static void only_what_is_awaited_is_shown(void **unused)
{
    static const double x0[] = {-1.2, 1};
    double box[2][DIMENSION];
    struct job *job = walk_job(0, box);
    (void)unused;

    job_run(job, x0);
    assert_int_equal(walk_again(job, x0, 100), 5);
    assert_int_equal(walk_again(job, x0, 1), 334);
    job_free(job);
}

/* The same walk by memory and in registers: an objective and a rule that know
 * two variables by value, and the same objective without. */
static void walk_in_registers(struct job *job, const double *x0)
{
    assert_true(job->objective.evaluate_two != NULL);
    job_run(job, x0);
    assert_int_equal(job->result.iterations, 333);
    job->objective.evaluate_two = NULL;
    walk_again(job, x0, 1);
    walk_again(job, x0, 50);
}

static void two_variables_walk_alike_in_registers(void **unused)
{
    static const double x0[] = {-1.2, 1};
    double box[2][DIMENSION];
    struct job *job = walk_job(0, box), *formula = job_new("gradient_descent");
    (void)unused;

    walk_in_registers(job, x0);
    job_formula_bowl(formula);
    job_set(formula, "learning_rate", 0.03);
    job_set(formula, "max_iterations", 333);
    walk_in_registers(formula, x0);
    job_free(formula);
    job_free(job);
}

struct canceler {
    uint64_t show_at;
    atomic_bool cancel;
};

/* Sets the flag once the run goes on unseen. */
static enum reason set_flag(void *self, const struct iteration *it,
                            enum reason reason)
{
    struct canceler *canceler = self;

    canceler->show_at = it->iteration < 3 ? it->iteration + 1 : 1000000;
    atomic_store(&canceler->cancel, it->iteration == 3);
    return reason;
}

static void a_flag_ends_the_run_between_two_looks(void **unused)
{
    static const double x0[] = {-1.2, 1};
    struct canceler canceler = {0};
    double box[2][DIMENSION];
    struct job *job = walk_job(0, box);
    struct run run = job_as_run(job, x0);
    (void)unused;

    run.observe = set_flag;
    run.observer = &canceler;
    run.show_at = &canceler.show_at;
    run.cancel = &canceler.cancel;
    assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
    assert_int_equal(job->result.reason, REASON_CANCELED);
    assert_int_equal(job->result.iterations, 4);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_shown_changes_nothing),
        cmocka_unit_test(only_what_is_awaited_is_shown),
        cmocka_unit_test(two_variables_walk_alike_in_registers),
        cmocka_unit_test(a_flag_ends_the_run_between_two_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
