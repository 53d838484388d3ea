/* test_dataset_formats.c - LIBSVM, NDJSON, NPY, IDX and inline columns. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/dataset_reading.h"

static const struct {
    const char *format, *query, *text;
    size_t line, column;
    enum fault_code code;
} faulty[] = {
    {"libsvm", "", "1 0:1\n", 1, 3, FAULT_OUT_OF_RANGE},
    {"libsvm", "", "1 1:1\n1:2\n", 2, 1, FAULT_REQUIRED},
    {"libsvm", "", "1 1:1\n1 3:1 2:1\n", 2, 7, FAULT_CONFLICT},
    {"libsvm", "", "1 1:1\n\n# c\nx 1:1\n", 4, 1, FAULT_SYNTAX},
    {"libsvm", "", "1 1:x\n", 1, 5, FAULT_SYNTAX},
    {"libsvm", "", "1 1:\n", 1, 5, FAULT_SYNTAX},
    {"libsvm", "", "1 a:1\n", 1, 3, FAULT_SYNTAX},
    {"libsvm", "", "1 1:1e999\n", 1, 5, FAULT_OUT_OF_RANGE},
    {"libsvm", "", "1 99999999999:1\n", 1, 3, FAULT_OUT_OF_RANGE},
    {"libsvm", "", "1 2147483648:1\n", 1, 3, FAULT_OUT_OF_RANGE},
    {"libsvm", "", "1 qid:1 1:1\n1 1:1\n", 2, 3, FAULT_CONFLICT},
    {"libsvm", "", "1\n2\n", 3, 1, FAULT_REQUIRED},
    {"libsvm", "", "", 1, 1, FAULT_REQUIRED},
    {"libsvm", "", "1,2 1:1\n", 1, 1, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":1}\n{\"x\":[2]}\n", 2, 6, FAULT_WRONG_TYPE},
    {"ndjson", "", "{\"x\":1}\n{}\n", 2, 2, FAULT_REQUIRED},
    {"ndjson", "", "{\"x\":1,\"x\":2}\n", 1, 8, FAULT_DUPLICATE},
    {"ndjson", "", "{\"x\":01}\n", 1, 6, FAULT_WRONG_TYPE},
    {"ndjson", "", "{\"x\":1} x\n", 1, 9, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":1,}\n", 1, 8, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\" 1}\n", 1, 6, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":\"a\n", 1, 6, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":\"\\q\"}\n", 1, 7, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":\"\\ud83d\"}\n", 1, 7, FAULT_SYNTAX},
    {"ndjson", "", "{\"x\":NaN}\n", 1, 6, FAULT_WRONG_TYPE},
    {"ndjson", "", "[1,2]\n", 1, 1, FAULT_SYNTAX},
    {"ndjson", "", "{\"\":1}\n", 1, 2, FAULT_WRONG_SIZE},
    {"npy", "", "no", 1, 1, FAULT_SYNTAX},
    {"idx", "", "no", 1, 1, FAULT_SYNTAX},
};

static void faults_have_their_places(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        struct dataset_reading r;

        read_dataset_text(&r, faulty[i].format, faulty[i].query,
                          faulty[i].text);
        if (r.error != ERR_INVALID || r.faults.total != 1
            || r.faults.items[0].line != faulty[i].line
            || r.faults.items[0].column != faulty[i].column
            || r.faults.items[0].code != faulty[i].code)
            fail_msg("%s: %zu faults, %zu:%zu %s", faulty[i].text,
                     r.faults.total, r.faults.items[0].line,
                     r.faults.items[0].column, r.faults.items[0].detail);
        dataset_reading_fini(&r);
    }
}

static void libsvm_keeps_what_is_not_zero(void **unused)
{
    struct dataset_reading r;
    (void)unused;

    read_dataset_text(&r, "libsvm", "",
                      "# of people\n+1 qid:7 1:0.5 3:-2e1 \r\n"
                      "-1 qid:8 2:0 4:0.0\n+1 qid:8\n-1 qid:9 3:1# end\n");
    assert_int_equal(r.error, OK);
    assert_int_equal(r.passes, 2);
    assert_true(r.data.sparse);
    assert_int_equal(r.data.rows, 4);
    assert_int_equal(r.data.features, 4);
    assert_int_equal(r.data.nonzeros, 3);
    assert_int_equal(r.data.offsets[1], 2);
    assert_int_equal(r.data.offsets[2], 2);
    assert_int_equal(r.data.offsets[4], 3);
    assert_int_equal(r.data.indices[1], 2);
    assert_true(r.data.values[1] == -20);
    assert_string_equal(r.data.columns[0].name, "label");
    assert_string_equal(r.data.columns[1].name, "qid");
    assert_int_equal(r.data.columns[0].kind, COLUMN_INTEGER);
    assert_true(r.data.columns[0].integers[0] == -1);
    assert_true(dataset_reading_number(&r, 3, 1) == 9);
    dataset_reading_fini(&r);
}

static void ndjson_has_texts_flags_and_nothing(void **unused)
{
    struct dataset_reading r;
    (void)unused;

    read_dataset_text(&r, "ndjson", "missing=keep",
                      "{\"x\":1,\"c\":\"a\\u00e4\\ud83d\\ude00\\n\"}\n\n"
                      " { \"f\" : true , \"x\" : -2.5e1 } \r\n"
                      "{\"c\":\"b\",\"x\":null,\"f\":false}");
    assert_int_equal(r.error, OK);
    assert_int_equal(r.data.rows, 3);
    assert_int_equal(r.data.column_count, 3);
    assert_int_equal(r.data.columns[0].kind, COLUMN_NUMBER);
    assert_true(dataset_reading_number(&r, 1, 0) == -25);
    assert_true(isnan(dataset_reading_number(&r, 2, 0)));
    assert_string_equal(dataset_cell(&r.data, 0, 1).word,
                        "a\xc3\xa4\xf0\x9f\x98\x80\n");
    assert_int_equal(r.data.columns[1].missing, 1);
    assert_string_equal(r.data.columns[2].name, "f");
    assert_int_equal(r.data.columns[2].kind, COLUMN_INTEGER);
    assert_true(dataset_reading_number(&r, 1, 2) == 1);
    dataset_reading_fini(&r);
}

/* A header of NPY, version 1 to 3, padded to nothing. */
static size_t npy_header(char *bytes, int version, const char *descr,
                         const char *order, const char *shape)
{
    size_t start = version == 1 ? 10 : 12;
    int length = sprintf(bytes + start, "{'descr': '%s', 'fortran_order': %s,"
                         " 'shape': %s, }\n", descr, order, shape);

    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = (char)version;
    bytes[7] = 0;
    bytes[8] = (char)(length & 255);
    bytes[9] = (char)(length >> 8);
    if (version > 1)
        bytes[10] = bytes[11] = 0;
    return start + (size_t)length;
}

static const struct {
    const char *descr;
    const char *bytes;         /* of 1 and -1, or 1 and 255, or true, false */
    size_t width;
    double second;
    enum column_kind kind;
} scalars[] = {
    {"<f8", "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\xf0\xbf", 8, -1, COLUMN_NUMBER},
    {">f8", "\x3f\xf0\0\0\0\0\0\0\xbf\xf0\0\0\0\0\0\0", 8, -1, COLUMN_NUMBER},
    {"<f4", "\0\0\x80\x3f\0\0\x80\xbf", 4, -1, COLUMN_NUMBER},
    {">f4", "\x3f\x80\0\0\xbf\x80\0\0", 4, -1, COLUMN_NUMBER},
    {"|i1", "\1\xff", 1, -1, COLUMN_INTEGER},
    {"<i2", "\1\0\xff\xff", 2, -1, COLUMN_INTEGER},
    {">i4", "\0\0\0\1\xff\xff\xff\xff", 4, -1, COLUMN_INTEGER},
    {"<i8", "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 8, -1,
     COLUMN_INTEGER},
    {"|u1", "\1\xff", 1, 255, COLUMN_INTEGER},
    {"<u2", "\1\0\xff\0", 2, 255, COLUMN_INTEGER},
    {"<u4", "\1\0\0\0\xff\0\0\0", 4, 255, COLUMN_INTEGER},
    {"<u8", "\1\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0", 8, 255, COLUMN_INTEGER},
    {"|b1", "\1\0", 1, 0, COLUMN_INTEGER},
};

static void npy_takes_every_type_of_number(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        for (int version = 1; version <= 3; version++) {
            struct dataset_reading r;
            char bytes[300];
            size_t at = npy_header(bytes, version, scalars[i].descr, "False",
                                   "(2,)");

            memcpy(bytes + at, scalars[i].bytes, 2 * scalars[i].width);
            read_dataset(&r, "npy", "", bytes, at + 2 * scalars[i].width,
                         (size_t)version);
            assert_int_equal(r.error, OK);
            assert_int_equal(r.data.columns[0].kind, scalars[i].kind);
            assert_true(dataset_reading_number(&r, 0, 0) == 1);
            assert_true(dataset_reading_number(&r, 1, 0) == scalars[i].second);
            dataset_reading_fini(&r);
        }
}

static void npy_has_rows_first_in_either_order(void **unused)
{
    struct dataset_reading r;
    char bytes[300];
    size_t at = npy_header(bytes, 1, "|u1", "True", "(2, 3)");
    (void)unused;

    memcpy(bytes + at, "\1\4\2\5\3\6", 6);
    read_dataset(&r, "npy", "", bytes, at + 6, 0);
    assert_int_equal(r.error, OK);
    for (size_t k = 0; k < 6; k++)
        assert_true(dataset_reading_number(&r, k / 3, k % 3)
                    == (double)(k + 1));
    assert_true(r.data.columns[2].mean == 4.5);
    dataset_reading_fini(&r);

    at = npy_header(bytes, 1, "|u1", "False", "(2, 1, 3)");
    memcpy(bytes + at, "\1\2\3\4\5\6", 6);
    read_dataset(&r, "npy", "", bytes, at + 6, 1);
    assert_int_equal(r.error, OK);
    assert_int_equal(r.data.column_count, 3);
    assert_true(dataset_reading_number(&r, 1, 0) == 4);
    dataset_reading_fini(&r);
}

static const struct {
    const char *descr, *order, *shape;
    size_t bytes;
    const char *part;          /* of the fault's text */
} refused[] = {
    {"|O", "False", "(2,)", 16, "pickled"},
    {"<f2", "False", "(2,)", 4, "the type must be"},
    {"<c16", "False", "(2,)", 32, "the type must be"},
    {"<U5", "False", "(2,)", 40, "the type must be"},
    {"<f8", "False", "(2, 3)", 40, "ends here"},
    {"<f8", "False", "(2,)", 24, "goes on"},
    {"<f8", "False", "()", 8, "a row and a column"},
    {"<f8", "False", "(0, 3)", 0, "a row and a column"},
    {"<f8", "True", "(1, 1, 1)", 8, "C order"},
    {"<f8", "False", "(1000000000, 1000000000)", 8, "larger"},
    {"<f8", "False", "(99999999999999999999,)", 8, "larger"},
    {"<f8", "False", "(1000000000, 100)", 8, "at most"},
    {"<f8", "Maybe", "(1,)", 8, "the header must be"},
    {"<f8", "False", "[1]", 8, "the header must be"},
    {"<f8", "False", "(1 2)", 16, "the header must be"},
};

static void npy_refuses_what_is_no_array_of_numbers(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct dataset_reading r;
        char bytes[400] = "";
        size_t at = npy_header(bytes, 1, refused[i].descr, refused[i].order,
                               refused[i].shape);

        read_dataset(&r, "npy", "", bytes, at + refused[i].bytes, 0);
        assert_true(r.error == ERR_INVALID || r.error == ERR_TOO_BIG);
        assert_int_equal(r.faults.items[0].line, 1);
        assert_true(r.faults.items[0].column > 6);
        if (strstr(r.faults.items[0].detail, refused[i].part) == NULL)
            fail_msg("%s: %s", refused[i].shape, r.faults.items[0].detail);
        dataset_reading_fini(&r);
    }
}

static void missing_values_of_an_array_follow_the_policy(void **unused)
{
    static const char *const orders[] = {"False", "True"};
    const double values[4] = {1, NAN, 3, 5};
    (void)unused;

    for (int i = 0; i < 2; i++) {
        struct dataset_reading r;
        char bytes[300];
        size_t at = npy_header(bytes, 1, "<f8", orders[i], "(2, 2)");

        memcpy(bytes + at, values, sizeof values);
        read_dataset(&r, "npy", "", bytes, at + sizeof values, 0);
        assert_int_equal(r.error, ERR_INVALID);
        assert_int_equal(r.faults.items[0].column, at + 8 + 1);
        dataset_reading_fini(&r);
        read_dataset(&r, "npy", "missing=mean", bytes, at + sizeof values, 0);
        assert_int_equal(r.error, OK);
        assert_true(dataset_reading_number(&r, (size_t)i, (size_t)!i)
                    == (i ? 1 : 5));
        dataset_reading_fini(&r);
        read_dataset(&r, "npy", "missing=drop", bytes, at + sizeof values, 0);
        assert_int_equal(r.error, i ? ERR_INVALID : OK);
        if (i == 0)
            assert_int_equal(r.data.rows, 1);
        dataset_reading_fini(&r);
    }
}

static void idx_is_read_big_endian(void **unused)
{
    static const char labels[] = "\0\0\x0c\1\0\0\0\2\0\0\1\0\xff\xff\xff\xff";
    struct dataset_reading r;
    (void)unused;

    read_dataset(&r, "idx", "", labels, sizeof labels - 1, 3);
    assert_int_equal(r.error, OK);
    assert_true(dataset_reading_number(&r, 0, 0) == 256);
    assert_true(dataset_reading_number(&r, 1, 0) == -1);
    dataset_reading_fini(&r);
    read_dataset(&r, "idx", "", labels, sizeof labels - 2, 0);
    assert_int_equal(r.error, ERR_INVALID);
    assert_int_equal(r.faults.items[0].column, sizeof labels - 1);
    dataset_reading_fini(&r);
}

static void columns_go_the_same_road(void **unused)
{
    static const double x[] = {1, 2, NAN}, y[] = {0.5, 1, 2}, none[3] = {0};
    static const char *const words[] = {"b", "a", "b"};
    const struct inline_column columns[] = {
        {"x", 3, x, NULL}, {"y", 3, y, NULL}, {"c", 3, none, words},
        {"x/y", 2, y, NULL},
    };
    struct arena arena;
    struct faults faults;
    struct sink_memory memory = {.arena = &arena};
    struct sink sink = {&memory, sink_memory_write};
    struct dataset d;
    uint64_t bytes = 0;
    (void)unused;

    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    assert_int_equal(dataset_write_columns(columns, 3, MISSING_MEAN, 1 << 20,
                                           &sink, "/d", &faults, &bytes), OK);
    assert_int_equal(dataset_view(&arena, memory.bytes, bytes, &d), OK);
    assert_string_equal(d.read_as.format, "columns");
    assert_true(dataset_cell(&d, 2, 0).number == 1.5);
    assert_string_equal(dataset_cell(&d, 1, 2).word, "a");
    assert_int_equal(d.columns[0].kind, COLUMN_NUMBER);

    assert_int_equal(dataset_write_columns(columns, 4, MISSING_ERROR, 1 << 20,
                                           &sink, "/d", &faults, &bytes),
                     ERR_INVALID);
    assert_string_equal(faults.items[0].pointer, "/d/x~1y");
    faults.total = 0;
    assert_int_equal(dataset_write_columns(columns, 3, MISSING_ERROR, 1 << 20,
                                           &sink, "/d", &faults, &bytes),
                     ERR_INVALID);
    assert_string_equal(faults.items[0].pointer, "/d/x/2");
    faults.total = 0;
    assert_int_equal(dataset_write_columns(columns, 2, MISSING_MEAN, 600,
                                           &sink, "/d", &faults, &bytes),
                     ERR_TOO_BIG);
    assert_int_equal(faults.items[0].code, FAULT_TOO_LARGE);
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_their_places),
        cmocka_unit_test(libsvm_keeps_what_is_not_zero),
        cmocka_unit_test(ndjson_has_texts_flags_and_nothing),
        cmocka_unit_test(npy_takes_every_type_of_number),
        cmocka_unit_test(npy_has_rows_first_in_either_order),
        cmocka_unit_test(npy_refuses_what_is_no_array_of_numbers),
        cmocka_unit_test(missing_values_of_an_array_follow_the_policy),
        cmocka_unit_test(idx_is_read_big_endian),
        cmocka_unit_test(columns_go_the_same_road),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
