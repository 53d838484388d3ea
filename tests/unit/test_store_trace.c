/* test_store_trace.c - chunks of a trace come back bit for bit. */
#include "tests/unit/store_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"

/* Bytes of every kind, different for every chunk. */
static void fill(uint8_t *bytes, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)random_bits(seed, RANDOM_START, i);
}

static void chunks_are_bit_exact_and_not_mixed_up(void **state)
{
    struct fixture *f = *state;
    /* Neighbours in every direction: job, level, place, the key's last bits. */
    static const int64_t places[] = {0, 1, 511, STORE_CHUNKS_MAX - 1};
    static const unsigned levels[] = {0, 1, STORE_LEVELS - 1};
    const size_t bytes = 21013; /* of several pages, odd */
    uint8_t *columns = malloc(bytes);
    int64_t jobs[3];
    uint64_t seed = 0;
    struct store_chunk got;

    assert_non_null(columns);
    for (size_t j = 0; j < 3; j++) {
        jobs[j] = make(f, JOB_RUNNING, WISH_NONE);
        for (size_t l = 0; l < 3; l++)
            for (size_t p = 0; p < 4; p++) {
                fill(columns, bytes, ++seed);
                assert_int_equal(record(f, jobs[j], levels[l], places[p],
                                        columns, bytes - seed).error, OK);
            }
    }
    seed = 0;
    for (size_t j = 0; j < 3; j++)
        for (size_t l = 0; l < 3; l++)
            for (size_t p = 0; p < 4; p++) {
                fill(columns, bytes, ++seed);
                assert_int_equal(store_read_chunk(f->reader, jobs[j],
                                                  levels[l], places[p],
                                                  &f->arena, &got), OK);
                assert_int_equal(got.number, jobs[j]);
                assert_int_equal(got.level, levels[l]);
                assert_int_equal(got.chunk, places[p]);
                assert_int_equal(got.first, places[p] * 512);
                assert_int_equal(got.last, places[p] * 512 + 511);
                assert_int_equal(got.rows, 512);
                assert_int_equal(got.columns_bytes, bytes - seed);
                assert_memory_equal(got.columns, columns, bytes - seed);
            }
    free(columns);
}

static void a_chunk_that_is_not_there_is_missing(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_chunk got;

    assert_int_equal(record(f, number, 0, 1, "x", 1).error, OK);
    assert_int_equal(store_read_chunk(f->reader, number, 0, 0, &f->arena,
                                      &got), ERR_MISSING);
    assert_int_equal(store_read_chunk(f->reader, number, 1, 1, &f->arena,
                                      &got), ERR_MISSING);
    assert_int_equal(store_read_chunk(f->reader, number + 1, 0, 1, &f->arena,
                                      &got), ERR_MISSING);
}

static void a_chunk_recorded_again_is_replaced(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    struct store_chunk got;

    assert_int_equal(record(f, number, 0, 0, "first", 5).error, OK);
    assert_int_equal(record(f, number, 0, 0, "again!", 6).error, OK);
    assert_int_equal(store_read_chunk(f->reader, number, 0, 0, &f->arena,
                                      &got), OK);
    assert_int_equal(got.columns_bytes, 6);
    assert_memory_equal(got.columns, "again!", 6);
}

static void deleting_a_job_leaves_its_neighbours_traces(void **state)
{
    struct fixture *f = *state;
    int64_t jobs[3];
    struct store_chunk got;

    for (size_t j = 0; j < 3; j++) {
        jobs[j] = make(f, JOB_RUNNING, WISH_NONE);
        assert_int_equal(record(f, jobs[j], 0, 0, "low", 3).error, OK);
        assert_int_equal(record(f, jobs[j], STORE_LEVELS - 1,
                                STORE_CHUNKS_MAX - 1, "high", 4).error, OK);
        assert_int_equal(end(f, jobs[j], JOB_COMPLETED).error, OK);
    }
    assert_int_equal(act(f, STORE_DELETE, jobs[1]).error, OK);
    wait_for_pruned(f, jobs[1], 0, 0);
    wait_for_pruned(f, jobs[1], STORE_LEVELS - 1, STORE_CHUNKS_MAX - 1);
    for (size_t j = 0; j < 3; j++) {
        enum error expected = j == 1 ? ERR_MISSING : OK;
        assert_int_equal(store_read_chunk(f->reader, jobs[j], 0, 0, &f->arena,
                                          &got), expected);
        assert_int_equal(store_read_chunk(f->reader, jobs[j], STORE_LEVELS - 1,
                                          STORE_CHUNKS_MAX - 1, &f->arena,
                                          &got), expected);
    }
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(chunks_are_bit_exact_and_not_mixed_up),
        WITH(a_chunk_that_is_not_there_is_missing),
        WITH(a_chunk_recorded_again_is_replaced),
        WITH(deleting_a_job_leaves_its_neighbours_traces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
