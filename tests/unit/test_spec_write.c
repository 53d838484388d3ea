/* test_spec_write.c - a spec written and read again is the same spec. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/function/function.h"
#include "tests/unit/reading.h"

#define SPEC(objective, start, rest) \
    "{\"objective\":" objective "," start "\"optimizer\":{\"type\":" \
    "\"rmsprop\",\"decay\":0.1}" rest "}"
#define SPHERE(n) "{\"type\":\"function\",\"name\":\"sphere\"," \
                  "\"dimension\":" n "}"
#define LINE "{\"type\":\"polynomial\",\"coefficients\":[1,2]}"

/* For optimizers that need rows. */
#define MODEL                                                                 \
    "{\"type\":\"model\",\"dataset\":{\"columns\":{\"a\":[1,2,3]," \
    "\"b\":[2,null,1],\"c\":[\"no\",\"yes\",\"no\"]}},\"target\":\"c\"," \
    "\"model\":{\"type\":\"logistic\"},\"l2\":1,\"missing\":\"mean\"," \
    "\"intercept\":false}"
/* For optimizers that need residuals too. */
#define FIT "{\"type\":\"fit\",\"dataset\":{\"columns\":{\"x\":[1,2]," \
            "\"y\":[3,5]}},\"formula\":\"a + b*x\",\"target\":\"y\"," \
            "\"parameters\":[\"a\",\"b\"]}"

/* Every form of every member of a spec. */
static const char *const specs[] = {
    SPEC(LINE, "\"start\":[0.1],", ""),
    SPEC("{\"type\":\"polynomial\",\"coefficients\":[5e-324,-0.0,"
         "1.7976931348623157e308,0.1,123456789012345678]}",
         "\"start\":[-0.0],", ""),
    SPEC("{\"type\":\"polynomial\",\"variables\":[\"x\",\"y_2\"],\"terms\":["
         "{\"coefficient\":6,\"powers\":{\"x\":2}},"
         "{\"powers\":{\"y_2\":1,\"x\":3},\"coefficient\":-0.1},"
         "{\"coefficient\":3,\"powers\":{}},{\"coefficient\":4}]}",
         "\"start\":[1,2],", ""),
    SPEC("{\"type\":\"quadratic\",\"A\":[[1,0.5],[0.5,3]]}",
         "\"start\":[1,2],", ""),
    SPEC("{\"c\":-1,\"b\":[1,2],\"A\":[[1,0],[0,3]],\"type\":\"quadratic\"}",
         "\"start\":[1,2],", ""),
    SPEC("{\"type\":\"expression\",\"expression\":\"x*y\","
         "\"variables\":[\"x\",\"y\"]}", "\"start\":[1,2],", ""),
    SPEC("{\"type\":\"expression\",\"expression\":\"a*sum(z*w)*y[2]\","
         "\"variables\":{\"z\":3,\"y\":2},\"constants\":{\"a\":-0.1,"
         "\"w\":[1,2,5e-324],\"A\":[[1,2],[3,4],[5,6]],\"B\":[[7]],"
         "\"v\":[8]}}", "\"start\":[1,2,3,4,5],", ""),
    SPEC("{\"type\":\"expression\",\"expression\":\"\\t1\\n+ x\","
         "\"variables\":{\"x\":1},\"constants\":{}}",
         "\"start\":[1],", ""),
    SPEC(FIT, "\"start\":[0,0],", ""),
    SPEC("{\"type\":\"fit\",\"dataset\":{\"columns\":{\"y\":[-0.1],"
         "\"s\":[5e-324]}},\"formula\":\"b[1]*k\",\"target\":\"2*y\","
         "\"parameters\":{\"b\":2},\"constants\":{\"k\":3},"
         "\"loss\":\"huber\",\"loss_scale\":0.1,\"weights\":\"s\"}",
         "\"start\":[1,2],", ""),
    SPEC("{\"type\":\"function\",\"name\":\"booth\"}", "", ""),
    SPEC(SPHERE("3"), "", ""),
    SPEC(SPHERE("3"), "\"start\":null,", ""),
    SPEC(SPHERE("1000"), "", ""),
    SPEC(SPHERE("1001"), "", ""), /* a default start this long stays one */
    SPEC(SPHERE("3"), "\"start\":{\"random\":{\"low\":-1,\"high\":0.3}},",
         ",\"seed\":77"),
    SPEC(LINE, "\"start\":[1],", ",\"name\":\"\",\"tags\":[]"),
    SPEC(LINE, "\"start\":[1],", ",\"name\":null,\"priority\":-0"),
    SPEC(LINE, "\"start\":[1],",
         ",\"name\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u00e9\\ud83d\\ude00\","
         "\"tags\":[\"<script>\",\"\",\"\\u2028\"],\"priority\":1000,"
         "\"seed\":9007199254740991"),
    SPEC(LINE, "\"start\":[1],",
         ",\"stop\":{\"max_iterations\":0,\"max_epochs\":null,"
         "\"target_loss\":-0.5,\"divergence_loss\":null,\"patience\":1e9}"),
    SPEC(LINE, "\"start\":[1],", ",\"trace\":{}"),
    SPEC(LINE, "\"start\":[1],", ",\"trace\":{\"x\":\"auto\",\"every\":1e9}"),
    SPEC(LINE, "\"start\":[1],", ",\"trace\":{\"x\":true}"),
    SPEC(LINE, "\"start\":[1],", ",\"trace\":{\"x\":false,\"every\":2}"),
};

enum { SPECS = sizeof specs / sizeof *specs };

/* Write what was read, read that, write again: the same bytes, and the same
 * numbers behind them. Returns the text; free() it. */
static char *check_fixed_point(const struct reading *first)
{
    char *text = reading_write(first), *again;
    struct reading *second = reading_good(text);
    const struct spec *a = &first->spec, *b = &second->spec;
    size_t n = a->objective.n;

    again = reading_write(second);
    assert_string_equal(text, again);
    assert_ptr_equal(a->optimizer, b->optimizer);
    assert_ptr_equal(a->schedule.kind, b->schedule.kind);
    assert_ptr_equal(a->objective.kind, b->objective.kind);
    assert_int_equal(a->seed, b->seed);
    assert_int_equal(n, b->objective.n);
    assert_memory_equal(a->start, b->start, n * sizeof *a->start);
    for (size_t i = 0; a->optimizer->parameters[i].name; i++)
        assert_memory_equal(&a->optimizer_parameters[i],
                            &b->optimizer_parameters[i], sizeof(double));
    for (size_t i = 0; i < STOP_RULES; i++)
        if (!isnan(a->stop[i]) || !isnan(b->stop[i]))
            assert_memory_equal(&a->stop[i], &b->stop[i], sizeof(double));
    free(again);
    reading_free(second);
    return text;
}

static void a_spec_in_full_is_a_fixed_point(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SPECS; i++) {
        struct reading *r = reading_good(specs[i]);

        free(check_fixed_point(r));
        reading_free(r);
    }
}

static void a_spec_in_full_is_the_same_run(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SPECS; i++) {
        struct reading *r = reading_good(specs[i]), *again;
        char *text = reading_write(r);
        char mine[DIGEST_TEXT_BYTES], its[DIGEST_TEXT_BYTES];

        r->spec.stop[STOP_MAX_ITERATIONS] = 600;
        reading_sha256(r, mine);
        again = reading_good(text);
        again->spec.stop[STOP_MAX_ITERATIONS] = 600;
        reading_sha256(again, its);
        assert_string_equal(mine, its);
        reading_free(r);
        reading_free(again);
        free(text);
    }
}

static void a_long_default_start_is_written_as_null(void **unused)
{
    struct reading *r = reading_good(SPEC(SPHERE("1001"), "", ""));
    char *text = reading_write(r);
    (void)unused;

    assert_non_null(strstr(text, "\"start\":null"));
    free(text);
    reading_free(r);
}

/* A value that the parameter may have, drawn with number `index`. */
static double draw(const struct parameter *p, uint64_t index)
{
    double u = random_unit(3, RANDOM_START, index);
    double value = p->low + (p->high - p->low) * u * u * u;

    if (p->type != PARAMETER_NUMBER)
        value = round(value);
    return parameter_accepts(p, value) ? value : p->initial;
}

/* The spec with 200 draws of the optimizer's parameters. */
static void write_drawn(struct reading *r, const struct optimizer_kind *kind,
                        uint64_t *index)
{
    static const double low[] = {-7, -8, -9}, high[] = {7, 8, 9};
    const struct parameter *table = kind->parameters;

    assert_true(r->spec.objective.n <= 3);
    r->spec.optimizer = kind;
    r->spec.low = kind->needs_bounds ? low : NULL;
    r->spec.high = kind->needs_bounds ? high : NULL;
    for (size_t round = 0; round < 200; round++) {
        for (size_t i = 0; table[i].name; i++)
            r->spec.optimizer_parameters[i] = draw(&table[i], (*index)++);
        r->spec.steps = optimizer_steps(kind, r->spec.optimizer_parameters);
        if (kind->check)
            kind->check(r->spec.optimizer_parameters, "", &r->faults);
        if (r->faults.total == 0)
            free(check_fixed_point(r));
        r->faults.total = 0;
    }
}

static void every_optimizer_is_written_with_any_legal_parameters(void **unused)
{
    struct reading *fit = reading_good(SPEC(FIT, "\"start\":[0,0],", ""));
    struct reading *model = reading_good(SPEC(MODEL, "", ""));
    uint64_t index = 0;
    (void)unused;

    for (size_t k = 0; optimizer_kinds[k]; k++) {
        const struct optimizer_kind *kind = optimizer_kinds[k];

        write_drawn(kind->needs_rows || kind->needs_linear ? model : fit, kind,
                    &index);
    }
    reading_free(fit);
    reading_free(model);
}

static void every_function_is_written_with_its_start(void **unused)
{
    char text[256];
    (void)unused;

    for (size_t i = 0; functions[i]; i++) {
        struct reading *r;

        snprintf(text, sizeof text,
                 SPEC("{\"type\":\"function\",\"name\":\"%s\"}", "", ""),
                 functions[i]->name);
        r = reading_good(text);
        free(check_fixed_point(r));
        reading_free(r);
    }
}

static void no_part_of_a_spec_is_a_spec(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SPECS; i++) {
        for (size_t bytes = 0; bytes < strlen(specs[i]); bytes++) {
            struct reading *r = reading_of(specs[i], bytes);

            assert_int_equal(r->error, ERR_INVALID);
            assert_true(r->flaw.line > 0);
            reading_free(r);
        }
    }
}

/* ---- mutations --------------------------------------------------------- */

enum { MUTATIONS = 20000, MUTANT_BYTES_MAX = 2048 };

static uint64_t pick(uint64_t *index, uint64_t below)
{
    return random_bits(5, RANDOM_START, (*index)++) % below;
}

/* Change a few bytes: to another, to none, or to a piece of the text itself.
 * Returns how many bytes there are now. */
static size_t mutate(char *text, size_t bytes, uint64_t *index)
{
    static const char alphabet[] = "{}[]\",:0123456789.-+eEtfn \\u\x01\x7f\xc3";

    for (uint64_t left = 1 + pick(index, 2); left > 0 && bytes > 0; left--) {
        size_t at = pick(index, bytes), from = pick(index, bytes);
        size_t length = 1 + pick(index, 12);

        switch (pick(index, 8)) {
        case 0:
            text[at] = alphabet[pick(index, sizeof alphabet - 1)];
            break;
        case 1:
            length = length < bytes - at ? length : bytes - at;
            memmove(text + at, text + at + length, bytes - at - length);
            bytes -= length;
            break;
        case 2:
            length = length < bytes - from ? length : bytes - from;
            if (bytes + length > MUTANT_BYTES_MAX)
                break;
            memmove(text + at + length, text + at, bytes - at);
            memmove(text + at, text + from, length);
            bytes += length;
            break;
        default: /* a digit becomes another */
            while (at + 1 < bytes && (text[at] < '0' || text[at] > '9'))
                at++;
            text[at] = (char)('0' + pick(index, 10));
        }
    }
    return bytes;
}

/* What is taken is whole: it can be run, and written, and read again. */
static void check_taken(const struct reading *r)
{
    const struct spec *spec = &r->spec;

    assert_int_equal(r->faults.total, 0);
    assert_int_equal(r->flaw.line, 0);
    for (size_t i = 0; i < spec->objective.n; i++)
        assert_true(isfinite(spec->start[i]));
    for (size_t i = 0; spec->optimizer->parameters[i].name; i++)
        assert_true(parameter_accepts(&spec->optimizer->parameters[i],
                                      spec->optimizer_parameters[i]));
    for (size_t i = 0; i < STOP_RULES; i++)
        assert_true(parameter_accepts(&stop_parameters[i], spec->stop[i])
                    || isnan(stop_parameters[i].initial));
    assert_true(spec->every >= 1 && spec->every <= 1000000000);
    free(check_fixed_point(r));
}

static void a_mutated_spec_is_refused_or_whole(void **unused)
{
    char text[MUTANT_BYTES_MAX];
    uint64_t index = 0;
    size_t taken = 0, faulty = 0;
    (void)unused;

    for (size_t k = 0; k < MUTATIONS; k++) {
        const char *from = specs[pick(&index, SPECS)];
        size_t bytes = strlen(from);
        struct reading *r;

        memcpy(text, from, bytes);
        bytes = mutate(text, bytes, &index);
        r = reading_of(text, bytes);
        if (r->error == OK) {
            taken++;
            check_taken(r);
        } else {
            assert_int_equal(r->error, ERR_INVALID);
            assert_true((r->flaw.line > 0) != (r->faults.total > 0));
            faulty += r->faults.total > 0;
        }
        reading_free(r);
    }
    /* The mutations reach every layer: JSON, faults, whole specs. */
    assert_true(taken > 1000);
    assert_true(faulty > 1000);
    assert_true(MUTATIONS - taken - faulty > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spec_in_full_is_a_fixed_point),
        cmocka_unit_test(a_spec_in_full_is_the_same_run),
        cmocka_unit_test(a_long_default_start_is_written_as_null),
        cmocka_unit_test(every_optimizer_is_written_with_any_legal_parameters),
        cmocka_unit_test(every_function_is_written_with_its_start),
        cmocka_unit_test(no_part_of_a_spec_is_a_spec),
        cmocka_unit_test(a_mutated_spec_is_refused_or_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
