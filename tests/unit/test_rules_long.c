/* test_rules_long.c - rules that treat variables one by one give each the same
 * bits in a long vector, whose loops run on vectors and blocks, as alone. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "tests/unit/rule_bench.h"

/* More than two blocks of 64, and three variables behind the last eight. */
enum { LONG = 139, STEPS = 12, SETTINGS = 3 };

/* Rules whose step depends on a sum over all variables, or on the loss. */
static const char *const whole[] = {
    "adafactor", "dog", "lamb", "lars", "novograd", "polyak", "prodigy",
};

/* Paths through a rule that its defaults do not take. */
static const struct path {
    const char *name, *dialect;
    struct setting settings[SETTINGS];
} paths[] = {
    {"adabound", NULL, {{"amsbound", 1}}},
    {"adam", NULL, {{"amsgrad", 1}}},
    {"adam", "keras", {{"amsgrad", 1}, {"weight_decay", 0.1}}},
    {"ftrl", NULL, {{"learning_rate_power", -0.3}, {"l1_strength", 0.1}}},
    {"ftrl", NULL, {{"learning_rate_power", 0}, {"beta", 1}}},
    {"padam", NULL, {{"partial", 0.1}}},
    {"rmsprop", NULL, {{"centered", 1}, {"momentum", 0.9}}},
    {"sgd", NULL, {{"momentum", 0.9}}},
    {"sgd", NULL, {{"momentum", 0.9}, {"nesterov", 1}}},
};

static bool goes_by_variables(const struct optimizer_kind *kind)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcmp(kind->name, whole[i]) == 0)
            return false;
    return kind->step != NULL && kind->searches == NULL
        && kind->memory == NULL && kind->row_scalars == 0
        && !kind->needs_linear && !kind->needs_rows;
}

/* Slopes of many sizes; a few are 0. */
static double slope(size_t i, size_t t)
{
    uint64_t index = i * STEPS + t;
    double unit = 2 * random_unit(7, RANDOM_START, index) - 1;

    return index % 11 == 0 ? 0 : ldexp(unit, (int)(i % 40) - 20);
}

/* Where the variables are after STEPS steps together. */
static void walk_together(const struct bench *b, double x[LONG])
{
    double state[BENCH_STATES * LONG + BENCH_SCALARS] = {0}, g[LONG];
    struct step s = {
        .x = x, .g = g, .state = state, .n = LONG, .p = b->p, .loss = NAN,
        .base_rate = b->p[LEARNING_RATE],
    };

    if (b->kind->begin != NULL)
        b->kind->begin(&s);
    for (s.t = 1; s.t <= STEPS; s.t++) {
        for (size_t i = 0; i < LONG; i++)
            g[i] = slope(i, s.t);
        b->kind->step(&s);
    }
}

static void compare(const struct optimizer_kind *kind,
                    const struct setting *settings)
{
    double x[LONG];
    struct bench b;

    for (size_t i = 0; i < LONG; i++)
        x[i] = slope(i, 0);
    b = bench_at(kind->name, kind->dialect, x, 1);
    bench_set_all(&b, settings);
    walk_together(&b, x);
    for (size_t i = 0; i < LONG; i++) {
        struct bench one = b;

        one.x[0] = slope(i, 0);
        for (size_t t = 1; t <= STEPS; t++)
            bench_step(&one, slope(i, t));
        if (memcmp(&one.x[0], &x[i], sizeof x[i]) != 0)
            fail_msg("%s (%s): variable %zu is %.17g alone, %.17g among "
                     "others", kind->name, kind->dialect ? kind->dialect : "",
                     i, one.x[0], x[i]);
    }
}

static void a_variable_moves_among_others_as_alone(void **unused)
{
    static const struct setting none[] = {{0}};
    size_t count = 0;
    (void)unused;

    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        if (!goes_by_variables(optimizer_kinds[k]))
            continue;
        compare(optimizer_kinds[k], none);
        count++;
    }
    assert_true(count >= 30);
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        const struct optimizer_kind *kind =
            optimizer_kind_find(paths[k].name, paths[k].dialect);

        assert_non_null(kind);
        compare(kind, paths[k].settings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_variable_moves_among_others_as_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
