/* test_kept_result.c - results read back, and damaged ones refused. */
#include <math.h>
#include <string.h>

#include "core/dataset/prepare.h"
#include "core/model/model.h"
#include "server/base/buffer.h"
#include "server/jobs/kept_result.h"
#include "tests/unit/cmocka_all.h"

static const char plain[] =
    "{\"iterations\":9,\"x\":[1,null,null],\"nonfinite\":["
    "{\"field\":\"loss\",\"value\":\"nan\"},"
    "{\"field\":\"x.1\",\"value\":\"-inf\"},"
    "{\"field\":\"x.2\",\"value\":\"nan\"}],"
    "\"best\":{\"iteration\":4,\"x\":[3,4,5]}}";

/* w = (2, 3), b = 1 of a number; two features, one of a word. */
static const char model[] =
    "{\"iterations\":9,\"x\":[2,3,1],"
    "\"best\":{\"iteration\":4,\"x\":[3,4,5]},"
    "\"model\":{\"design\":{\"type\":\"linear\"},\"head\":\"regression\","
    "\"loss\":\"squared\",\"intercept\":true,\"at\":\"best\","
    "\"target\":\"y\",\"target_mean\":10,\"target_scale\":2,\"inputs\":2,"
    "\"features\":[{\"column\":\"age\",\"mean\":30,\"scale\":5},"
    "{\"column\":\"city\",\"word\":\"Bonn\",\"fill\":0}]}}";

static enum error read_text(struct arena *arena, const char *text,
                            struct kept_result *ret)
{
    arena_init(arena, 0);
    return kept_result_read(arena, text, ret);
}

static void points_are_those_that_were_written(void **unused)
{
    struct kept_result kept;
    struct arena arena;

    (void)unused;
    assert_int_equal(read_text(&arena, plain, &kept), OK);
    assert_false(kept.is_model);
    assert_int_equal(kept.n, 3);
    assert_int_equal(kept.points[KEPT_LAST].iteration, 9);
    assert_true(kept.points[KEPT_LAST].x[0] == 1);
    assert_true(kept.points[KEPT_LAST].x[1] == -INFINITY);
    assert_true(isnan(kept.points[KEPT_LAST].x[2]));
    assert_int_equal(kept.points[KEPT_BEST].iteration, 4);
    assert_true(kept.points[KEPT_BEST].x[2] == 5);
    arena_fini(&arena);
}

enum { MANY = 700000 }; /* twice as many are more than a JSON reader takes */

static void append_many(struct buffer *text, const char *before, int factor)
{
    buffer_text(text, before);
    for (int i = 0; i < MANY; i++)
        buffer_format(text, i == 5 ? ",null" : i > 0 ? ",%d.5" : "%d.5",
                      factor * i);
    buffer_text(text, "]");
}

static void a_result_may_have_a_million_numbers(void **unused)
{
    struct kept_result kept;
    struct buffer text;
    struct arena arena;

    (void)unused;
    buffer_init(&text);
    append_many(&text, "{\"iterations\":9,\"x\":[", 1);
    append_many(&text, ",\"nonfinite\":[{\"field\":\"x.5\",\"value\":"
                       "\"-inf\"}],\"parameters\":{\"x\":[", 7);
    append_many(&text, "},\"best\":{\"iteration\":4,\"x\":[", -2);
    append_many(&text, "},\"average\":[", 3);
    buffer_text(&text, ",\"elapsed_s\":0.25}");
    buffer_append(&text, "", 1);
    assert_false(text.failed);
    assert_int_equal(read_text(&arena, text.bytes, &kept), OK);
    assert_int_equal(kept.n, MANY);
    assert_true(kept.points[KEPT_LAST].x[MANY - 1] == MANY - 1 + 0.5);
    assert_true(kept.points[KEPT_LAST].x[5] == -INFINITY);
    assert_int_equal(kept.points[KEPT_BEST].iteration, 4);
    assert_true(kept.points[KEPT_BEST].x[1] == -2.5);
    assert_true(isnan(kept.points[KEPT_BEST].x[5]));
    arena_fini(&arena);
    buffer_fini(&text);
}

/* A row of (35, "Bonn"): features (1, 1), 2 + 3 + 1 = 6, 10 + 2 * 6 = 22. */
static void a_model_predicts_without_its_rows(void **unused)
{
    static const struct named_cell cells[] = {
        {"age", {.state = CELL_NUMBER, .number = 35}},
        {"city", {.state = CELL_WORD, .word = "Bonn"}},
    };
    struct kept_result kept;
    struct faults faults;
    struct arena arena;
    double row[2], said;
    struct rows rows = {.layout = ROWS_DENSE64, .count = 1, .features = 2,
                        .dense64 = row};

    (void)unused;
    assert_int_equal(read_text(&arena, model, &kept), OK);
    assert_true(kept.is_model);
    assert_int_equal(kept.model.place, KEPT_BEST);
    faults_init(&faults, &arena);
    assert_int_equal(transform_row(kept.model.transform, cells, 2, "", &faults,
                                   row), OK);
    assert_true(row[0] == 1 && row[1] == 1);
    assert_int_equal(model_predict(&kept.model.objective,
                                   kept.points[KEPT_LAST].x, &rows, &arena,
                                   &said, NULL), OK);
    assert_true(said == 22);
    arena_fini(&arena);
}

/* The text with one part of it replaced is refused. */
static void check_damage(const char *from, const char *to, enum error wanted)
{
    const char *at = strstr(model, from);
    struct kept_result kept;
    struct arena arena, texts;
    const char *text;

    assert_non_null(at);
    arena_init(&texts, 0);
    text = arena_format(&texts, "%.*s%s%s", (int)(at - model), model, to,
                        at + strlen(from));
    assert_non_null(text);
    assert_int_equal(read_text(&arena, text, &kept), wanted);
    arena_fini(&arena);
    arena_fini(&texts);
}

static void damage_is_refused(void **unused)
{
    (void)unused;
    check_damage("\"x\":[2,3,1],", "", ERR_MISSING); /* a failed job's */
    check_damage("\"x\":[2,3,1]", "\"x\":[]", ERR_CORRUPT);
    check_damage("\"x\":[2,3,1]", "\"x\":7", ERR_CORRUPT);
    check_damage("\"x\":[3,4,5]", "\"x\":[3,4]", ERR_CORRUPT);
    check_damage("[2,3,1]", "[2,3,1,1]", ERR_CORRUPT);
    check_damage("\"best\":", "\"bets\":", ERR_CORRUPT);
    check_damage("linear", "circular", ERR_CORRUPT);
    check_damage("regression", "softmax", ERR_CORRUPT);
    check_damage("regression", "regress", ERR_CORRUPT);
    check_damage("\"squared\"", "\"cubed\"", ERR_CORRUPT);
    check_damage("\"at\":\"best\"", "\"at\":\"worst\"", ERR_CORRUPT);
    check_damage("\"inputs\":2", "\"inputs\":3", ERR_CORRUPT);
    check_damage("\"column\":\"age\",", "", ERR_CORRUPT);
    check_damage("\"target_scale\":2,", "", ERR_CORRUPT);
    check_damage("}}", "}", ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_those_that_were_written),
        cmocka_unit_test(a_result_may_have_a_million_numbers),
        cmocka_unit_test(a_model_predicts_without_its_rows),
        cmocka_unit_test(damage_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
