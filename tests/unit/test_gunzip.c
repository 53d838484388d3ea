/* test_gunzip.c - gzip piece by piece: unpacked with its limit, and packed. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "server/base/buffer.h"
#include "server/base/gzip.h"
#include "tests/unit/cmocka_all.h"

/* Append a member that unpacks to `count` bytes. */
static void pack(struct buffer *out, const void *bytes, size_t count)
{
    z_stream stream = {0};
    char *to = buffer_reserve(out, count + 1000);

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8,
                                  Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = (Bytef *)to;
    stream.avail_out = (uInt)(count + 1000);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->count += stream.total_out;
    deflateEnd(&stream);
}

static enum error collect(void *context, const void *bytes, size_t count)
{
    buffer_append(context, bytes, count);
    return OK;
}

/* Unpack in pieces; what came out is added to `out`. */
static enum error unpack(const struct buffer *packed, size_t piece,
                         struct buffer *out)
{
    struct gunzip *gunzip;
    enum error error = OK;

    assert_int_equal(gunzip_new(collect, out, &gunzip), OK);
    for (size_t at = 0; at < packed->count && error == OK; at += piece)
        error = gunzip_push(gunzip, packed->bytes + at,
                            packed->count - at < piece ? packed->count - at
                                                       : piece);
    if (error == OK)
        error = gunzip_end(gunzip);
    gunzip_free(gunzip);
    return error;
}

static void members_follow_one_another_in_pieces_of_any_size(void **unused)
{
    static const size_t pieces[] = {1, 2, 7, 100, 1 << 20};
    struct buffer packed, out;

    (void)unused;
    buffer_init(&packed);
    pack(&packed, "one, ", 5);
    pack(&packed, "", 0);
    pack(&packed, "two", 3);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        buffer_init(&out);
        assert_int_equal(unpack(&packed, pieces[i], &out), OK);
        assert_int_equal(out.count, 8);
        assert_memory_equal(out.bytes, "one, two", 8);
        buffer_fini(&out);
    }
    buffer_fini(&packed);
}

/* The last byte then fills the room for output, and nothing waits behind it. */
static void a_member_may_have_exactly_the_bytes_of_a_block(void **unused)
{
    static const size_t counts[] = {65536, 2 * 65536};
    struct buffer packed, out;
    char *bytes = malloc(2 * 65536);

    (void)unused;
    assert_non_null(bytes);
    for (size_t i = 0; i < 2 * 65536; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        buffer_init(&packed);
        buffer_init(&out);
        pack(&packed, bytes, counts[i]);
        assert_int_equal(unpack(&packed, packed.count, &out), OK);
        assert_int_equal(out.count, counts[i]);
        assert_memory_equal(out.bytes, bytes, counts[i]);
        buffer_fini(&out);
        buffer_fini(&packed);
    }
    free(bytes);
}

static void what_ends_in_the_middle_is_invalid(void **unused)
{
    struct buffer packed, out;
    size_t whole;

    (void)unused;
    buffer_init(&packed);
    pack(&packed, "something to be cut", 19);
    whole = packed.count;
    for (packed.count = 0; packed.count < whole; packed.count++) {
        buffer_init(&out);
        assert_int_equal(unpack(&packed, 5, &out), ERR_INVALID);
        buffer_fini(&out);
    }
    buffer_append(&packed, "", 1); /* and what has something behind it */
    buffer_append(&packed, "x", 1);
    buffer_init(&out);
    assert_int_equal(unpack(&packed, 1000, &out), ERR_INVALID);
    buffer_fini(&out);
    buffer_fini(&packed);
}

/* 64 MiB of zeros are about 64 kB: more than 100 to 1. */
static void a_bomb_is_stopped_early(void **unused)
{
    enum { MEGABYTES = 64 };
    char *zeros = calloc(MEGABYTES, 1 << 20);
    struct buffer packed, out;

    (void)unused;
    assert_non_null(zeros);
    buffer_init(&packed);
    buffer_init(&out);
    pack(&packed, zeros, (size_t)MEGABYTES << 20);
    free(zeros);
    assert_int_equal(unpack(&packed, 1000, &out), ERR_TOO_BIG);
    assert_true(out.count <= (GUNZIP_FREE_BYTES + (1 << 20)));
    buffer_fini(&out);
    buffer_fini(&packed);
}

static void small_files_may_be_packed_well(void **unused)
{
    char *zeros = calloc(1000, 1000);
    struct buffer packed, out;

    (void)unused;
    assert_non_null(zeros);
    buffer_init(&packed);
    buffer_init(&out);
    pack(&packed, zeros, 1000000);
    free(zeros);
    assert_int_equal(unpack(&packed, 1000, &out), OK);
    assert_int_equal(out.count, 1000000);
    buffer_fini(&out);
    buffer_fini(&packed);
}

/* Texts of nothing, of one byte, of digits, and of what does not pack. */
static void what_is_packed_unpacks_to_the_same(void **unused)
{
    static const size_t counts[] = {0, 1, 5000, 300000};
    static const size_t pieces[] = {1, 777, 65536};

    (void)unused;
    for (size_t i = 0; i < 24; i++) {
        size_t count = counts[i % 4], piece = pieces[i / 4 % 3];
        struct buffer plain, packed, unpacked;
        struct gzip *gzip;

        if (piece == 1 && count > 5000)
            continue;
        buffer_init(&plain);
        buffer_init(&packed);
        buffer_init(&unpacked);
        for (uint32_t k = 0, bits = 1; k < count; k++) {
            bits = bits * 1664525 + 1013904223;
            buffer_append(&plain, i < 12 ? &"0123456789,\n"[bits >> 24 & 7]
                                         : (char *)&bits + 3, 1);
        }
        assert_int_equal(gzip_new(&gzip), OK);
        for (size_t at = 0; at + piece < count; at += piece)
            gzip_push(gzip, plain.bytes + at, piece, false, &packed);
        gzip_push(gzip, plain.bytes ? plain.bytes + count
                                          - (count ? (count - 1) % piece + 1
                                                   : 0) : NULL,
                  count ? (count - 1) % piece + 1 : 0, true, &packed);
        gzip_free(gzip);
        assert_int_equal(unpack(&packed, 1000, &unpacked), OK);
        assert_int_equal(unpacked.count, count);
        assert_true(count == 0
                    || memcmp(unpacked.bytes, plain.bytes, count) == 0);
        buffer_fini(&plain);
        buffer_fini(&packed);
        buffer_fini(&unpacked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_unpacks_to_the_same),
        cmocka_unit_test(members_follow_one_another_in_pieces_of_any_size),
        cmocka_unit_test(a_member_may_have_exactly_the_bytes_of_a_block),
        cmocka_unit_test(what_ends_in_the_middle_is_invalid),
        cmocka_unit_test(a_bomb_is_stopped_early),
        cmocka_unit_test(small_files_may_be_packed_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
