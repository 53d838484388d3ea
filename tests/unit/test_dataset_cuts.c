/* test_dataset_cuts.c - where a file is cut into pieces changes nothing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"
#include "tests/unit/cmocka_all.h"

enum { ROWS = 40000 };

static const struct dataset *read_in_pieces(struct arena *arena,
                                            const char *text, size_t count,
                                            size_t piece)
{
    struct sink_memory memory = {.arena = arena};
    const struct sink sink = {&memory, sink_memory_write};
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct dataset *data = ARENA_NEW(arena, struct dataset);
    struct reader *reader;

    assert_non_null(faults);
    assert_non_null(data);
    faults_init(faults, arena);
    assert_int_equal(reader_new(format_by_name("csv"), &READER_OPTIONS_NONE,
                                1 << 24, &sink, faults, &reader), OK);
    for (size_t at = 0; at < count; at += piece)
        assert_int_equal(reader_push(reader, text + at,
                                     count - at < piece ? count - at : piece),
                         OK);
    assert_int_equal(reader_end(reader), OK);
    assert_false(reader_wants_again(reader));
    assert_int_equal(dataset_view(arena, memory.bytes, reader_bytes(reader),
                                  data), OK);
    reader_free(reader);
    return data;
}

/* Rows of ten bytes, shifted by 0 to 9: at every limit of a buffer one of the
 * ten files is cut behind a minus sign, which alone is no number. */
static void a_cut_behind_a_sign_makes_no_word(void **unused)
{
    char *text = malloc(32 + 10 * ROWS);

    (void)unused;
    assert_non_null(text);
    for (int shift = 0; shift < 10; shift++) {
        size_t count = (size_t)sprintf(text, "%.*s,b\n", shift + 1,
                                       "aaaaaaaaaa");
        const struct dataset *data;
        struct arena arena;

        for (int i = 0; i < ROWS; i++)
            count += (size_t)sprintf(text + count, "-%d.5,-2.5\n", i % 10);
        arena_init(&arena, 0);
        data = read_in_pieces(&arena, text, count, 65536);
        assert_int_equal(data->rows, ROWS);
        for (size_t c = 0; c < 2; c++)
            assert_int_equal(data->columns[c].kind, COLUMN_NUMBER);
        assert_true(fabs(data->columns[0].mean + 5) < 1e-9);
        assert_true(fabs(data->columns[1].mean + 2.5) < 1e-9);
        arena_fini(&arena);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_behind_a_sign_makes_no_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
