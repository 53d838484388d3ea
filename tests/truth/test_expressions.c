/*
 * test_expressions.c - every function of the truth folder as a formula.
 *
 * The folder's own text of a function becomes the objective "expression" of a
 * job. It is compared with the exact values, with the catalogue's function,
 * and with that function's way under every first-order rule.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"
#include "tests/unit/truth_functions.h"

enum { DIMENSION = 12, STEPS = 50, SIDES = 4 };

/* Relative to max(1, |exact|). */
static const double value_tolerance = 1e-12, way_tolerance = 1e-9;

/*
 * Some ways magnify rounding: Polyak's step on a function whose minimum is not
 * 0 leaps about. Where the catalogue's own way from a start 4 ulps aside leads
 * further off than this, more is allowed: as much as that, this many times.
 */
static const double nudge = 0x1p-50, nudges_allowed = 1000;

/* Texts of over 4096 bytes, written as sums; and one that divides by x1, which
 * a way may set to 0. */
#define AXIS "x[1]^2 + x[2]^2 == 0, 0, "

static const struct {
    const char *id, *text;
} short_forms[] = {
    {"mgh07", "100*(x[3] - 10*if(" AXIS "atan2(x[2], x[1])/(2*pi)"
              " + (x[1] < 0)*(x[2] < 0)))^2"
              " + 100*(if(" AXIS "sqrt(x[1]^2 + x[2]^2)) - 1)^2 + x[3]^2"},
    {"mgh11", "sum(i, 1, 99, (exp(-abs(25 + (-50*log(i/100))^(2/3) - x[2])"
              "^x[3]/x[1]) - i/100)^2)"},
    {"mgh20_n6", "x[1]^2 + (x[2] - x[1]^2 - 1)^2"
                 " + sum(i, 1, 29, (sum(j, 2, 6, (j-1)*(i/29)^(j-2)*x[j])"
                 " - sum(j, 1, 6, (i/29)^(j-1)*x[j])^2 - 1)^2)"},
};

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* ---- specs ------------------------------------------------------------- */

/* {"type": "expression", ...} of a record. */
static cJSON *expression_of(const cJSON *row)
{
    const char *id = member(row, "id")->valuestring;
    const char *text = member(row, "expr")->valuestring;
    int n = member(row, "n")->valueint;
    cJSON *objective = cJSON_CreateObject(), *variables;
    bool is_short = false;

    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
        if (strcmp(short_forms[i].id, id) == 0) {
            text = short_forms[i].text;
            is_short = true;
        }
    cJSON_AddStringToObject(objective, "type", "expression");
    cJSON_AddStringToObject(objective, "expression", text);
    if (is_short) {
        variables = cJSON_AddObjectToObject(objective, "variables");
        cJSON_AddNumberToObject(variables, "x", n);
        return objective;
    }
    variables = cJSON_AddArrayToObject(objective, "variables");
    for (int i = 1; i <= n; i++) {
        char name[16];

        snprintf(name, sizeof name, "x%d", i);
        cJSON_AddItemToArray(variables, cJSON_CreateString(name));
    }
    return objective;
}

static cJSON *function_of(const cJSON *row)
{
    cJSON *objective = cJSON_CreateObject();

    cJSON_AddStringToObject(objective, "type", "function");
    cJSON_AddStringToObject(
        objective, "name",
        truth_function_name(member(row, "id")->valuestring));
    cJSON_AddNumberToObject(objective, "dimension",
                            member(row, "n")->valuedouble);
    return objective;
}

/* A job that takes STEPS steps by a rule; `objective` is taken over. */
static struct reading *job_of(const cJSON *row, cJSON *objective,
                              const struct optimizer_kind *kind)
{
    cJSON *spec = cJSON_CreateObject(), *optimizer, *stop;
    struct reading *reading;
    char *text;

    cJSON_AddItemToObject(spec, "objective", objective);
    cJSON_AddItemToObject(spec, "start",
                          cJSON_Duplicate(member(row, "starts")->child, true));
    optimizer = cJSON_AddObjectToObject(spec, "optimizer");
    cJSON_AddStringToObject(optimizer, "type", kind->name);
    if (kind->dialect != NULL)
        cJSON_AddStringToObject(optimizer, "dialect", kind->dialect);
    stop = cJSON_AddObjectToObject(spec, "stop");
    cJSON_AddNumberToObject(stop, "max_iterations", STEPS);
    text = cJSON_PrintUnformatted(spec);
    reading = reading_good(text);
    free(text);
    cJSON_Delete(spec);
    return reading;
}

/* ---- values ------------------------------------------------------------ */

struct tally {
    unsigned functions, samples, ways, ended_early, magnifying;
    double worst_value, worst_way;
    const char *where;
};

static void compare(double *worst, double tolerance, const char *id,
                    const char *what, double value, double right)
{
    double off = fabs(value - right) / fmax(1, fabs(right));

    if (value == right || (isnan(value) && isnan(right)))
        return;
    if (!(off <= tolerance))
        fail_msg("%s: %s is %.17g, not %.17g", id, what, value, right);
    *worst = fmax(*worst, off);
}

static void compare_samples(struct tally *tally, const cJSON *row,
                            const struct objective *formula,
                            const struct objective *function)
{
    const char *id = member(row, "id")->valuestring;
    double x[DIMENSION], g[DIMENSION], exact[DIMENSION], theirs[DIMENSION];

    for (const cJSON *s = member(row, "samples")->child; s; s = s->next) {
        unsigned n = truth_numbers(member(s, "x"), x, DIMENSION);
        double loss = formula->evaluate(formula->data, x, n, g);
        double *worst = &tally->worst_value;

        truth_numbers(member(s, "g"), exact, DIMENSION);
        compare(worst, value_tolerance, id, "the loss", loss,
                truth_number(member(s, "f")));
        compare(worst, value_tolerance, id, "the loss beside the catalogue's",
                loss, function->evaluate(function->data, x, n, theirs));
        for (unsigned i = 0; i < n; i++) {
            compare(worst, value_tolerance, id, "the gradient", g[i],
                    exact[i]);
            compare(worst, value_tolerance, id,
                    "the gradient beside the catalogue's", g[i], theirs[i]);
        }
        tally->samples++;
    }
}

/* ---- ways -------------------------------------------------------------- */

struct way {
    double x[STEPS + 1][DIMENSION], loss[STEPS + 1];
    size_t n, count;
};

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct way *way = self;

    assert_true(way->count <= STEPS);
    memcpy(way->x[way->count], it->x, way->n * sizeof *it->x);
    way->loss[way->count++] = it->loss;
    return reason;
}

/* The way of a job; from a start moved aside in direction `side`, if that is
 * not 0. */
static struct way walk(struct reading *reading, unsigned side)
{
    struct run run = spec_run(&reading->spec);
    struct way way = {.n = reading->spec.objective.n};
    struct run_result result;
    double start[DIMENSION];

    for (size_t i = 0; i < way.n; i++)
        start[i] = run.start[i]
                 + (side == 0 ? 0 : (side >> i % 2 & 1 ? nudge : -nudge)
                                        * fmax(1, fabs(run.start[i])));
    run.start = start;
    run.observe = observe;
    run.observer = &way;
    assert_int_equal(run_minimize(&run, &reading->arena, &result), OK);
    return way;
}

static double off_by(double value, double right)
{
    if (value == right || (isnan(value) && isnan(right)))
        return 0;
    return fabs(value - right) / fmax(1, fabs(right));
}

/* The greatest distance of two ways, up to iteration k. */
static double way_distance(const struct way *a, const struct way *b, size_t k)
{
    double most = 0;

    for (size_t j = 0; j <= k && j < a->count && j < b->count; j++)
        for (size_t i = 0; i < a->n; i++)
            most = fmax(most, off_by(a->x[j][i], b->x[j][i]));
    return most;
}

static void compare_ways(struct tally *tally, const cJSON *row,
                         const struct optimizer_kind *kind)
{
    const char *id = member(row, "id")->valuestring;
    struct reading *one = job_of(row, expression_of(row), kind);
    struct reading *other = job_of(row, function_of(row), kind);
    struct way ours = walk(one, 0), theirs = walk(other, 0);
    struct way aside[SIDES];
    bool magnifies = false;

    for (unsigned side = 0; side < SIDES; side++)
        aside[side] = walk(other, side + 1);

    for (size_t k = 0; k < ours.count && k < theirs.count; k++) {
        double off = way_distance(&ours, &theirs, k);
        double most = 0;

        for (unsigned side = 0; side < SIDES; side++)
            most = fmax(most, way_distance(&theirs, &aside[side], k));
        if (off > way_tolerance && !(off <= nudges_allowed * most))
            fail_msg("%s: %s %s is %g off at iteration %zu", id, kind->name,
                     kind->dialect ? kind->dialect : "", off, k);
        magnifies |= off > way_tolerance;
        if (!magnifies)
            tally->worst_way = fmax(tally->worst_way, off);
    }
    if (!magnifies && ours.count != theirs.count)
        fail_msg("%s: %s takes %zu iterations, not %zu", id, kind->name,
                 ours.count, theirs.count);
    if (magnifies)
        printf("# %s: %s %s magnifies rounding\n", id, kind->name,
               kind->dialect ? kind->dialect : "");
    tally->magnifying += magnifies;
    tally->ways++;
    tally->ended_early += ours.count <= STEPS;
    reading_free(one);
    reading_free(other);
}

static void compare_row(struct tally *tally, const cJSON *row)
{
    const struct optimizer_kind *sgd = optimizer_kind_find("sgd", NULL);
    struct reading *formula = job_of(row, expression_of(row), sgd);
    struct reading *function = job_of(row, function_of(row), sgd);

    compare_samples(tally, row, &formula->spec.objective,
                    &function->spec.objective);
    reading_free(formula);
    reading_free(function);
    for (size_t i = 0; optimizer_kinds[i] != NULL; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];

        if (kind->step != NULL && !kind->needs_rows && !kind->needs_linear)
            compare_ways(tally, row, kind);
    }
    tally->functions++;
}

static void compare_file(const char *file)
{
    struct tally tally = {0};
    cJSON *truth = truth_read(file);

    if (truth == NULL)
        return;
    for (const cJSON *r = member(truth, "functions")->child; r; r = r->next)
        compare_row(&tally, r);
    printf("# %s: %u functions as formulas, %u samples with gradients, worst "
           "deviation %.1e; %u ways under first-order rules, worst %.1e (%u "
           "ended before %d steps, alike; %u magnify rounding)\n", file,
           tally.functions, tally.samples, tally.worst_value, tally.ways,
           tally.worst_way, tally.ended_early, STEPS, tally.magnifying);
    assert_true(tally.functions > 0);
    cJSON_Delete(truth);
}

static void named_functions_are_their_formulas(void **unused)
{
    (void)unused;
    compare_file("functions/named.json");
}

static void more_garbow_and_hillstroms_are_their_formulas(void **unused)
{
    (void)unused;
    compare_file("functions/mgh.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_functions_are_their_formulas),
        cmocka_unit_test(more_garbow_and_hillstroms_are_their_formulas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
