/* test_prepare.c - from a dataset to the rows of a job. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset/prepare.h"
#include "tests/unit/dataset_reading.h"

/* A job's view of a text; clear it with job_fini(). */
struct job {
    struct dataset_reading data, other;
    struct arena arena;
    struct faults faults;
    struct preparation_request request;
    struct preparation plan;
    struct prepared rows;
    enum error error;
};

static void job_init(struct job *job, const char *format, const char *query,
                     const char *text, const char *target)
{
    memset(job, 0, sizeof *job);
    read_dataset_text(&job->data, format, query, text);
    assert_int_equal(job->data.error, OK);
    arena_init(&job->arena, 0);
    faults_init(&job->faults, &job->arena);
    job->request.data = &job->data.data;
    job->request.target = target;
    job->request.pointer = "/objective";
}

static void job_plan(struct job *job)
{
    job->error = prepare_plan(&job->arena, &job->request, &job->faults,
                              &job->plan);
    assert_int_equal(job->error == OK, job->faults.total == 0);
}

/* Plan and load; no more memory than was said. */
static void job_fill(struct job *job, uint64_t seed)
{
    struct arena arena;

    job_plan(job);
    if (job->error != OK)
        fail_msg("%s: %s", job->faults.items[0].pointer,
                 job->faults.items[0].detail);
    arena_init(&arena, job->plan.memory_bytes);
    job->error = prepare_fill(&job->plan, seed, NULL, &arena, &job->rows);
    arena_fini(&arena);
    if (job->error == OK)
        job->error = prepare_fill(&job->plan, seed, NULL, &job->arena,
                                  &job->rows);
}

static void job_fini(struct job *job)
{
    arena_fini(&job->arena);
    dataset_reading_fini(&job->data);
    if (job->request.validation != NULL)
        dataset_reading_fini(&job->other);
}

static void assert_row(const struct rows *rows, size_t row, size_t count,
                       const double *want)
{
    assert_int_equal(rows->features, count);
    for (size_t f = 0; f < count; f++)
        assert_true(fabs(rows->dense64[row * count + f] - want[f]) < 1e-15);
}

static const char flowers[] =
    "x,city,y,n\n1,Bonn,a,5\n3,Ulm,b,5\n5,Bonn,a,7\n7,Aalen,c,5\n";

static void features_stand_in_the_order_of_the_columns(void **unused)
{
    static const char *const hot[] = {"n", "city"};
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", flowers, "y");
    job.request.classes = true;
    job.request.one_hot = hot;
    job.request.one_hot_count = 2;
    job_fill(&job, 0);
    assert_int_equal(job.error, OK);
    assert_int_equal(job.rows.training.count, 4);
    assert_row(&job.rows.training, 0, 6, (double[]){1, 0, 1, 0, 1, 0});
    assert_row(&job.rows.training, 1, 6, (double[]){3, 0, 0, 1, 1, 0});
    assert_row(&job.rows.training, 2, 6, (double[]){5, 0, 1, 0, 0, 1});
    assert_row(&job.rows.training, 3, 6, (double[]){7, 1, 0, 0, 1, 0});
    assert_true(job.rows.training.target[3] == 2);
    assert_int_equal(job.plan.transform.class_count, 3);
    assert_string_equal(job.plan.transform.classes[2], "c");
    assert_true(job.plan.transform.classes_are_words);
    assert_string_equal(job.plan.transform.features[1].word, "Aalen");
    assert_true(job.plan.transform.features[5].integer == 7);
    job_fini(&job);
}

/* Of 1, 3, 5, 7 the mean is 4 and the deviation sqrt(5). */
static void what_is_standardized_has_mean_0_and_deviation_1(void **unused)
{
    static const char *const x[] = {"x"};
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", flowers, "n");
    job.request.features = x;
    job.request.feature_count = 1;
    job.request.standardize = job.request.standardize_target = true;
    job_fill(&job, 0);
    assert_row(&job.rows.training, 0, 1, (double[]){-3 / sqrt(5)});
    assert_row(&job.rows.training, 3, 1, (double[]){3 / sqrt(5)});
    assert_true(job.rows.transform.features[0].mean == 4);
    assert_true(fabs(job.rows.transform.features[0].scale - sqrt(5)) < 1e-15);
    assert_true(job.rows.transform.target_mean == 5.5);
    assert_true(fabs(job.rows.training.target[2] - 1.5 / sqrt(0.75)) < 1e-15);
    job_fini(&job);
}

static void a_column_without_spread_is_divided_by_1(void **unused)
{
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", "x,k,y\n1,0.1,0\n2,0.1,1\n3,0.1,0\n", "y");
    job.request.standardize = true;
    job_fill(&job, 0);
    assert_true(job.rows.transform.features[1].scale == 1);
    assert_true(fabs(job.rows.training.dense64[1]) < 1e-15);
    job_fini(&job);
}

static char *many_rows(void)
{
    static char text[100000];
    size_t at = (size_t)sprintf(text, "x,y\n");

    for (int i = 0; i < 1000; i++)
        at += (size_t)sprintf(text + at, "%d,%d\n", i, i % 2);
    return text;
}

static void a_fraction_of_the_rows_is_for_validation(void **unused)
{
    struct job job;
    bool seen[1000] = {0};
    double before = -1, sum = 0;
    (void)unused;

    job_init(&job, "csv", "", many_rows(), "y");
    job.request.validation_fraction = 0.2;
    job.request.standardize = true;
    job_fill(&job, 7);
    assert_int_equal(job.plan.training_rows, 800);
    assert_int_equal(job.plan.validation_rows, 200);
    assert_int_equal(job.rows.training.count, 800);
    assert_int_equal(job.rows.validation.count, 200);
    for (size_t i = 0; i < 1000; i++) {
        bool training = i < 800;
        const struct rows *part = training ? &job.rows.training
                                           : &job.rows.validation;
        double z = part->dense64[training ? i : i - 800];
        double x = z * job.rows.transform.features[0].scale
                   + job.rows.transform.features[0].mean;
        size_t row = (size_t)(x + 0.5);

        assert_true(fabs(x - (double)row) < 1e-9);
        assert_false(seen[row]);
        seen[row] = true;
        assert_true(part->target[training ? i : i - 800] == (double)(row % 2));
        if (i == 800)
            before = -1;
        assert_true((double)row > before); /* without a shuffle */
        before = (double)row;
        sum += training ? z : 0;
    }
    assert_true(fabs(sum) < 1e-9); /* fitted on the training part */
    job_fini(&job);
}

static void a_shuffle_follows_from_the_seed(void **unused)
{
    struct job job;
    double first[1000];
    size_t same = 0, in_place = 0;
    (void)unused;

    job_init(&job, "csv", "", many_rows(), "y");
    job.request.shuffle = true;
    job_fill(&job, 7);
    memcpy(first, job.rows.training.dense64, sizeof first);
    job_fill(&job, 7);
    assert_memory_equal(first, job.rows.training.dense64, sizeof first);
    for (size_t i = 0; i < 1000; i++)
        in_place += first[i] == (double)i;
    job_fill(&job, 8);
    for (size_t i = 0; i < 1000; i++)
        same += first[i] == job.rows.training.dense64[i];
    assert_true(same < 20 && in_place < 20);
    job_fini(&job);
}

static void float32_has_the_same_numbers_rounded(void **unused)
{
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", "x,y\n0.1,1\n0.2,2\n", "y");
    job.request.float32 = true;
    job_fill(&job, 0);
    assert_int_equal(job.rows.training.layout, ROWS_DENSE32);
    assert_true(job.rows.training.dense32[0] == 0.1f);
    assert_true(job.rows.training.target[1] == 2);
    job_fini(&job);
}

static const char gaps[] = "x,c,y\n1,a,1\nNA,b,2\n3,a,3\n5,?,4\n4,a,NA\n";

static void missing_values_are_dropped_or_the_mean_stands(void **unused)
{
    static const char *const hot[] = {"c"};
    struct job job;
    (void)unused;

    job_init(&job, "csv", "missing=keep", gaps, "y");
    job.request.one_hot = hot;
    job.request.one_hot_count = 1;
    job_plan(&job);
    assert_int_equal(job.error, ERR_INVALID);
    assert_int_equal(job.faults.total, 3); /* x, c and y */
    assert_string_equal(job.faults.items[0].pointer, "/objective/missing");
    job_fini(&job);

    job_init(&job, "csv", "missing=keep", gaps, "y");
    job.request.one_hot = hot;
    job.request.one_hot_count = 1;
    job.request.missing = MISSING_DROP;
    job_fill(&job, 0);
    assert_true(job.plan.rows_may_drop);
    assert_int_equal(job.plan.training_rows, 5);
    assert_int_equal(job.rows.training.count, 2);
    assert_row(&job.rows.training, 1, 3, (double[]){3, 1, 0});
    job_fini(&job);

    job_init(&job, "csv", "missing=keep", "x,c,y\n1,a,1\nNA,b,2\n3,?,3\n",
             "y");
    job.request.one_hot = hot;
    job.request.one_hot_count = 1;
    job.request.missing = MISSING_MEAN;
    job_fill(&job, 0);
    assert_row(&job.rows.training, 1, 3, (double[]){2, 0, 1});
    assert_row(&job.rows.training, 2, 3, (double[]){3, 0.5, 0.5});
    assert_true(job.rows.transform.features[0].fill == 2);
    job_fini(&job);
}

static void sparse_rows_stay_where_they_lie(void **unused)
{
    static const char text[] = "3 1:1 4:2\n-1 2:5\n3\n-1 1:7 3:8\n";
    struct job job;
    (void)unused;

    job_init(&job, "libsvm", "", text, "label");
    job.request.classes = true;
    job_fill(&job, 0);
    assert_int_equal(job.rows.training.layout, ROWS_SPARSE64);
    assert_ptr_equal(job.rows.training.values64, job.data.data.values);
    assert_int_equal(job.rows.training.features, 4);
    assert_true(job.rows.training.target[0] == 1);
    assert_true(job.rows.training.target[1] == 0);
    assert_string_equal(job.plan.transform.classes[0], "-1");
    job.request.float32 = true;
    job_fill(&job, 0);
    assert_true(job.rows.training.values32[4] == 8);
    job.request.float32 = false;
    job.request.shuffle = true;
    job_fill(&job, 3);
    for (size_t i = 0; i < 4; i++) {
        uint64_t count = job.rows.training.offsets[i + 1]
                         - job.rows.training.offsets[i];

        assert_true(count <= 2);
    }
    assert_int_equal(job.rows.training.offsets[4], 5);
    job_fini(&job);
}

static void validation_may_be_another_dataset(void **unused)
{
    static const char *const hot[] = {"c"};
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", "x,c,y\n1,b,no\n2,a,yes\n", "y");
    read_dataset_text(&job.other, "csv", "", "y,c,x\nyes,a,9\nyes,b,8\n");
    job.request.validation = &job.other.data;
    job.request.classes = true;
    job.request.one_hot = hot;
    job.request.one_hot_count = 1;
    job_fill(&job, 0);
    assert_int_equal(job.rows.validation.count, 2);
    assert_row(&job.rows.validation, 0, 3, (double[]){9, 1, 0});
    assert_true(job.rows.validation.target[1] == 1);
    dataset_reading_fini(&job.other);
    read_dataset_text(&job.other, "csv", "", "y,c\nperhaps,a\nyes,d\n");
    job_plan(&job);
    assert_int_equal(job.error, ERR_INVALID);
    assert_int_equal(job.faults.total, 3); /* perhaps, d, no x */
    job_fini(&job);
}

static const struct {
    const char *target;
    bool classes, standardize_target, standardize;
    const char *features[4], *hot[4];
    double fraction;
    const char *pointer;
    enum fault_code code;
    const char *suggestion;
} bad[] = {
    {NULL, .pointer = "/objective/target", .code = FAULT_REQUIRED},
    {"labl", .classes = true, .features = {"x"},
     .pointer = "/objective/target", .code = FAULT_UNKNOWN_NAME,
     .suggestion = "label"},
    {"x", .features = {"x"}, .pointer = "/objective/features",
     .code = FAULT_CONFLICT},
    {"label", .features = {"x"}, .pointer = "/objective/target",
     .code = FAULT_WRONG_TYPE},
    {"x", .classes = true, .features = {"n"}, .pointer = "/objective/target",
     .code = FAULT_WRONG_TYPE},
    {"text", .features = {"x"}, .pointer = "/objective/target",
     .code = FAULT_WRONG_TYPE},
    {"k", .classes = true, .features = {"x"}, .pointer = "/objective/target",
     .code = FAULT_WRONG_SIZE},
    {"n", .features = {"x", "text"}, .pointer = "/objective/features",
     .code = FAULT_WRONG_TYPE},
    {"n", .features = {"labels"}, .pointer = "/objective/features/0",
     .code = FAULT_UNKNOWN_NAME, .suggestion = "label"},
    {"n", .features = {"x", "x"}, .pointer = "/objective/features/1",
     .code = FAULT_DUPLICATE},
    {"n", .features = {"x", "label"}, .pointer = "/objective/one_hot",
     .code = FAULT_REQUIRED, .suggestion = "label"},
    {"n", .features = {"x"}, .hot = {"label"},
     .pointer = "/objective/one_hot", .code = FAULT_CONFLICT},
    {"n", .features = {"x"}, .hot = {"x"}, .pointer = "/objective/one_hot",
     .code = FAULT_WRONG_TYPE},
    {"n", .features = {"x"}, .fraction = 1,
     .pointer = "/objective/validation_fraction", .code = FAULT_OUT_OF_RANGE},
    {"n", .features = {"x"}, .fraction = 0.01,
     .pointer = "/objective/validation_fraction", .code = FAULT_OUT_OF_RANGE},
    {"label", .classes = true, .standardize_target = true, .features = {"x"},
     .pointer = "/objective/standardize_target", .code = FAULT_CONFLICT},
};

/* The words are those of the target that is meant: no feature's. */
static void an_unknown_target_is_the_only_fault(void **unused)
{
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", "x,kind\n1,b\n2,a\n", "Kind");
    job.request.classes = true;
    job_plan(&job);
    assert_int_equal(job.error, ERR_INVALID);
    assert_int_equal(job.faults.total, 1);
    assert_string_equal(job.faults.items[0].suggestion, "kind");
    job_fini(&job);
}

static void faults_have_pointers_and_suggestions(void **unused)
{
    static const char text[] = "x,n,k,label,text\n0.5,1,7,a,one word\n"
                               "1.5,2,7,b,two words\n2.5,3,7,a,no word\n";
    static const char *const x[] = {"x"};
    (void)unused;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct job job;
        const struct fault *fault;

        job_init(&job, "csv", "", text, bad[i].target);
        job.request.classes = bad[i].classes;
        job.request.standardize_target = bad[i].standardize_target;
        job.request.features = bad[i].features;
        job.request.one_hot = bad[i].hot;
        while (bad[i].features[job.request.feature_count] != NULL)
            job.request.feature_count++;
        while (bad[i].hot[job.request.one_hot_count] != NULL)
            job.request.one_hot_count++;
        if (job.request.feature_count == 0) {
            job.request.features = x;
            job.request.feature_count = 1;
        }
        job.request.validation_fraction = bad[i].fraction;
        job_plan(&job);
        assert_int_equal(job.error, ERR_INVALID);
        fault = &job.faults.items[0];
        if (job.faults.total != 1 || fault->code != bad[i].code
            || strcmp(fault->pointer, bad[i].pointer) != 0)
            fail_msg("%zu: %s %s, %zu", i, fault->pointer, fault->detail,
                     job.faults.total);
        if (bad[i].suggestion != NULL)
            assert_string_equal(fault->suggestion, bad[i].suggestion);
        job_fini(&job);
    }
}

static void a_row_to_predict_goes_the_same_way(void **unused)
{
    static const char *const hot[] = {"city"};
    const struct named_cell cells[] = {
        {"city", {CELL_WORD, 0, "Ulm"}}, {"other", {CELL_NUMBER, 5, NULL}},
        {"n", {CELL_WORD, 0, "7"}}, {"x", {CELL_NUMBER, 3, NULL}},
    };
    const struct named_cell wrong[] = {
        {"city", {CELL_WORD, 0, "Aalem"}}, {"n", {CELL_WORD, 0, "many"}},
    };
    struct job job;
    double x[5];
    (void)unused;

    job_init(&job, "csv", "", flowers, "y");
    job.request.classes = job.request.standardize = true;
    job.request.one_hot = hot;
    job.request.one_hot_count = 1;
    job_fill(&job, 0);
    assert_int_equal(transform_row(&job.rows.transform, cells, 4, "/rows/0",
                                   &job.faults, x), OK);
    for (size_t f = 0; f < 4; f++) /* n is 7 in row 2, the rest as in row 1 */
        assert_true(x[f] == job.rows.training.dense64[5 + f]);
    assert_true(x[4] == job.rows.training.dense64[14]);
    assert_int_equal(transform_row(&job.rows.transform, wrong, 2, "/rows/0",
                                   &job.faults, x), ERR_INVALID);
    assert_int_equal(job.faults.total, 3);
    assert_string_equal(job.faults.items[0].pointer, "/rows/0/x");
    assert_string_equal(job.faults.items[1].suggestion, "Aalen");
    assert_string_equal(job.faults.items[2].pointer, "/rows/0/n");
    job_fini(&job);
}

enum { MANY = 150000 };

/* y,c1,c2 of many rows; as LIBSVM every other row has one entry. */
static char *long_text(bool sparse)
{
    char *text = malloc(MANY * 32), *at = text;

    assert_non_null(text);
    at += sparse ? 0 : sprintf(at, "y,a,b\n");
    for (int i = 0; i < MANY; i++)
        at += sprintf(at, sparse ? i % 2 ? "%d 1:%d\n" : "%d 1:%d 3:2\n"
                                 : "%d,%d,1.5\n", i % 3, 1 + i % 1000);
    return text;
}

static bool same_numbers(const void *a, const void *b, size_t bytes)
{
    return (a == NULL) == (b == NULL) && (a == NULL || !memcmp(a, b, bytes));
}

static void assert_same_rows(const struct rows *a, const struct rows *b)
{
    uint64_t entries = a->offsets != NULL ? a->offsets[a->count] : 0;
    size_t cells = a->count * a->features;

    assert_int_equal(a->count, b->count);
    assert_int_equal(a->layout, b->layout);
    assert_true(same_numbers(a->target, b->target, a->count * 8));
    assert_true(same_numbers(a->dense64, b->dense64, cells * 8));
    assert_true(same_numbers(a->dense32, b->dense32, cells * 4));
    assert_true(same_numbers(a->offsets, b->offsets, (a->count + 1) * 8));
    assert_true(same_numbers(a->indices, b->indices, entries * 4));
    assert_true(same_numbers(a->values64, b->values64, entries * 8));
    assert_true(same_numbers(a->values32, b->values32, entries * 4));
}

/* Two loads take turns, a piece each; both are as one at once. */
static void check_pieces(struct job *job, size_t least)
{
    struct filling *fillings[2];
    struct prepared rows[2];
    bool more[] = {true, true};
    size_t pieces = 0;

    job_fill(job, 9);
    assert_int_equal(job->error, OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(prepare_begin(&job->plan, 9, &job->arena,
                                       &fillings[i]), OK);
    for (; more[0]; pieces++)
        for (int i = 0; i < 2; i++)
            assert_int_equal(prepare_step(fillings[i], &more[i], &rows[i]),
                             OK);
    assert_false(more[1]);
    assert_true(pieces >= least);
    for (int i = 0; i < 2; i++) {
        assert_same_rows(&rows[i].training, &job->rows.training);
        assert_same_rows(&rows[i].validation, &job->rows.validation);
    }
}

static void a_load_in_pieces_is_the_same(void **unused)
{
    (void)unused;
    for (int kind = 0; kind < 8; kind++) {
        bool sparse = kind & 1;
        char *text = long_text(sparse);
        struct job job;

        job_init(&job, sparse ? "libsvm" : "csv", "", text,
                 sparse ? "label" : "y");
        job.request.classes = true;
        job.request.float32 = kind & 2;
        job.request.standardize = !sparse;
        job.request.shuffle = kind & 4;
        job.request.validation_fraction = kind & 4 ? 0.25 : 0;
        check_pieces(&job, kind & 4 ? 12 : 5);
        job_fini(&job);
        free(text);
    }
}

static void a_canceled_load_comes_back(void **unused)
{
    atomic_bool cancel = true;
    struct job job;
    (void)unused;

    job_init(&job, "csv", "", flowers, "n");
    job.request.features = (const char *const[]){"x"};
    job.request.feature_count = 1;
    job_plan(&job);
    assert_int_equal(prepare_fill(&job.plan, 0, &cancel, &job.arena,
                                  &job.rows), ERR_CLOSING);
    job_fini(&job);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_stand_in_the_order_of_the_columns),
        cmocka_unit_test(what_is_standardized_has_mean_0_and_deviation_1),
        cmocka_unit_test(a_column_without_spread_is_divided_by_1),
        cmocka_unit_test(a_fraction_of_the_rows_is_for_validation),
        cmocka_unit_test(a_shuffle_follows_from_the_seed),
        cmocka_unit_test(float32_has_the_same_numbers_rounded),
        cmocka_unit_test(missing_values_are_dropped_or_the_mean_stands),
        cmocka_unit_test(sparse_rows_stay_where_they_lie),
        cmocka_unit_test(validation_may_be_another_dataset),
        cmocka_unit_test(an_unknown_target_is_the_only_fault),
        cmocka_unit_test(faults_have_pointers_and_suggestions),
        cmocka_unit_test(a_row_to_predict_goes_the_same_way),
        cmocka_unit_test(a_load_in_pieces_is_the_same),
        cmocka_unit_test(a_canceled_load_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
