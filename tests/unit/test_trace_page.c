/* test_trace_page.c - pages of JSON: made in blocks of bounded size. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "server/api/trace_formats.h"
#include "server/jobs/chunk_cache.h"
#include "tests/unit/trace_made.h"

enum {
    LAST = 40000,
    BLOCK_BYTES_MAX = 128 * 1024, /* 64 KiB and a piece of 512 */
};

static size_t count_in(const struct buffer *text, const char *word)
{
    size_t count = 0, bytes = strlen(word);

    for (size_t i = 0; i + bytes <= text->count; i++)
        count += !memcmp(text->bytes + i, word, bytes);
    return count;
}

/* Every loss is one, and every second gradient's norm. */
static void what_is_not_finite_comes_in_blocks_too(void **state)
{
    static const struct trace_column columns[] = {
        {COLUMN_LOSS, 0}, {COLUMN_ITERATION, 0}, {COLUMN_GRADIENT_NORM, 0},
    };
    static const struct trace_about about = {.job = "job", .to = UINT64_MAX,
                                             .complete = true, .n = 2};
    struct trace_selection selection = {.end = LAST + 1, .every = 1,
                                        .limit = UINT64_MAX,
                                        .columns = columns,
                                        .column_count = 3};
    struct fixture *f = *state;
    struct trace_page *page;
    struct made_trace made;
    struct buffer out;
    size_t entries = 0, nans = 0;
    bool has_more = true;

    made_init(&made, (struct chunk_form){2, CHUNK_X_ROWS, COLUMN_SET_ALWAYS},
              1, LAST, 5);
    for (size_t k = 0; k <= LAST; k++) {
        struct chunk *chunk = made.chunks[k / STORE_CHUNK_ROWS];
        size_t row = k % STORE_CHUNK_ROWS;

        chunk->scalars[COLUMN_LOSS][row] = INFINITY;
        chunk->scalars[COLUMN_GRADIENT_NORM][row] = k % 2 ? (double)NAN : 1;
    }
    assert_int_equal(trace_open(NULL, f->reader,
                                made_store(&made, f, MADE_LEVELS),
                                &selection.trace), OK);
    selection.trace.cache = chunk_cache_new();
    assert_non_null(selection.trace.cache);
    assert_int_equal(trace_page_new(&selection, &about, &page), OK);
    buffer_init(&out);
    while (has_more) {
        buffer_clear(&out);
        assert_int_equal(trace_page_write(page, &out, &has_more), OK);
        assert_false(out.failed);
        assert_true(out.count > 0 && out.count < BLOCK_BYTES_MAX);
        entries += count_in(&out, "\"field\":");
        nans += count_in(&out, "\"value\":\"nan\"");
    }
    assert_int_equal(entries, LAST + 1 + LAST / 2);
    assert_int_equal(nans, LAST / 2);
    buffer_fini(&out);
    trace_page_free(page);
    chunk_cache_free(selection.trace.cache);
    made_fini(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_finite_comes_in_blocks_too,
                                        fixture_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
