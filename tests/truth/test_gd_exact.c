/*
 * test_gd_exact.c - plain gradient descent against exact arithmetic.
 *
 * Each run of gd_exact.json is made a job spec, and that read, run and
 * recorded as a worker does it. (test_rules.c does it with the records of
 * PyTorch, Keras and the authors.)
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

enum { STEPS_MAX = 400, DIMENSION_MOST = 2 };

static const cJSON *item(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

/* The reference functions as our objectives, and as the formulas they are. */
static const struct {
    const char *expression, *objective;
} problems[] = {
    {"6*x1^2-12*x1+3",
     "{\"type\":\"polynomial\",\"coefficients\":[3,-12,6]}"},
    {"0.5*(x1-4)^2",
     "{\"type\":\"polynomial\",\"coefficients\":[8,-4,0.5]}"},
    {"6*x1^2-12*x1+3",
     "{\"type\":\"expression\",\"expression\":\"6*x1^2-12*x1+3\","
     "\"variables\":[\"x1\"]}"},
    {"0.5*(x1-4)^2",
     "{\"type\":\"expression\",\"expression\":\"0.5*(x1-4)^2\","
     "\"variables\":[\"x1\"]}"},
};

/* A run of a record: its spec as text, read, run and recorded as a job's. */
struct trajectory {
    struct reading *reading;
    struct recorder recorder;
    struct run_result result;
};

static void run_spec(struct trajectory *ret, const char *objective,
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
    json_member_text(&w, "type", "gradient_descent");
    json_member_number(&w, "learning_rate", truth_number(item(record, "lr")));
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
    bool fixed;
    double x;

    /* A run that hits the minimum exactly ends there as a fixed point; further
     * steps of exact arithmetic stay where it ended. */
    fixed = t->result.reason == REASON_FIXED_POINT;
    assert_true(fixed || count <= count_of(t));
    for (unsigned k = 0; k < count; k++) {
        x_of(t, fixed && k >= count_of(t) ? (unsigned)count_of(t) - 1 : k, &x);
        if (!is_near(&x, &exact[k], 1, 1e-12))
            fail_msg("rate %s: x[%u] = %.17g, not %.17g",
                     item(record, "lr_exact")->valuestring, k, x, exact[k]);
    }
    if (isfinite(last)) {
        if (!fixed)
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
    struct trajectory t;

    run_spec(&t, objective, record);
    compare_exact(&t, record);
    trajectory_free(&t);
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

        bool known = false;

        records++;
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
            if (strcmp(problems[i].expression, expression) == 0) {
                run_exact(r, problems[i].objective);
                known = true;
            }
        passed += known;
    }
    printf("# gd_exact.json: gradient_descent %u of %u runs passed\n", passed,
           records);
    assert_int_equal(passed, records);
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_descent_follows_exact_arithmetic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
