/* test_dataset_csv.c - tables of text as people have them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/dataset_reading.h"

/* A table's shape in a text: "; , header a:integer b:number rows 2". */
static void describe(const struct dataset_reading *reading, char *ret,
                     size_t room)
{
    const struct dataset *d = &reading->data;
    size_t at;

    if (reading->error != OK) {
        const struct fault *f = &reading->faults.items[0];

        snprintf(ret, room, "%zu:%zu %s %zu", f->line, f->column,
                 fault_code_name(f->code), reading->faults.total);
        return;
    }
    at = (size_t)snprintf(ret, room, "%c %c%s",
                          d->read_as.delimiter == '\t' ? 'T'
                          : d->read_as.delimiter == ' ' ? '_'
                                                        : d->read_as.delimiter,
                          d->read_as.decimal,
                          d->read_as.has_header ? " header" : "");
    for (size_t c = 0; c < d->column_count; c++)
        at += (size_t)snprintf(ret + at, room - at, " %s:%s",
                               d->columns[c].name,
                               column_kind_name(d->columns[c].kind));
    snprintf(ret + at, room - at, " rows %llu", (unsigned long long)d->rows);
}

static const struct {
    const char *text, *query, *want;
} tables[] = {
    /* what separates cells */
    {"a,b\n1,2\n", "", ", . header a:integer b:integer rows 1"},
    {"a;b\n1,5;2\n", "", "; , header a:number b:integer rows 1"},
    {"a\tb\n1,5\t2\n", "", "T , header a:number b:integer rows 1"},
    {"a\tb\n1.5\t2\n", "", "T . header a:number b:integer rows 1"},
    {"1.5 2\n 3 4\n", "", "_ . c1:number c2:integer rows 2"},
    {"  1.5  2 \n3 4  \n", "", "_ . c1:number c2:integer rows 2"},
    {"x\n1\n2\n", "", ", . header x:integer rows 2"},
    {"city\tn\nNew York\t5\nLos Angeles\t6\n", "",
     "T . header city:text n:integer rows 2"},
    {"city\tn\nNew York\t5\nBonn\t6\nNew York\t6\n", "",
     "T . header city:category n:integer rows 3"},
    {"a;b\n1;2\n3;4\n", "", "; . header a:integer b:integer rows 2"},
    {"a|b,c\n1|2,3\n", "", ", . header a|b:category c:integer rows 1"},
    {"1,5;2\n", "delimiter=comma", ", . c1:integer c2:category rows 1"},
    {"1,5 2,5\n", "decimal=comma", "_ , c1:number c2:number rows 1"},
    {"1;2\n", "delimiter=;", "; . c1:integer c2:integer rows 1"},
    /* line ends, marks, blank lines, comments */
    {"a,b\r\n1,2\r\n", "", ", . header a:integer b:integer rows 1"},
    {"a,b\r1,2\r3,4", "", ", . header a:integer b:integer rows 2"},
    {"a,b\n1,2", "", ", . header a:integer b:integer rows 1"},
    {"\xef\xbb\xbf" "a,b\n1,2\n", "",
     ", . header a:integer b:integer rows 1"},
    {"# made by hand\n\na,b\n# more\n1,2\n\n  \n3,4\n", "",
     ", . header a:integer b:integer rows 2"},
    /* names */
    {"1,2\n3,4\n", "", ", . c1:integer c2:integer rows 2"},
    {"a,b\nc,d\n", "header=false", ", . c1:category c2:category rows 2"},
    {"1,2\n3,4\n", "header=true", ", . header 1:integer 2:integer rows 1"},
    {"\"a \"\"b\"\"\", c \n1,2\n", "",
     ", . header a \"b\":integer c:integer rows 1"},
    {"x y\nr1 1 2\nr2 3 4\n", "",
     "_ . header c1:category x:integer y:integer rows 2"},
    {"a,b,\n1,2,\n", "", ", . header a:integer b:integer rows 1"},
    {"a,b,\n1,2\n", "", ", . header a:integer b:integer rows 1"},
    {"1,2,\n3,4,\n", "", ", . c1:integer c2:integer rows 2"},
    /* quotes */
    {"a,b\n\"1\",\"x, y\"\n\"2\",\"x, y\"\n", "",
     ", . header a:integer b:category rows 2"},
    {"a,b\n 1 , 5\" pipe \n2,5\" pipe\n", "",
     ", . header a:integer b:category rows 2"},
    {"a,b\n1,\"two\nlines\"\n2,\"two\nlines\"\n", "",
     ", . header a:integer b:category rows 2"},
    /* numbers */
    {"x\n1.0\n2.0\n", "", ", . header x:number rows 2"},
    {"x\n1e3\n", "", ", . header x:number rows 1"},
    {"x\n+1\n-2\n", "", ", . header x:integer rows 2"},
    {"x\n9007199254740992\n", "", ", . header x:integer rows 1"},
    {"x\n9007199254740994\n", "", ", . header x:number rows 1"},
    {"x\n1\n2\nthree\n", "", ", . header x:category rows 3"},
    {"x\ninf\n", "", ", . header x:category rows 1"},
    {"x;y\n1;2\n3,5;4\n", "", "; , header x:number y:integer rows 2"},
    /* missing values */
    {"x,y\n1,NA\n?,2\n,null\n", "missing=keep",
     ", . header x:integer y:integer rows 3"},
    {"x,y\n1,NA\n2,5\n", "missing=drop",
     ", . header x:integer y:integer rows 1"},
    {"x,y\n1,1\n2,NA\n3,2\n", "missing=mean",
     ", . header x:integer y:number rows 3"},
    {"x,y\n1,-999\n2,5\n", "missing=keep&missing_words=-999",
     ", . header x:integer y:integer rows 2"},
    {"x,y\n,NA\nNA,NA\n", "missing=keep",
     ", . header x:number y:number rows 2"},
    /* faults: line, column, code, how many */
    {"", "", "1:1 required 1"},
    {"\n# nothing\n", "", "1:1 required 1"},
    {"a,b\n", "", "2:1 required 1"},
    {"a,b\n1,2\n3\n4\n", "", "3:2 wrong_size 2"},
    {"a,b\n1,2\n3,4,5\n", "", "3:5 wrong_size 1"},
    {"a,b\n1,2,\n", "", "2:5 wrong_size 1"},
    {"a,b,\n1,2,3\n", "", "2:5 wrong_size 1"},
    {"a,b\n1,\"2\n3,4\n", "", "2:3 syntax 1"},
    {"a,b\n1,\"2\"x\n3,4\n5,\"6\"y\n", "", "2:6 syntax 2"},
    {"a,a\n1,2\n", "", "1:3 duplicate 1"},
    {"stra\xdf" "e,y\n1,2\n", "", "1:5 syntax 1"},
    {"a,b\n1,2\n3,\xff\n", "", "3:3 syntax 1"},
    {"\xff\xfe" "a", "", "1:1 syntax 1"},
    {"x,y\n1,2\n3,NA\nNA,4\n", "", "3:3 required 2"},
    {"x,y\n1,1e999\n", "", "2:3 out_of_range 1"},
    {"x,y\n\"two\nlines\",1e999\n\"three\n\nlines\",5,6\n", "",
     "3:8 out_of_range 2"},
    {"x,y\na,1\nNA,2\n", "missing=mean", "3:1 conflict 1"},
    {"x\nNA\n", "missing=drop", "3:1 required 1"},
    {"x\n1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\nO\n", "",
     "22:1 wrong_type 1"},
    {"1,2\n", "delimiter=comma&decimal=comma", "1:1 conflict 1"},
};

static void tables_are_found_out(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (size_t piece = 0; piece < 4; piece++) {
            struct dataset_reading reading;
            char got[400];

            read_dataset(&reading, "csv", tables[i].query, tables[i].text,
                         strlen(tables[i].text), piece);
            describe(&reading, got, sizeof got);
            if (strcmp(got, tables[i].want) != 0)
                fail_msg("%s%s\nis %s\nnot %s: %s", tables[i].text,
                         tables[i].query, got, tables[i].want,
                         reading.error != OK ? reading.faults.items[0].detail
                                             : "");
            dataset_reading_fini(&reading);
        }
}

/* Numbers by hand: mean of 1, 2, 4 is 7/3, their deviation sqrt(7/3). */
static void columns_have_their_statistics_and_words(void **unused)
{
    struct dataset_reading r;
    const struct column *x, *c;
    (void)unused;

    read_dataset_text(&r, "csv", "missing=keep",
                      "x,c\n1,b\n4,\"K\xc3\xb6ln\"\n2,b\nNA,a\n");
    assert_int_equal(r.error, OK);
    x = &r.data.columns[0];
    c = &r.data.columns[1];
    assert_true(fabs(x->mean - 7.0 / 3) < 1e-15);
    assert_true(fabs(x->deviation - sqrt(7.0 / 3)) < 1e-15);
    assert_true(x->min == 1 && x->max == 4);
    assert_int_equal(x->missing, 1);
    assert_int_equal(x->distinct, 3);
    assert_true(x->integers[0] == 1 && x->integers[1] == 2
                && x->integers[2] == 4);
    assert_int_equal(r.data.missing, 1);
    assert_int_equal(c->distinct, 3);
    assert_string_equal(c->words[0], "K\xc3\xb6ln");
    assert_string_equal(c->words[1], "a");
    assert_string_equal(c->words[2], "b");
    assert_true(isnan(c->mean));
    assert_string_equal(dataset_reading_word(&r, 1, 1), "K\xc3\xb6ln");
    assert_string_equal(dataset_reading_word(&r, 3, 1), "a");
    assert_true(isnan(dataset_reading_number(&r, 3, 0)));
    assert_int_equal(r.passes, 1);
    dataset_reading_fini(&r);
}

static void means_stand_for_missing_values(void **unused)
{
    struct dataset_reading r;
    double x[3];
    (void)unused;

    read_dataset_text(&r, "csv", "missing=mean", "x,y\n1,1\nNA,2\n4,3\n");
    assert_int_equal(r.error, OK);
    assert_true(dataset_reading_number(&r, 1, 0) == 2.5);
    dataset_numbers(&r.data, 0, x);
    assert_true(x[0] == 1 && x[1] == 2.5 && x[2] == 4);
    assert_int_equal(r.data.missing, 0);
    assert_int_equal(r.data.columns[0].missing, 1);
    dataset_reading_fini(&r);
}

/* 2000 rows: a column of numbers becomes one of words in row 1500, which
 * wants a second pass; one of 2000 words is text. */
static void a_late_word_wants_the_bytes_again(void **unused)
{
    static char text[80000];
    struct dataset_reading r;
    size_t at = (size_t)sprintf(text, "code,id,x\n");
    (void)unused;

    for (int i = 0; i < 2000; i++)
        at += (size_t)sprintf(text + at, i % 3 == 0 && i >= 1500
                                             ? "A%d,w%d,%d\n" : "%d,w%d,%d\n",
                              i % 7, i, i);
    read_dataset_text(&r, "csv", "", text);
    assert_int_equal(r.error, OK);
    assert_int_equal(r.passes, 2);
    assert_int_equal(r.data.columns[0].kind, COLUMN_CATEGORY);
    assert_int_equal(r.data.columns[0].distinct, 14);
    assert_string_equal(dataset_reading_word(&r, 0, 0), "0");
    assert_string_equal(dataset_reading_word(&r, 1500, 0), "A2");
    assert_int_equal(r.data.columns[1].kind, COLUMN_TEXT);
    assert_int_equal(r.data.columns[1].distinct, 0);
    assert_string_equal(dataset_reading_word(&r, 99, 1), "w99");
    assert_int_equal(dataset_cell(&r.data, 100, 1).state, CELL_NOT_KEPT);
    assert_int_equal(r.data.columns[2].distinct, 0);
    assert_null(r.data.columns[2].integers);
    assert_true(dataset_reading_number(&r, 1999, 2) == 1999);
    dataset_reading_fini(&r);
}

/* In buffers of 40 bytes and more every row is cut somewhere. */
static void rows_may_be_cut_anywhere(void **unused)
{
    static const char text[] =
        "name,x,y\n\"a \"\"b\"\"\",1.25,NA\r\n\"two\nlines\",-3,4e2\nc,,7\n"
        "\"d\",5,6\n";
    struct reader_options options = READER_OPTIONS_NONE;
    (void)unused;

    options.missing = MISSING_KEEP;
    for (size_t room = 40; room < 100; room++) {
        struct arena arena;
        struct faults *faults;
        struct sink_memory memory = {.arena = &arena};
        struct sink sink = {&memory, sink_memory_write};
        struct reader *reader;
        struct dataset d;

        arena_init(&arena, 0);
        faults = ARENA_NEW(&arena, struct faults);
        faults_init(faults, &arena);
        options.buffer_bytes = room;
        assert_int_equal(reader_new(format_by_name("csv"), &options, 1 << 20,
                                    &sink, faults, &reader), OK);
        assert_int_equal(reader_push(reader, text, strlen(text)), OK);
        assert_int_equal(reader_end(reader), OK);
        assert_false(reader_wants_again(reader));
        assert_int_equal(dataset_view(&arena, memory.bytes, memory.count, &d),
                         OK);
        assert_int_equal(d.rows, 4);
        assert_int_equal(d.columns[1].missing, 1);
        assert_int_equal(d.columns[2].missing, 1);
        assert_string_equal(dataset_cell(&d, 0, 0).word, "a \"b\"");
        assert_string_equal(dataset_cell(&d, 1, 0).word, "two\nlines");
        assert_true(dataset_cell(&d, 1, 2).number == 400);
        assert_true(dataset_cell(&d, 3, 2).number == 6);
        reader_free(reader);
        arena_fini(&arena);
    }
}

/* A row of 5 MB, and a quote that swallows as much. */
static void a_row_without_an_end_is_refused(void **unused)
{
    size_t count = 5 << 20;
    char *text = malloc(count + 1);
    struct dataset_reading r;
    (void)unused;

    assert_non_null(text);
    memset(text, '1', count);
    text[count] = '\0';
    memcpy(text, "a,b\n1,\"", 7);
    read_dataset(&r, "csv", "", text, count, 0);
    assert_int_equal(r.error, ERR_INVALID);
    assert_int_equal(r.faults.items[0].code, FAULT_TOO_LARGE);
    assert_int_equal(r.faults.items[0].line, 2);
    dataset_reading_fini(&r);
    free(text);
}

static void options_are_named_and_their_faults_told(void **unused)
{
    struct reader_options options = READER_OPTIONS_NONE;
    struct arena arena;
    struct faults faults;
    (void)unused;

    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    assert_int_equal(reader_option_set(&options, &arena, "delimiter", "tab",
                                       "/delimiter", &faults), OK);
    assert_int_equal(options.delimiter, '\t');
    assert_int_equal(reader_option_set(&options, &arena, "missing_words",
                                       ",x", "/missing_words", &faults), OK);
    assert_int_equal(options.missing_word_count, 2);
    assert_int_equal(reader_option_set(&options, &arena, "colour", "red", "",
                                       &faults), ERR_MISSING);
    assert_int_equal(faults.total, 0);
    assert_int_equal(reader_option_set(&options, &arena, "delimiter",
                                       "semicolan", "/delimiter", &faults),
                     ERR_INVALID);
    assert_string_equal(faults.items[0].suggestion, "semicolon");
    assert_ptr_equal(format_by_file("train-images-idx3-ubyte"),
                     format_by_name("idx"));
    assert_ptr_equal(format_by_file("a.b/x.csv"), format_by_name("csv"));
    assert_null(format_by_file("x.exe"));
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_found_out),
        cmocka_unit_test(columns_have_their_statistics_and_words),
        cmocka_unit_test(means_stand_for_missing_values),
        cmocka_unit_test(a_late_word_wants_the_bytes_again),
        cmocka_unit_test(rows_may_be_cut_anywhere),
        cmocka_unit_test(a_row_without_an_end_is_refused),
        cmocka_unit_test(options_are_named_and_their_faults_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
