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

/* Pieces anywhere, of chunks that are there and chunks that are not, in any
 * order; past the end there is nothing. */
static void pieces_are_parts_of_chunks(void **state)
{
    enum { BYTES = 30011, PIECES = 200 };
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    static uint8_t columns[4][BYTES], got[PIECES][BYTES];
    struct store_piece pieces[PIECES];

    for (size_t i = 0; i < 4; i++) { /* chunks 0, 2 of levels 0, 1 */
        fill(columns[i], BYTES, 50 + i);
        assert_int_equal(record(f, number, i / 2, 2 * (int64_t)(i % 2),
                                columns[i], BYTES).error, OK);
    }
    for (size_t i = 0; i < PIECES; i++)
        pieces[i] = (struct store_piece){
            .level = (unsigned)random_bits(7, RANDOM_START, 4 * i) % 2,
            .chunk = (int64_t)(random_bits(7, RANDOM_START, 4 * i + 1) % 4),
            .offset = random_bits(7, RANDOM_START, 4 * i + 2)
                          % (BYTES + 9000),
            .bytes = 1 + random_bits(7, RANDOM_START, 4 * i + 3) % BYTES,
            .to = got[i],
        };
    assert_int_equal(store_read_pieces(f->reader, number, pieces, PIECES), OK);
    for (size_t i = 0; i < PIECES; i++) {
        size_t left = pieces[i].offset < BYTES ? BYTES - pieces[i].offset : 0;
        size_t expected = pieces[i].bytes < left ? pieces[i].bytes : left;

        assert_int_equal(pieces[i].ret_found, pieces[i].chunk % 2 == 0);
        if (!pieces[i].ret_found)
            continue;
        assert_int_equal(pieces[i].ret_bytes, expected);
        assert_memory_equal(got[i],
                            columns[2 * pieces[i].level + pieces[i].chunk / 2]
                                + pieces[i].offset, expected);
    }
    assert_int_equal(store_read_pieces(f->reader, number + 1, pieces, 3), OK);
    for (size_t i = 0; i < 3; i++)
        assert_false(pieces[i].ret_found);
    assert_int_equal(store_read_pieces(f->reader, number, pieces, 0), OK);
}

/* No transaction is left open: the write-ahead log can start over. */
static void pieces_hold_no_transaction(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    char byte;
    struct store_piece piece = {.bytes = 1, .to = &byte};

    assert_int_equal(record(f, number, 0, 0, "old", 3).error, OK);
    assert_int_equal(store_read_pieces(f->reader, number, &piece, 1), OK);
    assert_int_equal(byte, 'o');
    assert_int_equal(record(f, number, 0, 0, "new", 3).error, OK);
    assert_int_equal(store_read_pieces(f->reader, number, &piece, 1), OK);
    assert_int_equal(byte, 'n');
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
        WITH(pieces_are_parts_of_chunks),
        WITH(pieces_hold_no_transaction),
        WITH(a_chunk_recorded_again_is_replaced),
        WITH(deleting_a_job_leaves_its_neighbours_traces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
