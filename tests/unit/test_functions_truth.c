/*
 * test_functions_truth.c - the catalogue against exact values of others.
 *
 * Every record of functions/named.json and functions/mgh.json is built as a
 * job builds it (objective kind "function") and compared: values, gradients,
 * the start, the minima.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/function/function.h"
#include "core/objective/objective.h"
#include "tests/unit/truth_folder.h"
#include "tests/unit/truth_functions.h"

enum { DIMENSION = 12 };

/* Of max(1, |exact|): issue 3 asks for 1e-12. Samples are exact and rounded
 * once, and sums of few terms of one size err by some ulps: a tenth of that. */
static const double tolerance = 1e-13;

/* What one file's comparison came to. */
struct tally {
    const char *file;
    unsigned functions, samples, minima, missing;
    double worst;      /* deviation, relative to max(1, |exact|) */
    const char *where; /* id of the record it was in */
};

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void compare(struct tally *tally, const char *id, const char *what,
                    double value, double exact)
{
    double off = fabs(value - exact) / fmax(1, fabs(exact));

    if (!(off <= tolerance))
        fail_msg("%s: %s is %.17g, exact is %.17g", id, what, value, exact);
    if (off > tally->worst) {
        tally->worst = off;
        tally->where = id;
    }
}

static void compare_samples(struct tally *tally, const char *id,
                            const struct objective *o, const cJSON *row)
{
    double x[DIMENSION], exact[DIMENSION], g[DIMENSION], loss;

    for (const cJSON *s = member(row, "samples")->child; s; s = s->next) {
        assert_int_equal(truth_numbers(member(s, "x"), x, DIMENSION), o->n);
        assert_int_equal(truth_numbers(member(s, "g"), exact, DIMENSION),
                         o->n);
        loss = o->evaluate(o->data, x, o->n, g);
        compare(tally, id, "the loss", loss, truth_number(member(s, "f")));
        for (size_t i = 0; i < o->n; i++)
            compare(tally, id, "the gradient", g[i], exact[i]);
        tally->samples++;
    }
}

/* The default start is one of those that the record names. */
static void compare_start(const char *id, const struct objective *o,
                          const cJSON *row)
{
    double x[DIMENSION];

    for (const cJSON *s = member(row, "starts")->child; s; s = s->next) {
        assert_int_equal(truth_numbers(s, x, DIMENSION), o->n);
        if (memcmp(x, o->start, o->n * sizeof *x) == 0)
            return;
    }
    fail_msg("%s: the start is none of the record's", id);
}

static bool lists_minimum(const struct function *f, size_t n, const double *x,
                          double loss)
{
    double place[DIMENSION], f_there;

    for (size_t k = 0; k < f->minima_count; k++) {
        double far = 0;

        if (!function_minimum_at(f, k, n, place, &f_there))
            continue;
        for (size_t i = 0; i < n; i++)
            far = fmax(far, fabs(place[i] - x[i]));
        if (far <= 4e-16 * (1 + fabs(x[0]))
            && fabs(f_there - loss) <= 4e-16 * (1 + fabs(loss)))
            return true;
    }
    return false;
}

/*
 * Every minimum of the record is listed, and every one of its stationary
 * points that is a minimum. Two published minima are none: a saddle of
 * biggs_exp6, and (0, ..., 0, n + 1) of brown_almost_linear: their files say
 * why.
 */
static void compare_minima(struct tally *tally, const char *id,
                           const struct function *f, size_t n,
                           const cJSON *minima)
{
    double x[DIMENSION];

    for (const cJSON *m = minima ? minima->child : NULL; m; m = m->next) {
        const cJSON *kind = member(m, "kind");
        double loss = truth_number(member(m, "f"));

        assert_int_equal(truth_numbers(member(m, "x"), x, DIMENSION), n);
        if (kind != NULL
            && (strcmp(kind->valuestring, "saddle") == 0
                || strcmp(kind->valuestring, "maximum") == 0
                || (strcmp(kind->valuestring, "degenerate") == 0
                    && loss > 0)))
            continue;
        if (!lists_minimum(f, n, x, loss))
            fail_msg("%s: no minimum of %s at (%.17g, ...), loss %.17g", id,
                     f->name, x[0], loss);
        tally->minima++;
    }
}

static void compare_row(struct tally *tally, const cJSON *row)
{
    const char *id = member(row, "id")->valuestring;
    const char *name = truth_function_name(id);
    struct value values[MEMBERS_MAX] = {
        {.given = true, .text = name},
        {.given = true, .number = member(row, "n")->valuedouble},
    };
    struct objective objective;
    struct faults faults;
    struct arena arena;

    if (name == NULL) {
        printf("# %s: %s is not in the catalogue\n", tally->file, id);
        tally->missing++;
        return;
    }
    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    assert_int_equal(objective_kind_find("function")->build(
                         &arena, values, "/objective", &faults, &objective),
                     OK);
    compare_samples(tally, id, &objective, row);
    compare_start(id, &objective, row);
    compare_minima(tally, id, function_find(name), objective.n,
                   member(row, "minima"));
    compare_minima(tally, id, function_find(name), objective.n,
                   member(row, "stationary_points"));
    tally->functions++;
    arena_fini(&arena);
}

static void compare_file(const char *file)
{
    struct tally tally = {.file = file, .where = "none"};
    cJSON *truth = truth_read(file);

    if (truth == NULL)
        return;
    for (const cJSON *r = member(truth, "functions")->child; r; r = r->next)
        compare_row(&tally, r);
    printf("# %s: %u functions, %u samples with gradients, %u minima "
           "compared; worst deviation %.1e (%s); %u not in the catalogue\n",
           file, tally.functions, tally.samples, tally.minima, tally.worst,
           tally.where, tally.missing);
    assert_int_equal(tally.missing, 0);
    assert_true(tally.functions > 0);
    cJSON_Delete(truth);
}

static void named_functions_are_those_of_the_truth(void **unused)
{
    (void)unused;
    compare_file("functions/named.json");
}

static void more_garbow_and_hillstroms_are_those_of_the_truth(void **unused)
{
    (void)unused;
    compare_file("functions/mgh.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_functions_are_those_of_the_truth),
        cmocka_unit_test(more_garbow_and_hillstroms_are_those_of_the_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
