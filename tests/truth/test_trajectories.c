/*
 * test_trajectories.c - every step of the reference runs, to their tolerance.
 *
 * torch_optim.json holds PyTorch's iterates; gd_exact.json those of plain
 * gradient descent in exact arithmetic. Each record is made a job spec, and
 * that read, run and recorded as a worker does it. What the catalogue does not
 * cover yet is counted and said.
 */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "server/json/writer.h"
#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"

enum { STEPS_MAX = 400, NAMES_MAX = 32, DIMENSION_MOST = 2 };

static const cJSON *item(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

/* The reference functions, by id or by expression; quad2 in both its forms. */
static const struct {
    const char *id, *expression;
    const char *objective[2];
} problems[] = {
    {"poly1", "6*x1^2-12*x1+3",
     {"{\"type\":\"polynomial\",\"coefficients\":[3,-12,6]}"}},
    {"seed001", "0.5*(x1-4)^2",
     {"{\"type\":\"polynomial\",\"coefficients\":[8,-4,0.5]}"}},
    {"quad2", NULL,
     {"{\"type\":\"polynomial\",\"variables\":[\"x\",\"y\"],\"terms\":["
      "{\"coefficient\":6,\"powers\":{\"x\":2}},"
      "{\"coefficient\":9,\"powers\":{\"y\":2}},"
      "{\"coefficient\":-12,\"powers\":{\"x\":1}},"
      "{\"coefficient\":-14,\"powers\":{\"y\":1}},{\"coefficient\":3}]}",
      "{\"type\":\"quadratic\",\"A\":[[12,0],[0,18]],\"b\":[-12,-14],"
      "\"c\":3}"}},
    {"rosen2", NULL, {"{\"type\":\"function\",\"name\":\"rosenbrock\"}"}},
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

/* Write every parameter of the record; one that we do not have is a fault of
 * the spec, and fails the test. */
static void write_parameters(struct json_writer *w, const cJSON *parameters)
{
    for (const cJSON *p = parameters->child; p != NULL; p = p->next) {
        double betas[2];

        if (strcmp(p->string, "betas") == 0) {
            assert_int_equal(truth_numbers(p, betas, 2), 2);
            json_member_number(w, "beta1", betas[0]);
            json_member_number(w, "beta2", betas[1]);
        } else if (cJSON_IsBool(p)) {
            json_member_flag(w, parameter_of(p->string), cJSON_IsTrue(p));
        } else {
            json_member_number(w, parameter_of(p->string), truth_number(p));
        }
    }
}

/* A run of a record: its spec as text, read, run and recorded as a job's. */
struct trajectory {
    struct reading *reading;
    struct recorder recorder;
    struct run_result result;
};

static void run_spec(struct trajectory *ret, const char *objective,
                     const char *rule, const cJSON *parameters,
                     const cJSON *record)
{
    double steps = truth_number(item(record, "steps")), x0[DIMENSION_MOST];
    struct json_writer w;
    struct buffer text;
    char *spec;

    buffer_init(&text);
    json_writer_init(&w, &text);
    json_object_begin(&w);
    json_key(&w, "objective");
    json_raw(&w, objective, strlen(objective));
    json_key(&w, "start");
    json_numbers(&w, x0, truth_numbers(item(record, "x0"), x0,
                                       DIMENSION_MOST));
    json_key(&w, "optimizer");
    json_object_begin(&w);
    json_member_text(&w, "type", rule);
    write_parameters(&w, parameters);
    json_object_end(&w);
    json_key(&w, "stop");
    json_object_begin(&w);
    json_member_number(&w, "max_iterations", steps);
    json_member_number(&w, "divergence_loss", DBL_MAX);
    json_object_end(&w);
    json_object_end(&w);
    spec = buffer_steal(&text, &(size_t){0});
    assert_non_null(spec);
    ret->reading = reading_good(spec);
    free(spec);
    ret->result = reading_run(ret->reading, &ret->recorder);
    /* One chunk holds it all: see x_of(). */
    assert_ptr_equal(ret->recorder.first, ret->recorder.open);
}

static void trajectory_free(struct trajectory *t)
{
    recorder_fini(&t->recorder);
    reading_free(t->reading);
}

static size_t count_of(const struct trajectory *t)
{
    return t->recorder.open->chunk->rows;
}

/* The recorded iterate k. */
static void x_of(const struct trajectory *t, size_t k, double *x)
{
    const struct chunk *chunk = t->recorder.open->chunk;

    for (size_t i = 0; i < chunk->form.n; i++)
        x[i] = chunk->x[i * STORE_CHUNK_ROWS + k];
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
static void compare(const struct trajectory *t, const cJSON *record,
                    double tolerance)
{
    const cJSON *f = item(record, "f")->child, *g = item(record, "g")->child;
    const struct objective *objective = &t->reading->spec.objective;
    size_t n = objective->n, k = 0;

    for (const cJSON *row = item(record, "x")->child; row != NULL;
         row = row->next, f = f->next, g = g->next, k++) {
        double x[DIMENSION_MOST], slope[DIMENSION_MOST], mine[DIMENSION_MOST];
        double loss = truth_number(f), my_loss;

        assert_true(k < count_of(t));
        assert_int_equal(truth_numbers(row, x, DIMENSION_MOST), n);
        assert_int_equal(truth_numbers(g, slope, DIMENSION_MOST), n);
        x_of(t, k, mine);
        if (!is_near(mine, x, n, tolerance))
            fail_msg("%s: x[%zu] = %.17g, not %.17g",
                     item(record, "id")->valuestring, k, mine[0], x[0]);
        my_loss = objective->evaluate(objective->data, x, n, mine);
        if (!is_near(&my_loss, &loss, 1, 1e-13)
            || !is_near(mine, slope, n, 1e-12))
            fail_msg("%s: loss or gradient at step %zu",
                     item(record, "id")->valuestring, k);
    }
    assert_int_equal(k, count_of(t));
}

static void run_record(const cJSON *record, const char *rule)
{
    const char *id = item(record, "function")->valuestring;
    double tolerance = truth_number(item(item(record, "check"), "tol"));
    bool known = false;

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        if (strcmp(problems[i].id, id) != 0)
            continue;
        for (int form = 0; form < 2 && problems[i].objective[form] != NULL;
             form++) {
            struct trajectory t;

            run_spec(&t, problems[i].objective[form], rule,
                     item(record, "effective_params"), record);
            compare(&t, record, tolerance);
            trajectory_free(&t);
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
static uint64_t first_infinite_step(const struct spec *spec)
{
    const struct objective *o = &spec->objective;
    double x = spec->start[0], g;

    for (uint64_t t = 1; t <= STEPS_MAX; t++) {
        o->evaluate(o->data, &x, 1, &g);
        spec->optimizer->step(&(struct step){
            .x = &x, .g = &g, .n = 1, .p = spec->optimizer_parameters,
            .t = t, .loss = NAN});
        if (!isfinite(x))
            return t;
    }
    return 0;
}

/* Exact values, rounded once. Each of at most 400 steps multiplies the
 * distance to the minimum and adds some roundings of the size of x: relative
 * to max(1, |x|) they stay below 1e-12 for the divergent runs as well. */
static void compare_exact(const struct trajectory *t, const cJSON *record)
{
    const cJSON *beyond =
        cJSON_GetObjectItemCaseSensitive(record, "first_step_beyond_1e308");
    double exact[STEPS_MAX + 1], last = truth_number(item(record, "x_final"));
    unsigned count = truth_numbers(item(record, "x"), exact, STEPS_MAX + 1);
    double x;

    assert_true(count <= count_of(t));
    for (unsigned k = 0; k < count; k++) {
        x_of(t, k, &x);
        if (!is_near(&x, &exact[k], 1, 1e-12))
            fail_msg("rate %s: x[%u] = %.17g, not %.17g",
                     item(record, "lr_exact")->valuestring, k, x, exact[k]);
    }
    if (isfinite(last)) {
        assert_int_equal(t->result.iterations,
                         truth_number(item(record, "steps")));
        assert_true(is_near(t->result.x, &last, 1, 1e-12));
    } else {
        assert_int_equal(t->result.reason, REASON_NONFINITE);
        assert_non_null(beyond);
        assert_true(first_infinite_step(&t->reading->spec)
                    == truth_number(beyond));
    }
}

static void run_exact(const cJSON *record, const char *objective)
{
    cJSON *parameters = cJSON_CreateObject();
    struct trajectory t;

    cJSON_AddNumberToObject(parameters, "lr",
                            truth_number(item(record, "lr")));
    run_spec(&t, objective, "gradient_descent", parameters, record);
    compare_exact(&t, record);
    trajectory_free(&t);
    cJSON_Delete(parameters);
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
                run_exact(r, problems[i].objective[0]);
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
