/* test_base.c - errors, arena, faults, suggestions, parameters. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/parameter.h"
#include "core/base/suggest.h"
#include "server/base/pages.h"

static void every_error_has_its_own_name_and_a_sentence(void **unused)
{
    (void)unused;
    for (int i = 0; i < ERRORS; i++) {
        assert_true(strlen(error_name((enum error)i)) > 1);
        assert_true(strlen(error_sentence((enum error)i)) > 5);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(error_name((enum error)i),
                                    error_name((enum error)j));
    }
    assert_string_equal(error_name(ERR_DISK), "disk_full");
}

static enum error pass_on(enum error error)
{
    TRY(error);
    return ERR_FULL; /* only reached when TRY went on */
}

static void try_returns_an_error_and_goes_on_without_one(void **unused)
{
    (void)unused;
    assert_int_equal(pass_on(ERR_DISK), ERR_DISK);
    assert_int_equal(pass_on(OK), ERR_FULL);
}

static void the_arena_hands_out_zeroed_aligned_memory(void **unused)
{
    static const size_t sizes[] = {0, 1, 7, 16, 63, 64, 65, 4095, 4096, 4097,
                                   16384, 100000};
    struct arena arena;
    (void)unused;

    arena_init(&arena, 0);
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *p = arena_array(&arena, sizes[i], 1);

            assert_non_null(p);
            assert_int_equal((uintptr_t)p % (sizes[i] >= 64 ? 64 : 16), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xff, sizes[i]); /* a neighbour would no longer be 0 */
        }
    }
    arena_fini(&arena);
    assert_int_equal(arena.used_bytes, 0);
    assert_non_null(arena_array(&arena, 1, 1)); /* usable again */
    arena_fini(&arena);
}

static void the_arena_refuses_overflow_and_its_limit(void **unused)
{
    struct arena arena;
    (void)unused;

    arena_init(&arena, 100);
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(&arena, 1, SIZE_MAX));
    assert_null(arena_array(&arena, 101, 1));
    assert_non_null(arena_array(&arena, 60, 1));
    assert_null(arena_array(&arena, 41, 1));
    assert_non_null(arena_array(&arena, 40, 1));
    assert_int_equal(arena.used_bytes, 100);
    assert_null(arena_text(&arena, "", 0));
    arena_fini(&arena);
}

/* Counts what it has given out, in bytes. */
static size_t lent;

static void *lend(size_t bytes)
{
    lent += bytes;
    return calloc(1, bytes);
}

static void take_back(void *memory, size_t bytes)
{
    lent -= bytes;
    free(memory);
}

static void the_arena_has_large_blocks_from_its_source(void **unused)
{
    static const struct arena_source source = {1 << 20, lend, take_back};
    struct arena arena;
    unsigned char *large;
    (void)unused;

    arena_init_from(&arena, 0, &source);
    assert_non_null(arena_array(&arena, 1000, 1));
    assert_non_null(arena_array(&arena, 1000000, 1));
    assert_int_equal(lent, 0);
    for (int again = 0; again < 2; again++) {
        large = arena_array(&arena, 3 << 20, 1);
        assert_non_null(large);
        assert_int_equal((uintptr_t)large % 64, 0);
        assert_int_equal(large[(3 << 20) - 1], 0);
        assert_in_range(lent, 3 << 20, (3 << 20) + 200);
        arena_reset(&arena);
        assert_int_equal(lent, 0);
    }
    assert_non_null(arena_array(&arena, 3 << 20, 1));
    arena_fini(&arena);
    assert_int_equal(lent, 0);
}

/* Of sizes about a page of 2 MiB, many at once; all is zero, and written. */
static void huge_pages_come_and_go(void **unused)
{
    enum { MOST = 6 };
    static const size_t sizes[MOST] = {8 << 20, (8 << 20) + 1, (10 << 20) - 1,
                                       10 << 20, 33 << 20, 8 << 20};
    unsigned char *taken[MOST];
    (void)unused;

    for (int again = 0; again < 3; again++) {
        for (size_t i = 0; i < MOST; i++) {
            taken[i] = pages_huge.take(sizes[i]);
            assert_non_null(taken[i]);
            assert_int_equal((uintptr_t)taken[i] % (2 << 20), 0);
            assert_int_equal(taken[i][0] + taken[i][sizes[i] - 1], 0);
            memset(taken[i], 0xff, sizes[i]);
        }
        for (size_t i = 0; i < MOST; i++)
            pages_huge.give(taken[i], sizes[i]);
    }
    assert_null(pages_huge.take((size_t)1 << 60));
}

static void the_arena_makes_texts(void **unused)
{
    struct arena arena;
    (void)unused;

    arena_init(&arena, 0);
    assert_string_equal(arena_text(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_format(&arena, "%s/%d", "x", 7), "x/7");
    arena_fini(&arena);
}

static void faults_keep_a_hundred_and_count_the_rest(void **unused)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct arena arena;
    char pointer[] = "/a";
    (void)unused;

    assert_non_null(faults);
    arena_init(&arena, 0);
    faults_init(faults, &arena);
    for (int i = 0; i < 150; i++)
        fault_add(faults, pointer, FAULT_OUT_OF_RANGE, i == 0 ? "b" : NULL,
                  "%d is not in [0, 1]", i);
    pointer[1] = 'z'; /* the text was copied */
    assert_int_equal(faults->total, 150);
    assert_int_equal(faults_kept(faults), FAULTS_KEPT);
    assert_string_equal(faults->items[0].pointer, "/a");
    assert_string_equal(faults->items[0].suggestion, "b");
    assert_null(faults->items[1].suggestion);
    assert_string_equal(faults->items[99].detail, "99 is not in [0, 1]");
    assert_string_equal(fault_code_name(faults->items[0].code),
                        "out_of_range");
    assert_false(faults->out_of_memory);
    arena_fini(&arena);
    free(faults);
}

static void a_lost_fault_text_is_noticed(void **unused)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct arena arena;
    (void)unused;

    assert_non_null(faults);
    arena_init(&arena, 1);
    faults_init(faults, &arena);
    fault_add(faults, "/optimizer", FAULT_REQUIRED, "x", "missing");
    assert_true(faults->out_of_memory);
    assert_int_equal(faults_kept(faults), 1);
    assert_string_equal(faults->items[0].detail, "");
    assert_string_equal(pointer_index(faults, "/a", 3), "");
    arena_fini(&arena);
    free(faults);
}

/* The escapes are those of RFC 6901, section 3. */
static void pointers_escape_slash_and_tilde(void **unused)
{
    struct faults *faults = calloc(1, sizeof *faults);
    struct arena arena;
    (void)unused;

    assert_non_null(faults);
    arena_init(&arena, 0);
    faults_init(faults, &arena);
    assert_string_equal(pointer_member(faults, "/a", "b/c"), "/a/b~1c");
    assert_string_equal(pointer_member(faults, "", "m~n"), "/m~0n");
    assert_string_equal(pointer_member(faults, "", ""), "/");
    assert_string_equal(pointer_index(faults, "/a", 3), "/a/3");
    arena_fini(&arena);
    free(faults);
}

static const char *nearest(const char *word)
{
    static const char *const names[] = {"learning_rate", "momentum",
                                        "dampening", "decay", "x"};
    struct suggestion suggestion = {.word = word};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        suggest_offer(&suggestion, names[i]);
    return suggestion.best;
}

static void a_misspelt_name_finds_its_neighbour(void **unused)
{
    char long_word[100];
    (void)unused;

    assert_string_equal(nearest("momentun"), "momentum");      /* replace */
    assert_string_equal(nearest("learningrate"), "learning_rate"); /* insert */
    assert_string_equal(nearest("dampeening"), "dampening");   /* delete */
    assert_string_equal(nearest("dceay"), "decay");            /* swap */
    assert_string_equal(nearest("MOMENTUM"), "momentum");      /* capitals */
    assert_string_equal(nearest("X"), "x");
    assert_null(nearest("lr_rate_learning"));
    assert_null(nearest("dceya")); /* two edits in five letters */
    memset(long_word, 'm', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_null(nearest(long_word));
    assert_null(nearest(NULL));
}

static void a_parameter_accepts_its_range_only(void **unused)
{
    struct parameter p = {"p", 0.5, 0, 1, "", CLOSED, PARAMETER_NUMBER};
    (void)unused;

    assert_true(parameter_accepts(&p, 0) && parameter_accepts(&p, 1));
    assert_false(parameter_accepts(&p, -0.1) || parameter_accepts(&p, 1.1));
    p.bound = OPEN_LOW;
    assert_false(parameter_accepts(&p, 0));
    assert_true(parameter_accepts(&p, 1));
    p.bound = OPEN_HIGH;
    assert_true(parameter_accepts(&p, 0));
    assert_false(parameter_accepts(&p, 1));
    p.bound = OPEN;
    assert_false(parameter_accepts(&p, 0) || parameter_accepts(&p, 1));
    p = (struct parameter){"p", 0, -INFINITY, INFINITY, "", CLOSED,
                           PARAMETER_NUMBER};
    assert_false(parameter_accepts(&p, NAN));
    assert_false(parameter_accepts(&p, INFINITY));
    p.type = PARAMETER_INTEGER;
    assert_true(parameter_accepts(&p, -3));
    assert_false(parameter_accepts(&p, 0.5));
}

static void defaults_are_written_in_the_order_of_the_table(void **unused)
{
    static const struct parameter table[] = {
        {"a", 1, 0, 1, "", CLOSED, PARAMETER_NUMBER},
        {"b", PARAMETER_OFF, 0, 1, "", CLOSED, PARAMETER_NUMBER},
        {0},
    };
    double values[3] = {9, 9, 9};
    (void)unused;

    assert_int_equal(parameter_count(table), 2);
    parameter_defaults(table, values);
    assert_true(values[0] == 1 && isnan(values[1]) && values[2] == 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_own_name_and_a_sentence),
        cmocka_unit_test(try_returns_an_error_and_goes_on_without_one),
        cmocka_unit_test(the_arena_hands_out_zeroed_aligned_memory),
        cmocka_unit_test(the_arena_refuses_overflow_and_its_limit),
        cmocka_unit_test(the_arena_has_large_blocks_from_its_source),
        cmocka_unit_test(huge_pages_come_and_go),
        cmocka_unit_test(the_arena_makes_texts),
        cmocka_unit_test(faults_keep_a_hundred_and_count_the_rest),
        cmocka_unit_test(a_lost_fault_text_is_noticed),
        cmocka_unit_test(pointers_escape_slash_and_tilde),
        cmocka_unit_test(a_misspelt_name_finds_its_neighbour),
        cmocka_unit_test(a_parameter_accepts_its_range_only),
        cmocka_unit_test(defaults_are_written_in_the_order_of_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
