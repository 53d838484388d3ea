/*
 * test_fit_starts.c - levenberg_marquardt from far: curves without noise, which
 * must be found from every one of many random starts, inside bounds and without
 * any. What it says where it does not arrive.
 *
 * SciPy 1.10's least_squares() finds them all inside bounds (trf), and from the
 * starts without bounds 49, 51 and 56 of 60.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/math.h"
#include "tests/unit/reading.h"

enum {
    ROWS = 50, STARTS = 60, PARAMETERS_MOST = 4, SPEC_BYTES = 8000,
    SEED = 20
};

#define FOUND 1e-20 /* of the loss: data are not rounded by less */

/* ---- families ---------------------------------------------------------- */

struct family {
    const char *formula, *names;
    unsigned n;
    double truth[PARAMETERS_MOST];
    double low[PARAMETERS_MOST], high[PARAMETERS_MOST];
    bool scales[PARAMETERS_MOST]; /* with the data's unit */
    double (*value)(const double *p, double x);
};

static double two_decays(const double *p, double x)
{
    return p[0] * math_exp(-x / p[1]) + p[2] * math_exp(-x / p[3]);
}

static double decay(const double *p, double x)
{
    return p[0] + p[1] * math_exp(-x / p[2]);
}

static double logistic_step(const double *p, double x)
{
    return p[0] + p[1] / (1 + math_exp(-(x - p[2]) / p[3]));
}

static const struct family families[] = {
    {"a*exp(-x/t) + b*exp(-x/u)", "\"a\",\"t\",\"b\",\"u\"", 4,
     {3, 0.5, 1, 3}, {0, 1e-6, 0, 1e-6}, {10, 10, 10, 10},
     {true, false, true, false}, two_decays},
    {"c + a*exp(-x/t)", "\"c\",\"a\",\"t\"", 3,
     {1, 3, 0.5}, {0, 0, 1e-6}, {10, 10, 10},
     {true, true, false}, decay},
    {"c + a/(1 + exp(-(x - m)/s))", "\"c\",\"a\",\"m\",\"s\"", 4,
     {1, 2, 2, 0.3}, {-10, 0, 0, 1e-3}, {10, 10, 5, 10},
     {true, true, false, false}, logistic_step},
};

enum { FAMILIES = sizeof families / sizeof *families };

/* ---- specs ------------------------------------------------------------- */

struct text {
    char bytes[SPEC_BYTES];
    size_t count;
};

static void add(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
    size_t left = sizeof text->bytes - text->count;
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vsnprintf(text->bytes + text->count, left, format, arguments);
    va_end(arguments);
    assert_in_range(count, 0, left - 1);
    text->count += (size_t)count;
}

static void add_numbers(struct text *text, const double *x, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        add(text, "%s%.17g", i > 0 ? "," : "[", x[i]);
    add(text, "]");
}

/* The parameters `p`, where the data are `unit` times as large. */
static void add_scaled(struct text *text, const struct family *f,
                       const double *p, double unit)
{
    double scaled[PARAMETERS_MOST];

    for (unsigned j = 0; j < f->n; j++)
        scaled[j] = p[j] * (f->scales[j] ? unit : 1);
    add_numbers(text, scaled, f->n);
}

static void write_spec(struct text *text, const struct family *f,
                       const double *start, bool bounded, double unit)
{
    double x[ROWS], y[ROWS];

    for (unsigned i = 0; i < ROWS; i++) {
        x[i] = i * 5.0 / (ROWS - 1);
        y[i] = unit * f->value(f->truth, x[i]);
    }
    text->count = 0;
    add(text, "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":"
              "{\"x\":");
    add_numbers(text, x, ROWS);
    add(text, ",\"y\":");
    add_numbers(text, y, ROWS);
    add(text, "}},\"formula\":\"%s\",\"target\":\"y\",\"parameters\":[%s]},"
              "\"start\":", f->formula, f->names);
    add_scaled(text, f, start, unit);
    add(text, ",\"optimizer\":{\"type\":\"levenberg_marquardt\"");
    if (bounded) {
        add(text, ",\"bounds\":{\"low\":");
        add_scaled(text, f, f->low, unit);
        add(text, ",\"high\":");
        add_scaled(text, f, f->high, unit);
        add(text, "}");
    }
    add(text, "}}");
}

static void draw_start(const struct family *f, unsigned k, double *ret)
{
    for (unsigned j = 0; j < f->n; j++)
        ret[j] = f->low[j] + (f->high[j] - f->low[j])
                           * random_unit(SEED, RANDOM_START,
                                         k * PARAMETERS_MOST + j);
}

/* ---- from everywhere --------------------------------------------------- */

/* Whether the curve was found from start k; at its end something is said. */
static bool is_found(const struct family *f, unsigned k, bool bounded,
                     double unit)
{
    struct text text;
    double start[PARAMETERS_MOST];
    struct recorder recorder;
    struct run_result result;
    struct reading *r;
    bool found;

    draw_start(f, k, start);
    write_spec(&text, f, start, bounded, unit);
    r = reading_good(text.bytes);
    result = reading_run(r, &recorder);
    found = result.loss < FOUND * unit * unit
         && reason_texts[result.reason].outcome == CONVERGED;
    if (!found)
        print_error("%s times %g, start %u%s: loss %g, %s\n", f->formula,
                    unit, k, bounded ? ", inside bounds" : "", result.loss,
                    reason_texts[result.reason].name);
    recorder_fini(&recorder);
    reading_free(r);
    return found;
}

static void every_start_finds(bool bounded)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        unsigned found = 0;

        for (unsigned k = 0; k < STARTS; k++)
            found += is_found(&families[i], k, bounded, 1);
        printf("# starts %-30s %-14s %u of %d\n", families[i].formula,
               bounded ? "inside bounds" : "free", found, STARTS);
        assert_int_equal(found, STARTS);
    }
}

static void every_start_inside_bounds_finds_the_curve(void **unused)
{
    (void)unused;
    every_start_finds(true);
}

static void every_start_without_bounds_finds_the_curve(void **unused)
{
    (void)unused;
    every_start_finds(false);
}

static void the_unit_of_the_data_changes_nothing(void **unused)
{
    static const double units[] = {1e-100, 1e-12, 1e12, 1e100};

    (void)unused;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        for (size_t i = 0; i < FAMILIES; i++)
            for (unsigned k = 0; k < STARTS / 10; k++)
                assert_true(is_found(&families[i], k, k % 2 == 0, units[u]));
}

/* ---- what an end is called --------------------------------------------- */

#define FIT(columns, formula, names, start, optimizer)                        \
    "{\"objective\":{\"type\":\"fit\",\"dataset\":{\"columns\":{" columns     \
    "}},\"formula\":\"" formula "\",\"target\":\"y\",\"parameters\":["        \
    names "]},\"start\":" start ",\"optimizer\":{\"type\":"                   \
    "\"levenberg_marquardt\"" optimizer "}}"

/* Ends by this reason, at this loss. */
static void ends(const char *spec, enum reason reason, double loss)
{
    struct reading *r = reading_good(spec);
    struct recorder recorder;
    struct run_result result = reading_run(r, &recorder);

    if (result.reason != reason || !(fabs(result.loss - loss) <= 1e-9))
        fail_msg("%s at a loss of %.17g, iteration %llu",
                 reason_texts[result.reason].name, result.loss,
                 (unsigned long long)result.iterations);
    recorder_fini(&recorder);
    reading_free(r);
}

/* The mean of 0, 1, 0, 1 has squares of 1 about it, and any decay makes that
 * worse: b grows until nothing is left of exp(-b x) in any row. */
static void a_parameter_that_lost_its_influence_is_no_minimum(void **unused)
{
    (void)unused;
    ends(FIT("\"x\":[1,2,3,4],\"y\":[0,1,0,1]", "c + exp(-b*x)",
             "\"c\",\"b\"", "[9,1]", ""), REASON_STALLED, 1);
}

/* 2 + 3 exp(-x/2) from where the columns of a and b are 1e-13: no step is right
 * for all three at once, but the gradient is 49. */
static void next_to_empty_columns_end_no_run(void **unused)
{
    (void)unused;
    ends(FIT("\"x\":[1,2,3,4,5,6],\"y\":[3.8195919791379005,"
             "3.1036383235143274,2.6693904804452897,2.406005849709838,"
             "2.2462549958716966,2.1493612051035917]", "c + a*exp(-b*x)",
             "\"c\",\"a\",\"b\"", "[0,1,30]", ""),
         REASON_STEP_TOLERANCE, 0);
}

/* The same from where they are 0, and from a bound where t has none. */
static void empty_columns_end_no_run(void **unused)
{
    (void)unused;
    ends(FIT("\"x\":[1,2,3,4,5,6],\"y\":[3.8195919791379005,"
             "3.1036383235143274,2.6693904804452897,2.406005849709838,"
             "2.2462549958716966,2.1493612051035917]", "c + a*exp(-b*x)",
             "\"c\",\"a\",\"b\"", "[0,1,1000]", ""),
         REASON_STEP_TOLERANCE, 0);
    ends(FIT("\"x\":[1,2,3,4,5,6],\"y\":[3.8195919791379005,"
             "3.1036383235143274,2.6693904804452897,2.406005849709838,"
             "2.2462549958716966,2.1493612051035917]", "c + a*exp(-x/t)",
             "\"c\",\"a\",\"t\"", "[0,1,1e-6]",
             ",\"bounds\":{\"low\":[0,0,1e-6],\"high\":[10,10,10]}"),
         REASON_STEP_TOLERANCE, 0);
}

/* u has no influence anywhere: that is no reason to doubt the others. The
 * curve goes through all three points. */
static void an_unused_parameter_is_no_doubt(void **unused)
{
    (void)unused;
    ends(FIT("\"x\":[0,1,2],\"y\":[4,2,1]", "a*exp(-b*x) + 0*u",
             "\"a\",\"b\",\"u\"", "[1,1,1]", ""), REASON_STEP_TOLERANCE, 0);
}

/* |r| has no derivative at its least value, 1: no step helps, and J says that
 * one should. */
static void a_kink_is_no_minimum(void **unused)
{
    (void)unused;
    ends(FIT("\"x\":[1],\"y\":[0]", "1 + abs(a - 2)", "\"a\"", "[0.3]", ""),
         REASON_STALLED, 1);
}

/* The spec's own tolerance is taken at its word. */
static void a_tolerance_that_was_asked_for_ends_a_run(void **unused)
{
    struct reading *r = reading_good(
        FIT("\"x\":[1],\"y\":[0]", "1 + abs(a - 2)", "\"a\"", "[0.3]",
            ",\"xtol_rel\":0.5"));
    struct recorder recorder;
    struct run_result result = reading_run(r, &recorder);

    (void)unused;
    assert_int_equal(result.reason, REASON_STEP_TOLERANCE);
    recorder_fini(&recorder);
    reading_free(r);
}

/* 3 x with a slope of 2 at most: the bound is the minimum, a step away. */
static void a_bound_that_holds_is_reached_in_one_step(void **unused)
{
    struct reading *r = reading_good(
        FIT("\"x\":[0,1,2],\"y\":[0,3,6]", "a*x", "\"a\"", "[1]",
            ",\"bounds\":{\"low\":[0],\"high\":[2]}"));
    struct recorder recorder;
    struct run_result result = reading_run(r, &recorder);

    (void)unused;
    assert_int_equal(result.iterations, 1);
    assert_true(result.x[0] == 2);
    assert_int_equal(reason_texts[result.reason].outcome, CONVERGED);
    recorder_fini(&recorder);
    reading_free(r);
}

/* ---- what it takes ----------------------------------------------------- */

/* Three Jacobians: the objective's, and two of the method's, which has enough
 * by the prediction and not by a Jacobian less. */
static void memory_is_predicted_with_three_jacobians(void **unused)
{
    static const struct {
        double jacobians;
        enum error error;
    } limits[] = {{1, OK}, {2, ERR_MEMORY}};
    const struct family *f = &families[0];
    double jacobian = sizeof(double) * ROWS * f->n;
    struct text text;
    struct reading *r;

    (void)unused;
    write_spec(&text, f, f->high, false, 1);
    r = reading_good(text.bytes);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct run run = spec_run(&r->spec);
        struct run_result result;
        struct arena arena;

        arena_init(&arena, (size_t)(spec_predict(&r->spec).memory_bytes
                                    - limits[i].jacobians * jacobian));
        assert_int_equal(run_minimize(&run, &arena, &result),
                         limits[i].error);
        arena_fini(&arena);
    }
    reading_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_start_inside_bounds_finds_the_curve),
        cmocka_unit_test(every_start_without_bounds_finds_the_curve),
        cmocka_unit_test(the_unit_of_the_data_changes_nothing),
        cmocka_unit_test(a_parameter_that_lost_its_influence_is_no_minimum),
        cmocka_unit_test(next_to_empty_columns_end_no_run),
        cmocka_unit_test(empty_columns_end_no_run),
        cmocka_unit_test(an_unused_parameter_is_no_doubt),
        cmocka_unit_test(a_kink_is_no_minimum),
        cmocka_unit_test(a_tolerance_that_was_asked_for_ends_a_run),
        cmocka_unit_test(a_bound_that_holds_is_reached_in_one_step),
        cmocka_unit_test(memory_is_predicted_with_three_jacobians),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
