/*
 * test_dataset_broken.c - 200 broken files of every format, made by mutation:
 * each is refused with a place in the file, and nothing of it is stored. And
 * stored forms that were damaged.
 */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/dataset/stored.h"
#include "tests/unit/dataset_reading.h"

enum { BROKEN = 200, TRIES_MAX = 20000, FILE_ROOM = 8192, ROWS = 20 };

static uint64_t drawn;

static size_t below(size_t count)
{
    return (size_t)(random_bits(5, RANDOM_START, drawn++) % count);
}

static size_t make_csv(char *bytes)
{
    size_t at = (size_t)sprintf(bytes, "x,y,label\n");

    for (int i = 0; i < ROWS; i++)
        at += (size_t)sprintf(bytes + at, "%d,%d.5,\"w%d\"\n", i, i, i % 3);
    return at;
}

static size_t make_tsv(char *bytes)
{
    size_t at = make_csv(bytes);

    for (size_t i = 0; i < at; i++)
        if (bytes[i] == ',')
            bytes[i] = '\t';
    return at;
}

static size_t make_libsvm(char *bytes)
{
    size_t at = 0;

    for (int i = 0; i < ROWS; i++)
        at += (size_t)sprintf(bytes + at, "%d 1:%d.5 %d:1\n", i % 2, i, i + 2);
    return at;
}

static size_t make_ndjson(char *bytes)
{
    size_t at = 0;

    for (int i = 0; i < ROWS; i++)
        at += (size_t)sprintf(bytes + at, "{\"x\":%d,\"c\":\"w%d\"}\n", i,
                              i % 3);
    return at;
}

static size_t make_npy(char *bytes)
{
    static const char text[] =
        "{'descr': '<f8', 'fortran_order': False, 'shape': (20, 3), }\n";
    double values[3 * ROWS];

    for (int i = 0; i < 3 * ROWS; i++)
        values[i] = i;
    memcpy(bytes, "\x93NUMPY\1\0", 8);
    bytes[8] = sizeof text - 1;
    bytes[9] = 0;
    memcpy(bytes + 10, text, sizeof text - 1);
    memcpy(bytes + 10 + sizeof text - 1, values, sizeof values);
    return 10 + sizeof text - 1 + sizeof values;
}

static size_t make_idx(char *bytes)
{
    memcpy(bytes, "\0\0\x0d\2\0\0\0\x14\0\0\0\3", 12);
    memset(bytes + 12, 0x3f, 4 * 3 * ROWS);
    return 12 + 4 * 3 * ROWS;
}

static const struct {
    const char *name;
    size_t (*make)(char *bytes);
} kinds[] = {
    {"csv", make_csv}, {"tsv", make_tsv}, {"libsvm", make_libsvm},
    {"ndjson", make_ndjson}, {"npy", make_npy}, {"idx", make_idx},
};

/* Change, cut out, double or insert some bytes; the new length. */
static size_t mutate(char *bytes, size_t count)
{
    static const char inserted[] = "\",;\n\t:{}\\x\xff\0 1e999-NA";
    size_t at = below(count), length = 1 + below(20), kind = below(5);

    if (length > count - at)
        length = count - at;
    switch (kind) {
    case 0:
        bytes[at] ^= (char)(1 << below(8));
        return count;
    case 1:
        memmove(bytes + at, bytes + at + length, count - at - length);
        return count - length;
    case 2:
        memmove(bytes + at + length, bytes + at, count - at);
        return count + length;
    case 3:
        return at; /* cut off */
    default:
        memmove(bytes + at + 1, bytes + at, count - at);
        bytes[at] = inserted[below(sizeof inserted)];
        return count + 1;
    }
}

static size_t count_lines(const char *bytes, size_t count)
{
    size_t lines = 1;

    for (size_t i = 0; i < count; i++)
        lines += bytes[i] == '\n' || bytes[i] == '\r';
    return lines;
}

/* A refusal has a place in the file, and nothing can be viewed. */
static void check_refusal(struct dataset_reading *r, const char *bytes,
                          size_t count, bool is_text)
{
    struct dataset d;
    size_t lines = is_text ? count_lines(bytes, count) : 1;

    assert_true(r->error == ERR_INVALID || r->error == ERR_TOO_BIG);
    for (size_t i = 0; i < faults_kept(&r->faults); i++) {
        const struct fault *fault = &r->faults.items[i];

        if (fault->line < 1 || fault->line > lines)
            fail_msg("line %zu of %zu: %s", fault->line, lines, fault->detail);
        assert_true(fault->column >= 1 && fault->column <= count + 1);
        assert_string_equal(fault->pointer, "");
        assert_true(strlen(fault->detail) > 10);
    }
    if (r->stored.count > 0)
        assert_int_not_equal(dataset_view(&r->arena, r->stored.bytes,
                                          r->stored.count, &d), OK);
}

static void broken_files_are_refused_with_line_and_column(void **unused)
{
    char bytes[FILE_ROOM];
    (void)unused;

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        int broken = 0, tries = 0;

        while (broken < BROKEN) {
            struct dataset_reading r;
            size_t count = mutate(bytes, kinds[k].make(bytes));

            if (below(2))
                count = count > 0 ? mutate(bytes, count) : 0;
            assert_true(tries++ < TRIES_MAX);
            read_dataset(&r, kinds[k].name, "", bytes, count, below(9));
            if (r.error != OK) {
                check_refusal(&r, bytes, count, k < 4);
                broken++;
            }
            dataset_reading_fini(&r);
        }
    }
}

/* A row of the table is broken in a known way: the fault is in its line. */
static void the_line_is_that_of_the_broken_row(void **unused)
{
    static const char *const rows[] = {
        "1,2", "1,2,3,4", "1,2,\"x", "1,2,\"x\"y", "1,,x", "1,NA,x",
        "1,1e999,x", "1,2,\xff", "a\xc3", "1,\"2", ",,",
    };
    (void)unused;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t line = 2; line < 20; line++) {
            struct dataset_reading r;
            char text[2000] = "x,y,label\n";

            for (size_t l = 2; l < 22; l++) {
                strncat(text, l == line ? rows[i] : "1,2.5,w",
                        sizeof text - strlen(text) - 2);
                strncat(text, "\n", 2);
            }
            read_dataset_text(&r, "csv", "", text);
            assert_int_equal(r.error, ERR_INVALID);
            assert_int_equal(r.faults.items[0].line, line);
            dataset_reading_fini(&r);
        }
}

/* Give the damaged header a checksum that holds. */
static void mend_checksum(unsigned char *bytes, size_t count)
{
    struct stored_header header;
    uint64_t sum = 0;

    memcpy(&header, bytes, sizeof header);
    if (header.columns_at % 8 != 0 || header.columns_at > count)
        return;
    header.checksum = 0;
    sum = stored_checksum(sum, bytes + header.columns_at,
                          count - header.columns_at);
    header.checksum = stored_checksum(sum, &header, sizeof header);
    memcpy(bytes, &header, sizeof header);
}

/* Look at all that a view shows: under the sanitizers nothing lies outside. */
static size_t look_around(const struct dataset *d)
{
    size_t sum = 0;

    for (size_t c = 0; c < d->column_count; c++) {
        sum += strlen(d->columns[c].name);
        for (size_t w = 0; w < d->columns[c].distinct; w++)
            sum += d->columns[c].words != NULL
                       ? strlen(d->columns[c].words[w]) : 1;
        for (uint64_t r = 0; r < d->rows; r++) {
            struct cell cell = dataset_cell(d, r, c);

            sum += cell.state == CELL_WORD ? strlen(cell.word) : 1;
        }
    }
    return sum;
}

static void hostile_stored_forms_lead_nowhere(void **unused)
{
    static const char text[] = "x,c,t\n1,b,a text\n2,a,b text\n3,b,c text\n";
    struct dataset_reading r;
    size_t viewed = 0;
    (void)unused;

    read_dataset_text(&r, "csv", "", text);
    assert_int_equal(r.error, OK);
    for (int i = 0; i < 20000; i++) {
        struct arena arena;
        struct dataset d;
        unsigned char *bytes;

        arena_init(&arena, 0);
        bytes = arena_array(&arena, r.stored.count, 1);
        memcpy(bytes, r.stored.bytes, r.stored.count);
        for (size_t k = 0; k <= below(3); k++)
            bytes[below(2) ? below(sizeof(struct stored_header))
                           : below(r.stored.count)] =
                (unsigned char)(below(2) ? below(256) : 255 * below(2));
        if (i % 4 > 0)
            mend_checksum(bytes, r.stored.count);
        if (dataset_view(&arena, bytes, r.stored.count, &d) == OK)
            viewed += look_around(&d) > 0;
        arena_fini(&arena);
    }
    assert_true(viewed > 100); /* cells and statistics may be anything */
    for (size_t count = 0; count < r.stored.count; count++) {
        struct dataset d;

        assert_int_equal(dataset_view(&r.arena, r.stored.bytes, count, &d),
                         ERR_CORRUPT);
    }
    dataset_reading_fini(&r);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_files_are_refused_with_line_and_column),
        cmocka_unit_test(the_line_is_that_of_the_broken_row),
        cmocka_unit_test(hostile_stored_forms_lead_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
