/* test_candidates.c - two spikes in one unit of a level are both candidates. */
#include "tests/unit/cmocka_all.h"

#include "core/base/random.h"
#include "server/api/candidates.h"
#include "tests/unit/window_checks.h"

enum { PAIRS_MAX = 20 };

/* A flat loss with some noise, and pairs of spikes of three rows. */
struct curve {
    uint64_t rows, unit;     /* rows of a unit of the level that serves it */
    uint64_t gap;            /* from the first to the second of a pair */
    size_t pairs;
    uint64_t spikes[2 * PAIRS_MAX];
};

static double *loss_at(struct made_trace *made, uint64_t row)
{
    return &chunk_column(made->chunks[row / STORE_CHUNK_ROWS],
                         COLUMN_LOSS)[row % STORE_CHUNK_ROWS];
}

static void plant(struct made_trace *made, struct curve *curve)
{
    for (uint64_t row = 0; row < made->rows; row++)
        *loss_at(made, row) = 1 + 0.2 * random_unit(3, RANDOM_START, row);
    for (size_t i = 0; i < 2 * curve->pairs; i++) {
        uint64_t units = curve->rows / curve->unit / curve->pairs;
        uint64_t unit = i / 2 * units + chance(5, i / 2, units);
        uint64_t at = unit * curve->unit + 20 + i % 2 * curve->gap;

        curve->spikes[i] = at;
        *loss_at(made, at - 1) = *loss_at(made, at + 1) = 1.5;
        /* The second one of a pair is never the unit's greatest. */
        *loss_at(made, at) = i % 2 ? 3 : 4;
    }
}

static size_t count_spikes(const struct curve *curve,
                           struct candidates *candidates)
{
    const double *axis = candidates_axis(candidates);
    const double *value = candidates_value(candidates);
    size_t kept = 0, count = candidates_count(candidates);

    for (size_t i = 1; i < count; i++)
        assert_true(axis[i - 1] < axis[i]);
    for (size_t s = 0; s < 2 * curve->pairs; s++)
        for (size_t i = 0; i < count; i++)
            if (axis[i] == (double)curve->spikes[s]) {
                assert_true(value[i] == (s % 2 ? 3 : 4));
                kept++;
            }
    return kept;
}

/* What is picked is what the candidates say: every tenth. */
static void check_picks(struct candidates *candidates)
{
    static const struct trace_column columns[] = {{COLUMN_ITERATION, 0},
                                                  {COLUMN_LOSS, 0}};
    size_t picks[400], count = 0;
    double numbers[2 * 400];

    for (size_t i = 0; i < candidates_count(candidates) && count < 400;
         i += 10)
        picks[count++] = i;
    assert_int_equal(candidates_pick(candidates, picks, count, columns, 2,
                                     numbers), OK);
    for (size_t k = 0; k < count; k++) {
        assert_true(numbers[k] == candidates_axis(candidates)[picks[k]]);
        assert_true(numbers[count + k]
                    == candidates_value(candidates)[picks[k]]);
    }
}

static void check(struct fixture *f, struct curve curve)
{
    static const struct trace_column axis = {COLUMN_ITERATION, 0},
                                     loss = {COLUMN_LOSS, 0};
    struct candidates *candidates;
    struct made_trace made;
    struct trace trace;
    struct arena arena;
    int64_t number;

    made_init(&made, (struct chunk_form){1, CHUNK_X_NONE, COLUMN_SET_ALWAYS},
              1, curve.rows - 1, 11);
    plant(&made, &curve);
    number = made_store(&made, f, MADE_LEVELS);
    assert_int_equal(trace_open(NULL, f->reader, number, &trace), OK);
    arena_init(&arena, 0);
    assert_int_equal(candidates_open(&trace, 0, trace.rows, 1000, &axis, &loss,
                                     &arena, &candidates), OK);
    assert_int_equal(count_spikes(&curve, candidates), 2 * curve.pairs);
    check_picks(candidates);
    arena_fini(&arena);
    made_fini(&made);
}

static void two_spikes_in_a_unit_of_128_rows_are_candidates(void **state)
{
    check(*state, (struct curve){.rows = 120000, .unit = 128, .gap = 40,
                                 .pairs = 20});
}

static void two_spikes_in_a_unit_of_512_rows_are_candidates(void **state)
{
    check(*state, (struct curve){.rows = 300000, .unit = 512, .gap = 40,
                                 .pairs = 20});
    check(*state, (struct curve){.rows = 300000, .unit = 512, .gap = 200,
                                 .pairs = 20});
}

static void two_spikes_in_a_unit_of_2048_rows_are_candidates(void **state)
{
    check(*state, (struct curve){.rows = 1100000, .unit = 2048, .gap = 60,
                                 .pairs = 12});
    check(*state, (struct curve){.rows = 1100000, .unit = 2048, .gap = 1900,
                                 .pairs = 12});
}

#define WITH(test)                                                            \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(two_spikes_in_a_unit_of_128_rows_are_candidates),
        WITH(two_spikes_in_a_unit_of_512_rows_are_candidates),
        WITH(two_spikes_in_a_unit_of_2048_rows_are_candidates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
