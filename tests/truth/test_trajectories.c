/*
 * test_trajectories.c - every step of the reference runs, to their tolerance.
 *
 * torch_optim.json holds PyTorch's iterates; gd_exact.json those of plain
 * gradient descent in exact arithmetic. What the catalogue does not cover yet
 * is counted and said.
 */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/kernel/vector.h"
#include "tests/unit/job.h"
#include "tests/unit/truth_folder.h"

enum { STEPS_MAX = 400, NAMES_MAX = 32 };

static const double poly1[] = {3, -12, 6}, seed001[] = {8, -4, 0.5};

static const cJSON *item(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

static void build_poly1(struct job *job)
{
    job_polynomial(job, poly1, 3);
}

static void build_seed001(struct job *job)
{
    job_polynomial(job, seed001, 3);
}

static void build_rosen2(struct job *job)
{
    job_function(job, "rosenbrock");
}

/* The reference functions, by id or by expression; quad2 in both its forms. */
static const struct {
    const char *id, *expression;
    void (*build[2])(struct job *job);
} problems[] = {
    {"poly1", "6*x1^2-12*x1+3", {build_poly1}},
    {"seed001", "0.5*(x1-4)^2", {build_seed001}},
    {"quad2", NULL, {job_bowl, job_quadratic_bowl}},
    {"rosen2", NULL, {build_rosen2}},
};

/* PyTorch's names for our rules. */
static const struct {
    const char *torch, *ours;
} rules[] = {
    {"SGD", "sgd"},
    {"Adagrad", "adagrad"},
    {"RMSprop", "rmsprop"},
    {"Adam", "adam"},
};

static const char *rule_of(const char *torch)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].torch, torch) == 0)
            return rules[i].ours;
    return NULL;
}

/* PyTorch's names for parameters, where they differ from ours. */
static const char *parameter_of(const char *torch)
{
    static const char *const names[][2] = {
        {"lr", "learning_rate"},
        {"eps", "epsilon"},
        {"alpha", "decay"},
        {"initial_accumulator_value", "initial_accumulator"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], torch) == 0)
            return names[i][1];
    return torch;
}

/* Set every parameter of the record; one we do not have fails the test. */
static void set_parameters(struct job *job, const cJSON *effective)
{
    for (const cJSON *p = effective->child; p != NULL; p = p->next) {
        double betas[2];

        if (strcmp(p->string, "betas") == 0) {
            assert_int_equal(truth_numbers(p, betas, 2), 2);
            job_set(job, "beta1", betas[0]);
            job_set(job, "beta2", betas[1]);
        } else if (cJSON_IsBool(p)) {
            job_set(job, parameter_of(p->string), cJSON_IsTrue(p));
        } else {
            job_set(job, parameter_of(p->string), truth_number(p));
        }
    }
}

/* |a - b| <= tolerance * max(1, |b|), in every coordinate. */
static bool is_near(const double *a, const double *b, size_t n,
                    double tolerance)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance * fmax(1, fabs(b[i]))))
            return false;
    return true;
}

/* The iterates to the record's tolerance; and the objective at the record's
 * own iterates, to some roundings of terms of size f and g. */
static void compare(struct job *job, const cJSON *record, double tolerance)
{
    const cJSON *f = item(record, "f")->child, *g = item(record, "g")->child;
    size_t n = job->objective.n, k = 0;

    for (const cJSON *row = item(record, "x")->child; row != NULL;
         row = row->next, f = f->next, g = g->next, k++) {
        double x[JOB_DIMENSION], slope[JOB_DIMENSION], mine[JOB_DIMENSION];
        double loss = truth_number(f), my_loss;

        assert_true(k < job->count);
        assert_int_equal(truth_numbers(row, x, JOB_DIMENSION), n);
        assert_int_equal(truth_numbers(g, slope, JOB_DIMENSION), n);
        if (!is_near(job->records[k].x, x, n, tolerance))
            fail_msg("%s: x[%zu] = %.17g, not %.17g",
                     item(record, "id")->valuestring, k,
                     job->records[k].x[0], x[0]);
        my_loss = job->objective.evaluate(job->objective.data, x, n, mine);
        if (!is_near(&my_loss, &loss, 1, 1e-13)
            || !is_near(mine, slope, n, 1e-12))
            fail_msg("%s: loss or gradient at step %zu",
                     item(record, "id")->valuestring, k);
    }
    assert_int_equal(k, job->count);
}

static struct job *job_for(const char *rule, size_t problem, int form,
                           double steps)
{
    struct job *job = job_new(rule);

    problems[problem].build[form](job);
    job_set(job, "max_iterations", steps);
    job_set(job, "divergence_loss", DBL_MAX);
    return job;
}

static void run_record(const cJSON *record, const char *rule)
{
    const char *id = item(record, "function")->valuestring;
    double tolerance = truth_number(item(item(record, "check"), "tol"));
    double steps = truth_number(item(record, "steps")), x0[JOB_DIMENSION];
    bool known = false;

    truth_numbers(item(record, "x0"), x0, JOB_DIMENSION);
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        if (strcmp(problems[i].id, id) != 0)
            continue;
        for (int form = 0; form < 2 && problems[i].build[form] != NULL;
             form++) {
            struct job *job = job_for(rule, i, form, steps);

            set_parameters(job, item(record, "effective_params"));
            job_run(job, x0);
            compare(job, record, tolerance);
            job_free(job);
            known = true;
        }
    }
    if (!known)
        fail_msg("%s: no such function here", id);
}

/* How the records of one optimizer fared. */
struct tally {
    const char *name;
    unsigned records, passed, do_not_match;
};

static struct tally *tally_of(struct tally *tallies, const char *name)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        if (tallies[i].name == NULL)
            tallies[i].name = name;
        if (strcmp(tallies[i].name, name) == 0)
            return &tallies[i];
    }
    fail_msg("more than %d optimizers", NAMES_MAX);
    return NULL;
}

static void print_tally(const struct tally *t)
{
    if (rule_of(t->name) != NULL)
        printf("# torch_optim.json: %-9s %u of %u records passed\n", t->name,
               t->passed, t->records);
    else if (t->do_not_match > 0)
        printf("# torch_optim.json: %-9s %u records left out: marked "
               "do_not_match\n", t->name, t->do_not_match);
    else
        printf("# torch_optim.json: %-9s %u records not covered: not in the "
               "catalogue\n", t->name, t->records);
}

static void every_covered_trajectory_is_pytorchs(void **unused)
{
    cJSON *truth = truth_read("trajectories/torch_optim.json");
    struct tally tallies[NAMES_MAX] = {0};
    size_t covered = 0;
    (void)unused;

    if (truth == NULL)
        return;
    for (const cJSON *r = item(truth, "trajectories")->child; r != NULL;
         r = r->next) {
        const char *name = item(r, "optimizer")->valuestring;
        const char *rule = rule_of(name);
        struct tally *tally = tally_of(tallies, name);

        tally->records++;
        if (cJSON_GetObjectItemCaseSensitive(r, "do_not_match") != NULL) {
            tally->do_not_match++;
        } else if (rule != NULL) {
            run_record(r, rule);
            tally->passed++;
        }
    }
    for (size_t i = 0; i < NAMES_MAX && tallies[i].name != NULL; i++) {
        print_tally(&tallies[i]);
        covered += tallies[i].passed > 0;
    }
    assert_int_equal(covered, sizeof rules / sizeof *rules);
    cJSON_Delete(truth);
}

/* The step at which x is first no longer a finite number, driven without the
 * run, which would end when the loss overflows. */
static uint64_t first_infinite_step(struct job *job, double x)
{
    const struct objective *o = &job->objective;
    double g;

    for (uint64_t t = 1; t <= STEPS_MAX; t++) {
        o->evaluate(o->data, &x, 1, &g);
        job->optimizer->step(&x, &g, NULL, 1, job->p, t);
        if (!isfinite(x))
            return t;
    }
    return 0;
}

/* Exact values, rounded once. Each of at most 400 steps multiplies the
 * distance to the minimum and adds some roundings of the size of x: relative
 * to max(1, |x|) they stay below 1e-12 for the divergent runs as well. */
static void compare_exact(const cJSON *record, size_t problem)
{
    double steps = truth_number(item(record, "steps"));
    const cJSON *beyond =
        cJSON_GetObjectItemCaseSensitive(record, "first_step_beyond_1e308");
    struct job *job = job_for("gradient_descent", problem, 0, steps);
    double x0, exact[STEPS_MAX + 1], last;
    unsigned count;

    job_set(job, "learning_rate", truth_number(item(record, "lr")));
    truth_numbers(item(record, "x0"), &x0, 1);
    job_run(job, &x0);
    count = truth_numbers(item(record, "x"), exact, STEPS_MAX + 1);
    assert_true(count <= job->count);
    for (unsigned k = 0; k < count; k++)
        if (!is_near(job->records[k].x, &exact[k], 1, 1e-12))
            fail_msg("rate %s: x[%u] = %.17g, not %.17g",
                     item(record, "lr_exact")->valuestring, k,
                     job->records[k].x[0], exact[k]);
    last = truth_number(item(record, "x_final"));
    if (isfinite(last)) {
        assert_int_equal(job->result.iterations, steps);
        assert_true(is_near(job->result.x, &last, 1, 1e-12));
    } else {
        assert_int_equal(job->result.reason, REASON_NONFINITE);
        assert_non_null(beyond);
        assert_true(first_infinite_step(job, x0) == truth_number(beyond));
    }
    job_free(job);
}

static void gradient_descent_follows_exact_arithmetic(void **unused)
{
    cJSON *truth = truth_read("trajectories/gd_exact.json");
    unsigned passed = 0, records = 0;
    (void)unused;

    if (truth == NULL)
        return;
    for (const cJSON *r = item(truth, "runs")->child; r != NULL; r = r->next) {
        const char *expression = item(r, "function")->valuestring;

        records++;
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
            if (problems[i].expression != NULL
                && strcmp(problems[i].expression, expression) == 0) {
                compare_exact(r, i);
                passed++;
            }
        }
    }
    printf("# gd_exact.json: gradient_descent %u of %u runs passed\n", passed,
           records);
    assert_int_equal(passed, records);
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_covered_trajectory_is_pytorchs),
        cmocka_unit_test(gradient_descent_follows_exact_arithmetic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
