/* test_bbob.c - the BBOB suite by its own definition: gradients through every
 * map and curve, minima, instances. Its values are tests/truth/test_bbob.c. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/vector.h"
#include "tests/unit/reading.h"

enum { DIMENSION = BBOB_DIMENSION_MAX };

/* An instance, in memory of its own. */
struct site {
    struct arena arena;
    const struct bbob_function *row;
    size_t n;
    void *data;
};

static struct site *open_site(const struct function *f, size_t n,
                              unsigned instance)
{
    struct site *site = calloc(1, sizeof *site);

    assert_non_null(site);
    arena_init(&site->arena, 0);
    site->row = (const struct bbob_function *)f;
    site->n = n;
    assert_int_equal(f->build(f, &site->arena, n, instance, &site->data), OK);
    return site;
}

static void close_site(struct site *site)
{
    arena_fini(&site->arena);
    free(site);
}

static double loss_at(const struct site *site, const double *x, double *g)
{
    return site->row->function.evaluate_built(site->data, x, site->n, g);
}

static bool is_bbob(const struct function *f)
{
    return f->family != NULL && strcmp(f->family, "bbob") == 0;
}

/* A point of [-reach, reach]^n around `middle`. */
static void draw_point(const struct site *site, uint64_t index, double middle,
                       double reach, double *x)
{
    for (size_t i = 0; i < site->n; i++)
        x[i] = middle
             + reach * (2 * random_unit(index, RANDOM_START, i) - 1);
}

/* ---- gradients --------------------------------------------------------- */

/* Small beside what is finest: waves of 3^-11 in f16, of 1e-5 in f19. */
static double step_of(unsigned number)
{
    return number == 16 || number == 19 ? 1e-8 : 1e-6;
}

/* (f(x + h) - f(x - h)) / 2h with Richardson's step: error O(h^4). */
static double slope(const struct site *site, const double *x, size_t i,
                    double h)
{
    double moved[DIMENSION], difference[2];

    memcpy(moved, x, site->n * sizeof *x);
    for (int k = 0; k < 2; k++) {
        double step = h * (k + 1), above;

        moved[i] = x[i] + step;
        above = loss_at(site, moved, NULL);
        moved[i] = x[i] - step;
        difference[k] = (above - loss_at(site, moved, NULL)) / (2 * step);
    }
    return (4 * difference[0] - difference[1]) / 3;
}

static void check_gradient(const struct site *site, const double *x)
{
    double g[DIMENSION], h = step_of(site->row->number), scale;
    double loss = loss_at(site, x, g);

    assert_true(loss == loss_at(site, x, NULL));
    assert_true(isfinite(loss));
    scale = 1e-6 * vector_norm2(g, site->n) + 4e-15 * (fabs(loss) + 1e3) / h;
    for (size_t i = 0; i < site->n; i++)
        if (!(fabs(slope(site, x, i, h) - g[i]) <= scale))
            fail_msg("%s, n = %zu: g[%zu] = %.17g, differences give %.17g",
                     site->row->function.name, site->n, i, g[i],
                     slope(site, x, i, h));
}

/* Some points lie outside the box, where the penalty has a slope too. */
static void every_gradient_agrees_with_finite_differences(void **unused)
{
    static const size_t tried[] = {2, 3, 7, DIMENSION};
    (void)unused;

    for (size_t k = 0; functions[k] != NULL; k++) {
        for (size_t d = 0; d < sizeof tried / sizeof *tried; d++) {
            double x[DIMENSION];
            struct site *site;

            if (!is_bbob(functions[k]))
                continue;
            site = open_site(functions[k], tried[d], 1 + (unsigned)d);
            for (uint64_t point = 0; point < 12; point++) {
                draw_point(site, point, 0, 6, x);
                if (site->row->number != 23)
                    check_gradient(site, x);
            }
            close_site(site);
        }
    }
}

/*
 * f23 has a kink every 2^-33 of z, so differences are taken within 1e-12, and
 * only where the gradient is the same on both sides. So short a step leaves
 * three digits of them.
 */
static void katsuuras_gradient_holds_between_its_kinks(void **unused)
{
    struct site *site = open_site(function_find("bbob_katsuura"), 2, 1);
    const double h = 0x1p-39;
    size_t compared = 0;
    (void)unused;

    for (uint64_t point = 0; point < 500; point++) {
        double x[2], g[2], above[2], below[2];

        draw_point(site, point, 0, 6, x);
        loss_at(site, x, g);
        for (size_t i = 0; i < 2; i++) {
            double middle = x[i], rise;

            x[i] = middle + h;
            rise = loss_at(site, x, above);
            x[i] = middle - h;
            rise -= loss_at(site, x, below);
            x[i] = middle;
            if (vector_distance(above, below, 2) > 1e-6)
                continue;
            assert_true(fabs(rise / (2 * h) - g[i])
                        <= 0.02 * (1 + vector_norm2(g, 2)));
            compared++;
        }
    }
    assert_in_range(compared, 200, 1000);
    close_site(site);
}

/* Around x_opt all rounds to zero, and |y_1| / 1e5 is left: R's first row. */
static void the_step_ellipsoid_leads_only_near_its_minimum(void **unused)
{
    struct site *site = open_site(function_find("bbob_step_ellipsoid"), 3, 1);
    const struct bbob *bbob = site->data;
    double x[3], g[3];
    (void)unused;

    for (size_t i = 0; i < 3; i++)
        x[i] = bbob->x_opt[i] + 0.01 * bbob->R[i];
    assert_true(fabs(loss_at(site, x, g) - bbob->f_opt - 1e-7) < 1e-13);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(g[i] - 1e-5 * bbob->R[i]) < 1e-19);
    x[0] -= 2;
    loss_at(site, x, g);
    assert_true(vector_norm2(g, 3) == 0);
    close_site(site);
}

/* ---- minima ------------------------------------------------------------ */

/* 1e-9: f13, f14 and f17 rise from x_opt like a root, and it is rounded. */
static void check_minimum(const struct site *site)
{
    const struct bbob *bbob = site->data;
    double x[DIMENSION], g[DIMENSION], least;

    least = loss_at(site, bbob->x_opt, g);
    assert_true(fabs(least - bbob->f_opt) < 1e-9);
    for (size_t i = 0; i < site->n; i++) {
        assert_true(isfinite(g[i]));
        assert_true(fabs(bbob->x_opt[i]) <= 5);
    }
    for (uint64_t point = 0; point < 60; point++) {
        draw_point(site, point, 0, 5, x);
        assert_true(loss_at(site, x, NULL) >= least);
        draw_point(site, point, 0, 1e-3, x);
        for (size_t i = 0; i < site->n; i++)
            x[i] += bbob->x_opt[i];
        assert_true(loss_at(site, x, NULL) >= least - 1e-12 * fabs(least));
    }
}

static void no_point_is_lower_than_x_opt(void **unused)
{
    static const size_t tried[] = {2, 5, 20, DIMENSION};
    (void)unused;

    for (size_t k = 0; functions[k] != NULL; k++) {
        for (size_t d = 0; d < sizeof tried / sizeof *tried; d++) {
            struct site *site;

            if (!is_bbob(functions[k]))
                continue;
            site = open_site(functions[k], tried[d], 1 + 333 * (unsigned)d);
            check_minimum(site);
            close_site(site);
        }
    }
}

/* A loss is never made of what is no number. */
static void what_is_no_number_comes_through(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        double x[3] = {1, NAN, 1};
        struct site *site;

        if (!is_bbob(functions[k]))
            continue;
        site = open_site(functions[k], 3, 1);
        assert_true(isnan(loss_at(site, x, NULL)));
        close_site(site);
    }
}

/* ---- instances --------------------------------------------------------- */

static void all_of_the_suite_are_there_once(void **unused)
{
    unsigned seen = 0;
    (void)unused;

    for (size_t k = 0; functions[k] != NULL; k++)
        if (is_bbob(functions[k]))
            seen ^= 1u << ((const struct bbob_function *)functions[k])->number;
    assert_int_equal(seen, (1u << 25) - 2);
}

static void rotations_keep_lengths_and_angles(void **unused)
{
    double R[DIMENSION * DIMENSION];
    (void)unused;

    bbob_draw_rotation(10001, DIMENSION, R);
    for (size_t i = 0; i < DIMENSION; i++)
        for (size_t j = 0; j < DIMENSION; j++)
            assert_true(fabs(vector_dot(R + i * DIMENSION, R + j * DIMENSION,
                                        DIMENSION) - (i == j)) < 1e-12);
}

#define SPEC(members)                                                         \
    "{\"objective\":{\"type\":\"function\"," members "},"                     \
    "\"optimizer\":{\"type\":\"sgd\"}}"

static void an_instance_is_chosen_in_the_spec(void **unused)
{
    struct reading *plain = reading_good(SPEC("\"name\":\"bbob_sphere\""));
    struct reading *first = reading_good(
        SPEC("\"name\":\"bbob_sphere\",\"instance\":1"));
    struct reading *last = reading_good(
        SPEC("\"name\":\"bbob_sphere\",\"instance\":1000"));
    const double x[2] = {0};
    double loss[3];
    struct reading *all[] = {plain, first, last};
    (void)unused;

    for (size_t i = 0; i < 3; i++) {
        const struct objective *o = &all[i]->spec.objective;

        assert_int_equal(o->n, 2);
        assert_true(o->start[0] == 0 && o->start[1] == 0);
        loss[i] = o->evaluate(o->data, x, 2, NULL);
        reading_free(all[i]);
    }
    assert_true(loss[0] == loss[1]);
    assert_true(loss[0] != loss[2]);
}

static void refused(const char *text, const char *pointer,
                    enum fault_code code, const char *detail)
{
    struct reading *r = reading_of(text, strlen(text));

    assert_int_equal(r->error, ERR_INVALID);
    assert_int_equal(r->faults.total, 1);
    assert_string_equal(r->faults.items[0].pointer, pointer);
    assert_int_equal(r->faults.items[0].code, code);
    assert_non_null(strstr(r->faults.items[0].detail, detail));
    reading_free(r);
}

static void what_the_suite_has_not_is_refused(void **unused)
{
    (void)unused;
    refused(SPEC("\"name\":\"bbob_discus\",\"instance\":1001"),
            "/objective/instance", FAULT_OUT_OF_RANGE,
            "1001 is not in [1, 1000], the instances of bbob_discus");
    refused(SPEC("\"name\":\"sphere\",\"instance\":1"),
            "/objective/instance", FAULT_CONFLICT, "sphere has no instances");
    refused(SPEC("\"name\":\"bbob_discus\",\"dimension\":41"),
            "/objective/dimension", FAULT_OUT_OF_RANGE,
            "41 is not in [2, 40]");
    refused(SPEC("\"name\":\"bbob_discuss\""), "/objective/name",
            FAULT_UNKNOWN_NAME, "no such function");
}

static void a_build_without_memory_says_so(void **unused)
{
    (void)unused;
    for (size_t k = 0; functions[k] != NULL; k++) {
        size_t failures = 0;
        enum error error = ERR_MEMORY;

        if (!is_bbob(functions[k]))
            continue;
        for (size_t limit = 64; error != OK; limit += 64) {
            struct arena small;
            void *data;

            arena_init(&small, limit);
            error = functions[k]->build(functions[k], &small, 3, 1, &data);
            assert_true(error == OK || error == ERR_MEMORY);
            failures += error == ERR_MEMORY;
            arena_fini(&small);
        }
        assert_in_range(failures, 3, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_gradient_agrees_with_finite_differences),
        cmocka_unit_test(katsuuras_gradient_holds_between_its_kinks),
        cmocka_unit_test(the_step_ellipsoid_leads_only_near_its_minimum),
        cmocka_unit_test(no_point_is_lower_than_x_opt),
        cmocka_unit_test(what_is_no_number_comes_through),
        cmocka_unit_test(all_of_the_suite_are_there_once),
        cmocka_unit_test(rotations_keep_lengths_and_angles),
        cmocka_unit_test(an_instance_is_chosen_in_the_spec),
        cmocka_unit_test(what_the_suite_has_not_is_refused),
        cmocka_unit_test(a_build_without_memory_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
