/* test_spec.c - what a job spec says is what is run. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/chunk.h"
#include "tests/unit/reading.h"

/* The parameter of that name in values[rows of table]. */
static double value_of(const struct parameter *table, const double *values,
                       const char *name)
{
    for (size_t i = 0; table[i].name; i++)
        if (!strcmp(table[i].name, name))
            return values[i];
    fail_msg("there is no parameter %s", name);
    return 0;
}

static double optimizer_value(const struct spec *spec, const char *name)
{
    return value_of(spec->optimizer->parameters, spec->optimizer_parameters,
                    name);
}

/* API.md section 2, and f(x) = 3 - 12x + 6x^2 has its minimum at x = 1. */
static void the_example_of_the_contract_runs_to_its_minimum(void **unused)
{
    struct reading *r = reading_good(
        "{ \"name\": \"article\", \"tags\": [\"demo\"], \"priority\": 0,"
        "  \"seed\": 0, \"objective\": {\"type\": \"polynomial\","
        "  \"coefficients\": [3, -12, 6]}, \"start\": [-0.9],"
        "  \"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.03,"
        "  \"schedule\": {\"type\": \"constant\"}},"
        "  \"stop\": {\"max_iterations\": 1000,"
        "  \"gradient_tolerance\": 1e-8}, \"trace\": {\"every\": 1} }");
    const struct spec *spec = &r->spec;
    struct recorder recorder;
    struct run_result result;
    (void)unused;

    assert_string_equal(spec->name, "article");
    assert_int_equal(spec->tag_count, 1);
    assert_string_equal(spec->tags[0], "demo");
    assert_string_equal(spec->objective.kind->name, "polynomial");
    assert_int_equal(spec->objective.n, 1);
    assert_int_equal(spec->origin, START_GIVEN);
    assert_true(spec->start[0] == -0.9);
    assert_string_equal(spec->optimizer->name, "sgd");
    assert_true(optimizer_value(spec, "learning_rate") == 0.03);
    assert_string_equal(spec->schedule.kind->name, "constant");
    result = reading_run(r, &recorder);
    assert_int_equal(result.reason, REASON_GRADIENT_TOLERANCE);
    assert_true(fabs(result.x[0] - 1) <= 1e-8); /* |f'| = 12 |x - 1| */
    recorder_fini(&recorder);
    reading_free(r);
}

static void every_member_is_read(void **unused)
{
    struct reading *r = reading_good(
        "{\"name\":\"n\",\"tags\":[\"a\",\"b\"],\"priority\":-1000,"
        "\"seed\":9007199254740991,"
        "\"objective\":{\"type\":\"quadratic\",\"A\":[[2,1],[1,4]],"
        "\"b\":[-1,3],\"c\":0.5},\"start\":[7,8],"
        "\"optimizer\":{\"type\":\"sgd\",\"learning_rate\":0.25,"
        "\"momentum\":0.5,\"dampening\":0,\"nesterov\":true,"
        "\"weight_decay\":0.125,\"maximize\":true,"
        "\"schedule\":{\"type\":\"constant\"}},"
        "\"stop\":{\"max_iterations\":1,\"max_epochs\":null,"
        "\"max_evaluations\":3,\"time_limit_s\":4,\"gradient_tolerance\":5,"
        "\"loss_tolerance\":6,\"step_tolerance\":7,\"target_loss\":-8,"
        "\"patience\":9,\"divergence_loss\":10},"
        "\"trace\":{\"every\":3,\"x\":false}}");
    static const double stop[STOP_RULES] = {1, NAN, 3, 4, 5, 6, 7, -8, 9, 10};
    static const double x[] = {1, 2};
    const struct spec *spec = &r->spec;
    double g[2];
    (void)unused;

    assert_string_equal(spec->tags[1], "b");
    assert_int_equal(spec->priority, -1000);
    assert_int_equal(spec->seed, INT64_C(9007199254740991));
    /* x'Ax/2 = (2 + 4 + 16) / 2; b'x = 5; the gradient is Ax + b */
    assert_true(spec->objective.evaluate(spec->objective.data, x, 2, g)
                == 11 + 5 + 0.5);
    assert_true(g[0] == 3 && g[1] == 12);
    assert_true(spec->start[0] == 7 && spec->start[1] == 8);
    assert_true(optimizer_value(spec, "learning_rate") == 0.25);
    assert_true(optimizer_value(spec, "momentum") == 0.5);
    assert_true(optimizer_value(spec, "nesterov") == 1);
    assert_true(spec->wrap_parameters[WRAP_WEIGHT_DECAY] == 0.125);
    assert_true(spec->wrap_parameters[WRAP_MAXIMIZE] == 1);
    assert_memory_equal(spec->stop, stop, sizeof stop);
    assert_int_equal(spec->every, 3);
    assert_int_equal(spec->record_x, RECORD_X_NO);
    reading_free(r);
}

static void what_is_left_out_has_its_default(void **unused)
{
    struct reading *r = reading_good(
        "{\"objective\":{\"type\":\"function\",\"name\":\"rosenbrock\"},"
        "\"optimizer\":{\"type\":\"adam\"}}");
    const struct spec *spec = &r->spec;
    (void)unused;

    assert_null(spec->name);
    assert_int_equal(spec->tag_count, 0);
    assert_int_equal(spec->priority, 0);
    assert_int_equal(spec->seed, 0);
    assert_int_equal(spec->origin, START_DEFAULT);
    /* More, Garbow & Hillstrom 1981, problem 1 */
    assert_int_equal(spec->objective.n, 2);
    assert_true(spec->start[0] == -1.2 && spec->start[1] == 1);
    for (size_t i = 0; spec->optimizer->parameters[i].name; i++)
        assert_true(spec->optimizer_parameters[i]
                    == spec->optimizer->parameters[i].initial);
    assert_string_equal(spec->schedule.kind->name, "constant");
    assert_true(spec->stop[STOP_MAX_ITERATIONS] == 10000);
    for (size_t i = STOP_MAX_ITERATIONS + 1; i < STOP_RULES; i++)
        assert_true(isnan(spec->stop[i]));
    assert_int_equal(spec->every, 1);
    assert_int_equal(spec->record_x, RECORD_X_AUTO);
    reading_free(r);
}

static void null_is_the_same_as_left_out_where_nothing_is_the_default(
    void **unused)
{
    struct reading *r = reading_good(
        "{\"name\":null,\"start\":null,"
        "\"objective\":{\"type\":\"function\",\"name\":\"sphere\"},"
        "\"optimizer\":{\"type\":\"adam\"},\"stop\":{\"patience\":null,"
        "\"target_loss\":null,\"divergence_loss\":null}}");
    (void)unused;

    assert_null(r->spec.name);
    assert_int_equal(r->spec.origin, START_DEFAULT);
    assert_true(isnan(r->spec.stop[STOP_PATIENCE]));
    assert_true(isnan(r->spec.stop[STOP_TARGET_LOSS]));
    assert_true(isnan(r->spec.stop[STOP_DIVERGENCE_LOSS]));
    reading_free(r);
}

static struct reading *random_start(const char *function,
                                    const char *optimizer, unsigned seed,
                                    const char *low, const char *high)
{
    char text[512];

    snprintf(text, sizeof text,
             "{\"seed\":%u,\"objective\":{\"type\":\"function\","
             "\"name\":\"%s\",\"dimension\":50},"
             "\"start\":{\"random\":{\"low\":%s,\"high\":%s}},"
             "\"optimizer\":{\"type\":\"%s\"}}",
             seed, function, low, high, optimizer);
    return reading_good(text);
}

static void a_random_start_follows_from_the_seed_alone(void **unused)
{
    struct reading *a = random_start("sphere", "adam", 7, "-2", "2");
    struct reading *b = random_start("rosenbrock", "sgd", 7, "-2", "2");
    struct reading *c = random_start("sphere", "adam", 8, "-2", "2");
    size_t equal = 0;
    (void)unused;

    assert_memory_equal(a->spec.start, b->spec.start, 50 * sizeof(double));
    for (size_t i = 0; i < 50; i++)
        equal += a->spec.start[i] == c->spec.start[i];
    assert_int_equal(equal, 0);
    reading_free(a);
    reading_free(b);
    reading_free(c);
}

/* The last ones: a range wider than the greatest double; one whose width
 * rounds up, 0.7 + 0.3 = 0.99999999999999989 and half a unit more. */
static void a_random_start_lies_in_its_range(void **unused)
{
    static const struct {
        const char *low, *high;
    } ranges[] = {
        {"-2", "2"},  {"0", "1e-300"},       {"3", "3"},
        {"0.1", "0.1"}, {"1", "1.0000000000000002"},
        {"-1e308", "1e308"}, {"-1.7976931348623157e308",
                              "1.7976931348623157e308"},
        {"-0.3", "0.7"}, {"-1e16", "1"},
    };
    (void)unused;

    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        double low = strtod(ranges[k].low, NULL);
        double high = strtod(ranges[k].high, NULL);

        for (unsigned seed = 0; seed < 20; seed++) {
            struct reading *r = random_start("sphere", "adam", seed,
                                             ranges[k].low, ranges[k].high);
            for (size_t i = 0; i < 50; i++)
                if (!(r->spec.start[i] >= low && r->spec.start[i] <= high))
                    fail_msg("%.17g is not in [%.17g, %.17g]",
                             r->spec.start[i], low, high);
            reading_free(r);
        }
    }
}

static void x_is_recorded_as_the_spec_says(void **unused)
{
    static const struct {
        const char *x;
        unsigned n;
        enum chunk_x form;
    } cases[] = {
        {"\"auto\"", 64, CHUNK_X_ROWS}, {"\"auto\"", 65, CHUNK_X_FIRST},
        {"true", 64, CHUNK_X_ROWS},     {"false", 64, CHUNK_X_NONE},
        {"false", 65, CHUNK_X_NONE},
    };
    char text[256];
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct reading *r;
        struct chunk_form form;

        snprintf(text, sizeof text,
                 "{\"objective\":{\"type\":\"function\",\"name\":\"sphere\","
                 "\"dimension\":%u},\"optimizer\":{\"type\":\"sgd\"},"
                 "\"trace\":{\"x\":%s}}", cases[k].n, cases[k].x);
        r = reading_good(text);
        form = chunk_form_of(&r->spec);
        assert_int_equal(form.n, cases[k].n);
        assert_int_equal(form.x, cases[k].form);
        reading_free(r);
    }
}

static void the_same_text_is_the_same_run(void **unused)
{
    static const char text[] =
        "{\"seed\":11,\"objective\":{\"type\":\"function\","
        "\"name\":\"rastrigin\",\"dimension\":5},"
        "\"start\":{\"random\":{\"low\":-5,\"high\":5}},"
        "\"optimizer\":{\"type\":\"adam\",\"learning_rate\":0.01},"
        "\"stop\":{\"max_iterations\":1500},\"trace\":{\"every\":%d}}";
    char specs[3][512], sha256[3][DIGEST_TEXT_BYTES];
    (void)unused;

    snprintf(specs[0], sizeof specs[0], text, 1);
    snprintf(specs[1], sizeof specs[1], text, 1);
    snprintf(specs[2], sizeof specs[2], text, 2);
    for (int i = 0; i < 3; i++) {
        struct reading *r = reading_good(specs[i]);

        reading_sha256(r, sha256[i]);
        reading_free(r);
    }
    assert_string_equal(sha256[0], sha256[1]);
    assert_string_not_equal(sha256[0], sha256[2]);
}

/* Rows: iteration 0, each every-th, and the last. Bytes: what it takes as the
 * rows' seven numbers of which one is constant, and x. */
static void the_prediction_bounds_what_is_recorded(void **unused)
{
    static const struct {
        unsigned every, iterations;
        double rows;
    } cases[] = {
        {1, 0, 1}, {1, 1000, 1001}, {7, 1000, 144}, {1000, 999, 2},
    };
    char text[256];
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct recorder recorder;
        struct reading *r;
        uint64_t rows, last;

        snprintf(text, sizeof text,
                 "{\"objective\":{\"type\":\"function\",\"name\":\"sphere\"},"
                 "\"optimizer\":{\"type\":\"sgd\"},"
                 "\"stop\":{\"max_iterations\":%u},\"trace\":{\"every\":%u}}",
                 cases[k].iterations, cases[k].every);
        r = reading_good(text);
        reading_run(r, &recorder);
        recorder_extent(&recorder, &rows, &last);
        assert_int_equal(rows, cases[k].rows);
        assert_int_equal(last, cases[k].iterations);
        assert_true(spec_predict(&r->spec).trace_rows >= cases[k].rows);
        assert_true(spec_predict(&r->spec).trace_rows <= cases[k].rows + 1);
        recorder_fini(&recorder);
        reading_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_contract_runs_to_its_minimum),
        cmocka_unit_test(every_member_is_read),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(
            null_is_the_same_as_left_out_where_nothing_is_the_default),
        cmocka_unit_test(a_random_start_follows_from_the_seed_alone),
        cmocka_unit_test(a_random_start_lies_in_its_range),
        cmocka_unit_test(x_is_recorded_as_the_spec_says),
        cmocka_unit_test(the_same_text_is_the_same_run),
        cmocka_unit_test(the_prediction_bounds_what_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
