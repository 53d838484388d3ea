/* test_nlopt_spec.c - jobs of NLopt's methods: what a spec must say, and how
 * a gradient that nobody asked for is recorded. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/result.h"
#include "tests/unit/reading.h"

enum { TEXT_BYTES = 512 };

#define SPHERE(n) "{\"type\":\"function\",\"name\":\"sphere\","               \
                  "\"dimension\":" n "}"

/* A spec on the sphere; the rest of its optimizer follows the type. */
static struct reading *read_on(const char *objective, const char *type,
                               const char *rest)
{
    char text[TEXT_BYTES];

    snprintf(text, sizeof text,
             "{\"objective\":%s,\"optimizer\":{\"type\":\"%s\"%s},"
             "\"stop\":{\"max_iterations\":600}}", objective, type, rest);
    return reading_of(text, strlen(text));
}

/* One fault, at `pointer`, or none where that is NULL. */
static void check_fault(struct reading *r, const char *pointer,
                        enum fault_code code, const char *part)
{
    assert_int_equal(r->flaw.line, 0);
    assert_int_equal(r->faults.total, pointer != NULL);
    if (pointer != NULL) {
        assert_string_equal(r->faults.items[0].pointer, pointer);
        assert_int_equal(r->faults.items[0].code, code);
        assert_non_null(strstr(r->faults.items[0].detail, part));
    }
    reading_free(r);
}

static void global_methods_need_bounds_on_both_sides(void **unused)
{
    static const char *const types[] = {"direct", "crs2", "isres", "esch"};
    static const char *const lacking[] = {
        "", ",\"bounds\":null", ",\"bounds\":{}",
        ",\"bounds\":{\"low\":-1}", ",\"bounds\":{\"low\":null,\"high\":[2,2]}",
    };
    char part[64];
    (void)unused;

    for (size_t t = 0; t < 4; t++) {
        snprintf(part, sizeof part,
                 "%s needs low and high for every variable", types[t]);
        for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++)
            check_fault(read_on(SPHERE("2"), types[t], lacking[i]),
                        "/optimizer/bounds", FAULT_REQUIRED, part);
        check_fault(read_on(SPHERE("2"), types[t],
                            ",\"bounds\":{\"low\":-1,\"high\":[2,3]}"),
                    NULL, FAULT_REQUIRED, NULL);
        /* A bound that is wrong is not said to be missing as well. */
        check_fault(read_on(SPHERE("2"), types[t],
                            ",\"bounds\":{\"low\":-1,\"high\":\"2\"}"),
                    "/optimizer/bounds/high", FAULT_WRONG_TYPE, "");
    }
    check_fault(read_on(SPHERE("2"), "cobyla", ""), NULL, FAULT_REQUIRED,
                NULL);
}

static void some_methods_take_few_variables(void **unused)
{
    static const char box[] = ",\"bounds\":{\"low\":-1,\"high\":2}";
    (void)unused;

    check_fault(read_on(SPHERE("200"), "bobyqa", ""), NULL, FAULT_TOO_LARGE,
                NULL);
    check_fault(read_on(SPHERE("201"), "bobyqa", ""), "/optimizer/type",
                FAULT_TOO_LARGE, "at most 200 variables");
    check_fault(read_on(SPHERE("200"), "esch", box), NULL, FAULT_TOO_LARGE,
                NULL);
    check_fault(read_on(SPHERE("201"), "esch", box), "/optimizer/type",
                FAULT_TOO_LARGE, "at most 200 variables");
    check_fault(read_on(SPHERE("120"), "isres", box), NULL, FAULT_TOO_LARGE,
                NULL);
    check_fault(read_on(SPHERE("121"), "isres", box), "/optimizer/type",
                FAULT_TOO_LARGE, "at most 120 variables");
    check_fault(read_on(SPHERE("5000"), "mma", ""), NULL, FAULT_TOO_LARGE,
                NULL);
}

/* The largest dimension that each may have can be run, within its bounds. */
static void methods_work_at_their_greatest_dimension(void **unused)
{
    (void)unused;
    for (size_t k = 0; optimizer_kinds[k] != NULL; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];
        char objective[TEXT_BYTES / 4];
        struct recorder recorder;
        struct reading *r;

        if (kind->dimension_max == 0 || kind->needs_residuals)
            continue;
        snprintf(objective, sizeof objective,
                 "{\"type\":\"function\",\"name\":\"sphere\","
                 "\"dimension\":%zu}", kind->dimension_max);
        r = read_on(objective, kind->name,
                    ",\"bounds\":{\"low\":-1,\"high\":2}");
        assert_int_equal(r->error, OK);
        r->spec.stop[STOP_MAX_EVALUATIONS] = 30;
        assert_int_equal(reading_run(r, &recorder).loss_evaluations, 30);
        recorder_fini(&recorder);
        reading_free(r);
    }
}

/* ---- records ----------------------------------------------------------- */

static void check_norms(const char *type, bool known)
{
    struct reading *r = read_on(SPHERE("2"), type,
                                ",\"bounds\":{\"low\":-1,\"high\":2}");
    struct recorder recorder;
    struct run_result result;
    struct buffer out;
    uint64_t rows = 0;
    char *text;

    assert_int_equal(r->error, OK);
    r->spec.start = (const double[]){0.75, -0.5};
    result = reading_run(r, &recorder);
    for (struct recorded_chunk *c = recorder.first; c; c = c->next)
        for (size_t i = 0; i < c->chunk->rows; i++, rows++) {
            double norm = c->chunk->scalars[COLUMN_GRADIENT_NORM][i];

            assert_int_equal(chunk_is_absent(norm), !known);
            assert_int_equal(isfinite(norm), known);
            assert_true(isfinite(c->chunk->scalars[COLUMN_LOSS][i]));
        }
    assert_true(rows > 3 && rows == result.iterations + 1);
    assert_int_equal(isfinite(result.gradient_norm), known);
    buffer_init(&out);
    result_write(&r->spec, &result, 1, "", &out);
    text = buffer_steal(&out, &(size_t){0});
    assert_non_null(text);
    assert_non_null(strstr(text, "\"nonfinite\":[]"));
    assert_int_equal(strstr(text, "\"gradient_norm\":null") != NULL, !known);
    free(text);
    recorder_fini(&recorder);
    reading_free(r);
}

/* Not as a NaN that the run came to: `nonfinite` stays empty. */
static void a_gradient_that_nobody_asked_for_is_absent(void **unused)
{
    static const char *const blind[] = {"nelder_mead", "sbplx", "bobyqa",
                                        "cobyla", "direct", "crs2", "isres",
                                        "esch"};
    (void)unused;

    for (size_t i = 0; i < sizeof blind / sizeof *blind; i++)
        check_norms(blind[i], false);
    check_norms("slsqp", true);
    check_norms("mma", true);
}

static void the_same_spec_has_the_same_digest(void **unused)
{
    char one[DIGEST_TEXT_BYTES], two[DIGEST_TEXT_BYTES];
    struct reading *r = read_on(SPHERE("2"), "crs2",
                                ",\"bounds\":{\"low\":-1,\"high\":2}");
    (void)unused;

    assert_int_equal(r->error, OK);
    reading_sha256(r, one);
    reading_sha256(r, two);
    assert_string_equal(one, two);
    r->spec.seed++;
    reading_sha256(r, two);
    assert_string_not_equal(one, two);
    reading_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(global_methods_need_bounds_on_both_sides),
        cmocka_unit_test(some_methods_take_few_variables),
        cmocka_unit_test(methods_work_at_their_greatest_dimension),
        cmocka_unit_test(a_gradient_that_nobody_asked_for_is_absent),
        cmocka_unit_test(the_same_spec_has_the_same_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
