/* test_spec_parts.c - what the numbers of x are called, one by one. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/jobs/spec_parts.h"
#include "tests/unit/reading.h"

#define REST ",\"optimizer\":{\"type\":\"sgd\"}"

static const char *const specs[] = {
    "{\"objective\":{\"type\":\"expression\",\"variables\":{\"a\":1,\"w\":3},"
    "\"expression\":\"a[1] + w[1]\"},\"start\":[0,0,0,0]" REST "}",
    "{\"objective\":{\"type\":\"expression\",\"variables\":{\"W\":[2,3],"
    "\"b\":2},\"expression\":\"W[1,2] + b[1]\"},"
    "\"start\":[0,0,0,0,0,0,0,0]" REST "}",
    "{\"objective\":{\"type\":\"polynomial\",\"variables\":[\"x\",\"y\"],"
    "\"terms\":[{\"coefficient\":1,\"powers\":{\"x\":2}}]},"
    "\"start\":[0,0]" REST "}",
    "{\"objective\":{\"type\":\"polynomial\",\"coefficients\":[1,2,3]},"
    "\"start\":[0]" REST "}",
    "{\"objective\":{\"type\":\"function\",\"name\":\"colville\"}" REST "}",
};

static bool find(struct reading *reading, const char *text, size_t *ret,
                 const char **ret_near)
{
    struct suggestion near = {.word = text};
    struct spec_parts parts;
    bool found;

    assert_int_equal(spec_parts_of(&reading->arena, &reading->spec, &parts),
                     OK);
    found = spec_variable_find(&parts, reading->spec.objective.n, text, &near,
                               ret);
    *ret_near = near.best;
    return found;
}

static void every_name_finds_its_number(void **unused)
{
    (void)unused;
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        struct reading *reading = reading_good(specs[s]);
        size_t n = reading->spec.objective.n, found;
        const char *const *names = spec_variable_names(&reading->arena,
                                                       &reading->spec);
        struct spec_parts parts;
        const char *near;

        assert_non_null(names);
        assert_int_equal(spec_parts_of(&reading->arena, &reading->spec,
                                       &parts), OK);
        for (size_t i = 0; i < n; i++) {
            char number[2] = {(char)('0' + i), '\0'};

            assert_string_equal(names[i],
                                spec_variable_name(&reading->arena, &parts,
                                                   i));
            assert_true(find(reading, names[i], &found, &near));
            assert_int_equal(found, i);
            assert_true(find(reading, number, &found, &near));
            assert_int_equal(found, i);
        }
        reading_free(reading);
    }
}

static void other_texts_find_nothing(void **unused)
{
    static const struct {
        size_t spec;
        const char *text;
    } cases[] = {
        {0, ""}, {0, "4"}, {0, "-1"}, {0, "a"}, {0, "a[2]"}, {0, "w"},
        {0, "w[0]"},
        {0, "w[4]"}, {0, "w[1"}, {0, "w[1]]"}, {0, "w[]"}, {0, "x[1]"},
        {0, "w[1,1]"}, {0, "12345678901"}, {1, "W[1]"}, {1, "W[3,1]"},
        {1, "W[1,4]"}, {1, "W[1][2]"}, {1, "W"}, {2, "z"}, {3, "x[1]"},
        {4, "x"}, {4, "x[5]"}, {4, "x[1"},
    };
    (void)unused;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct reading *reading = reading_good(specs[cases[k].spec]);
        const char *near;
        size_t found;

        assert_false(find(reading, cases[k].text, &found, &near));
        reading_free(reading);
    }
}

static void near_names_are_offered(void **unused)
{
    static const char spec[] =
        "{\"objective\":{\"type\":\"expression\","
        "\"variables\":[\"alpha\",\"beta\"],\"expression\":\"alpha + beta\"},"
        "\"start\":[0,0]" REST "}";
    struct reading *reading = reading_good(spec);
    const char *near;
    size_t found;
    (void)unused;

    assert_false(find(reading, "alpa", &found, &near));
    assert_string_equal(near, "alpha");
    reading_free(reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_finds_its_number),
        cmocka_unit_test(other_texts_find_nothing),
        cmocka_unit_test(near_names_are_offered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
