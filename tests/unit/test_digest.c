/* test_digest.c - trace_sha256 is what digest.h says, computed naively. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "server/base/clock.h"
#include "server/jobs/digest.h"
#include "tests/unit/steps.h"

enum { BLOCK = 512 }; /* rows, as digest.h says */

/* A chunk of rows first ... first + rows - 1; free() it. */
static struct chunk *make_chunk(struct chunk_form form, uint64_t first,
                                size_t rows)
{
    struct chunk *chunk = malloc(chunk_bytes(form));
    struct steps steps;

    assert_non_null(chunk);
    chunk->form = form;
    chunk->rows = rows;
    for (size_t row = 0; row < rows; row++) {
        steps_at(&steps, first + row, form.n);
        chunk_write_row(chunk, row, &steps.it,
                        (double)clock_monotonic_ns() / 1e9);
        chunk_plain_nans(chunk, row);
    }
    return chunk;
}

static void digest_rows(struct chunk_form form, uint64_t rows,
                        char text[DIGEST_TEXT_BYTES])
{
    struct digest *digest;

    assert_int_equal(digest_new(&digest), OK);
    for (uint64_t row = 0; row < rows; row += BLOCK) {
        size_t left = rows - row < BLOCK ? (size_t)(rows - row) : BLOCK;
        struct chunk *chunk = make_chunk(form, row, left);

        assert_int_equal(digest_add(digest, chunk), OK);
        free(chunk);
    }
    assert_int_equal(digest_text(digest, text), OK);
    digest_free(digest);
}

/* ---- the same, byte by byte -------------------------------------------- */

static unsigned char *put(unsigned char *to, double value)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000);

    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char)(bits >> 8 * i);
    return to;
}

#define ALWAYS COLUMN_SET_ALWAYS
#define CONSTRAINED \
    (ALWAYS | (column_set)1 << COLUMN_CONSTRAINT_VIOLATION)

static bool is_constrained(struct chunk_form form)
{
    return column_is_in(form.columns, COLUMN_CONSTRAINT_VIOLATION);
}

/* Of a form with constraints a further column stands before x. */
static double number_of(struct chunk_form form, const struct iteration *it,
                        size_t column)
{
    if (is_constrained(form) && column >= 6)
        return column == 6 ? it->violation : it->x[column - 7];
    switch (column) {
    case 0:
        return (double)it->iteration;
    case 1:
        return it->loss;
    case 2:
        return it->gradient_norm;
    case 3:
        return it->step_norm;
    case 4:
        return it->learning_rate;
    case 5:
        return (double)it->evaluations;
    default:
        return it->x[column - 6];
    }
}

/* The bytes of rows first ... end - 1, hashed. */
static void hash_block(struct chunk_form form, uint64_t first, uint64_t end,
                       unsigned char hash[SHA256_DIGEST_LENGTH])
{
    size_t in_rows = 6 + is_constrained(form)
                   + (form.x == CHUNK_X_ROWS ? form.n : 0);
    size_t once = form.x == CHUNK_X_FIRST ? form.n : 0;
    unsigned char *bytes = malloc(8 * (BLOCK * in_rows + once)), *to = bytes;
    struct steps steps;

    assert_non_null(bytes);
    for (size_t c = 0; c < in_rows; c++) {
        for (uint64_t k = first; k < end; k++) {
            steps_at(&steps, k, form.n);
            to = put(to, number_of(form, &steps.it, c));
        }
    }
    for (size_t i = 0; i < once; i++)
        to = put(to, steps_x(first, i));
    SHA256(bytes, (size_t)(to - bytes), hash);
    free(bytes);
}

static void naive(struct chunk_form form, uint64_t rows,
                  char text[DIGEST_TEXT_BYTES])
{
    unsigned char blocks[8 * SHA256_DIGEST_LENGTH], *to = blocks;
    unsigned char hash[SHA256_DIGEST_LENGTH];

    assert_true(rows <= 8 * BLOCK);
    for (uint64_t row = 0; row < rows; row += BLOCK) {
        hash_block(form, row, row + BLOCK < rows ? row + BLOCK : rows, to);
        to += SHA256_DIGEST_LENGTH;
    }
    SHA256(blocks, (size_t)(to - blocks), hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

static void the_digest_is_that_of_the_documented_bytes(void **unused)
{
    static const uint64_t rows[] = {1, 2, 511, 512, 513, 1024, 2000};
    static const struct chunk_form forms[] = {
        {1, CHUNK_X_ROWS, ALWAYS}, {3, CHUNK_X_ROWS, ALWAYS},
        {64, CHUNK_X_ROWS, ALWAYS}, {65, CHUNK_X_FIRST, ALWAYS},
        {2, CHUNK_X_NONE, ALWAYS}, {2, CHUNK_X_ROWS, CONSTRAINED},
        {65, CHUNK_X_FIRST, CONSTRAINED}, {2, CHUNK_X_NONE, CONSTRAINED},
    };
    char mine[DIGEST_TEXT_BYTES], its[DIGEST_TEXT_BYTES];
    (void)unused;

    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            digest_rows(forms[f], rows[r], its);
            naive(forms[f], rows[r], mine);
            assert_string_equal(its, mine);
        }
    }
}

/* SHA-256 of no bytes: FIPS 180-4, the first example vector of NIST's CAVP. */
static void nothing_recorded_is_the_hash_of_nothing(void **unused)
{
    char text[DIGEST_TEXT_BYTES];
    (void)unused;

    digest_rows((struct chunk_form){1, CHUNK_X_ROWS, ALWAYS}, 0, text);
    assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b93"
                              "4ca495991b7852b855");
}

static void a_text_may_be_asked_for_in_between(void **unused)
{
    struct chunk_form form = {1, CHUNK_X_ROWS, ALWAYS};
    struct chunk *first = make_chunk(form, 0, BLOCK);
    struct chunk *second = make_chunk(form, BLOCK, 100);
    char text[DIGEST_TEXT_BYTES], expected[DIGEST_TEXT_BYTES];
    struct digest *digest;
    (void)unused;

    assert_int_equal(digest_new(&digest), OK);
    assert_int_equal(digest_add(digest, first), OK);
    assert_int_equal(digest_text(digest, text), OK);
    digest_rows(form, BLOCK, expected);
    assert_string_equal(text, expected);
    assert_int_equal(digest_add(digest, second), OK);
    assert_int_equal(digest_text(digest, text), OK);
    digest_rows(form, BLOCK + 100, expected);
    assert_string_equal(text, expected);
    digest_free(digest);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_is_that_of_the_documented_bytes),
        cmocka_unit_test(nothing_recorded_is_the_hash_of_nothing),
        cmocka_unit_test(a_text_may_be_asked_for_in_between),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
