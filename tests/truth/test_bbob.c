/*
 * test_bbob.c - the BBOB suite beside IOHexperimenter, through a job's spec.
 *
 * Every record of functions/bbob.json: the place and value of the minimum, and
 * the loss at five points. Tolerances are relative to max(1, |f|): 1e-11, and
 * for f19, where waves of 1e5 radians enlarge the last bit of a coordinate,
 * 1e-10; the file itself promises 1e-6 and 1e-4.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/function/function.h"
#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"

enum { DIMENSION = 40, NUMBERS = 24 };

static const char *const names[NUMBERS + 1] = {
    NULL, "sphere", "ellipsoid", "rastrigin", "bueche_rastrigin",
    "linear_slope", "attractive_sector", "step_ellipsoid", "rosenbrock",
    "rosenbrock_rotated", "ellipsoid_rotated", "discus", "bent_cigar",
    "sharp_ridge", "different_powers", "rastrigin_rotated", "weierstrass",
    "schaffers_10", "schaffers_1000", "griewank_rosenbrock", "schwefel",
    "gallagher_101", "gallagher_21", "katsuura", "lunacek",
};

struct tally {
    unsigned records, points;
    double worst; /* deviation of a loss */
};

static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

static int integer(const cJSON *object, const char *name)
{
    return member(object, name)->valueint;
}

static double tolerance(int number)
{
    return number == 19 ? 1e-10 : 1e-11;
}

static void compare(struct tally *tally, const cJSON *record, double value,
                    double exact)
{
    double off = fabs(value - exact) / fmax(1, fabs(exact));

    if (!(off <= tolerance(integer(record, "fid"))))
        fail_msg("f%d in %d variables: %.17g, IOHexperimenter has %.17g",
                 integer(record, "fid"), integer(record, "n"), value, exact);
    tally->worst = fmax(tally->worst, off);
    tally->points++;
}

static void compare_points(struct tally *tally, const cJSON *record,
                           const struct objective *o)
{
    double x[DIMENSION], f_opt = truth_number(member(record, "f_opt"));
    const cJSON *sample;

    cJSON_ArrayForEach(sample, member(record, "samples")) {
        assert_int_equal(truth_numbers(member(sample, "x"), x, DIMENSION),
                         o->n);
        compare(tally, record, o->evaluate(o->data, x, o->n, NULL),
                truth_number(member(sample, "f")));
    }
    truth_numbers(member(record, "x_opt"), x, DIMENSION);
    compare(tally, record, o->evaluate(o->data, x, o->n, NULL),
            f_opt + truth_number(member(record, "f_at_x_opt_minus_f_opt")));
}

/* What GET /functions shows is the same minimum. */
static void compare_minimum(const cJSON *record, const char *name)
{
    double x[DIMENSION], exact[DIMENSION], loss;
    size_t n = truth_numbers(member(record, "x_opt"), exact, DIMENSION);

    assert_true(function_minimum_at(function_find(name), 0, n, x, &loss));
    for (size_t i = 0; i < n; i++)
        if (!(fabs(x[i] - exact[i]) <= 1e-14))
            fail_msg("%s: x_opt[%zu] is %.17g, not %.17g", name, i, x[i],
                     exact[i]);
    assert_true(loss == truth_number(member(record, "f_opt")));
}

static void compare_record(struct tally *tally, const cJSON *record)
{
    int number = integer(record, "fid");
    char text[256], name[64];
    struct reading *job;

    assert_in_range(number, 1, NUMBERS);
    snprintf(name, sizeof name, "bbob_%s", names[number]);
    snprintf(text, sizeof text,
             "{\"objective\":{\"type\":\"function\",\"name\":\"%s\","
             "\"dimension\":%d,\"instance\":%d},"
             "\"optimizer\":{\"type\":\"sgd\"}}",
             name, integer(record, "n"), integer(record, "instance"));
    job = reading_good(text);
    compare_points(tally, record, &job->spec.objective);
    compare_minimum(record, name);
    tally->records++;
    reading_free(job);
}

static void the_suite_is_that_of_the_truth(void **unused)
{
    cJSON *truth = truth_read("functions/bbob.json");
    struct tally tallies[NUMBERS + 1] = {{0}};
    const cJSON *record;
    (void)unused;

    if (truth == NULL)
        return;
    cJSON_ArrayForEach(record, member(truth, "functions"))
        compare_record(&tallies[integer(record, "fid")], record);
    for (int number = 1; number <= NUMBERS; number++) {
        printf("# bbob.json: f%-2d %-20s %u records, %u losses compared, "
               "worst deviation %.1e\n", number, names[number],
               tallies[number].records, tallies[number].points,
               tallies[number].worst);
        assert_true(tallies[number].records > 0);
    }
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_suite_is_that_of_the_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
