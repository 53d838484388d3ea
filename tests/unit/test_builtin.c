/* test_builtin.c - datasets that need no file: the known ones against the
 * truth folder's copies, the generated ones against what they promise. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/dataset/builtin.h"
#include "core/dataset/dataset.h"
#include "tests/unit/dataset_reading.h"

static const void *make(struct arena *arena, const char *name,
                        const double *parameters, struct dataset *ret,
                        size_t *ret_count)
{
    const struct builtin *builtin = builtin_find(name);
    double defaults[PARAMETERS_MAX];
    const void *bytes;

    assert_non_null(builtin);
    parameter_defaults(builtin->parameters, defaults);
    assert_int_equal(builtin_make(builtin, parameters != NULL ? parameters
                                                              : defaults,
                                  arena, &bytes, ret_count), OK);
    assert_int_equal(dataset_view(arena, bytes, *ret_count, ret), OK);
    return bytes;
}

/* The file of the truth folder as a dataset; false where it is absent. */
static bool read_truth(struct dataset_reading *reading, const char *name)
{
    const char *folder = getenv("DESCENTD_TRUTH");
    static char bytes[1 << 20];
    char path[1024];
    struct stat status;
    size_t count;
    FILE *file;

    folder = folder != NULL ? folder : "../shared/truth";
    if (stat(folder, &status) != 0) {
        printf("# skipped: %s was not compared: there is no folder %s "
               "(DESCENTD_TRUTH names another)\n", name, folder);
        return false;
    }
    snprintf(path, sizeof path, "%s/datasets/%s.csv", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    read_dataset(reading, "csv", "", bytes, count, 0);
    assert_int_equal(reading->error, OK);
    return true;
}

static void known_sets_have_the_numbers_of_the_truth_folder(void **unused)
{
    static const char *const names[] = {"iris", "digits"};
    (void)unused;

    for (int i = 0; i < 2; i++) {
        struct dataset_reading truth;
        struct arena arena;
        struct dataset d;
        size_t count;

        if (!read_truth(&truth, names[i]))
            return;
        arena_init(&arena, 0);
        make(&arena, names[i], NULL, &d, &count);
        assert_int_equal(d.rows, truth.data.rows);
        assert_int_equal(d.column_count, truth.data.column_count);
        for (size_t r = 0; r < d.rows; r++)
            for (size_t c = 0; c < d.column_count; c++) {
                struct cell cell = dataset_cell(&d, r, c);
                double want = dataset_reading_number(&truth, r, c);

                if (cell.state == CELL_WORD)
                    assert_string_equal(cell.word,
                                        d.columns[c].words[(int)want]);
                else
                    assert_true(cell.number == want);
            }
        arena_fini(&arena);
        dataset_reading_fini(&truth);
    }
}

static void every_set_can_be_learned(void **unused)
{
    (void)unused;

    for (size_t i = 0; builtins[i] != NULL; i++) {
        const struct builtin *b = builtins[i];
        struct arena arena;
        struct dataset d;
        size_t count, target;

        arena_init(&arena, 0);
        assert_true(i == 0 || strcmp(builtins[i - 1]->name, b->name) < 0);
        assert_true(strlen(b->sentence) > 20 && strlen(b->source) > 5);
        make(&arena, b->name, NULL, &d, &count);
        target = dataset_column(&d, b->target);
        assert_int_equal(target, d.column_count - 1);
        assert_true(!b->classes || d.columns[target].distinct >= 2);
        assert_int_equal(d.missing, 0);
        arena_fini(&arena);
    }
}

static void the_same_seed_gives_the_same_bytes(void **unused)
{
    const struct builtin *b = builtin_find("two_moons");
    double p[PARAMETERS_MAX];
    struct arena arena;
    struct dataset d;
    size_t counts[3];
    const void *bytes[3];
    (void)unused;

    arena_init(&arena, 0);
    parameter_defaults(b->parameters, p);
    for (int i = 0; i < 3; i++) {
        p[2] = i / 2; /* the seed */
        bytes[i] = make(&arena, "two_moons", p, &d, &counts[i]);
    }
    assert_int_equal(counts[0], counts[1]);
    assert_memory_equal(bytes[0], bytes[1], counts[0]);
    assert_true(counts[0] != counts[2]
                || memcmp(bytes[0], bytes[2], counts[0]) != 0);
    arena_fini(&arena);
}

/* Without noise the points lie on their curves. */
static void without_noise_points_lie_where_they_belong(void **unused)
{
    struct arena arena;
    struct dataset d;
    size_t count;
    double p[PARAMETERS_MAX];
    (void)unused;

    arena_init(&arena, 0);
    parameter_defaults(builtin_find("two_moons")->parameters, p);
    p[0] = 101;
    p[1] = 0;
    make(&arena, "two_moons", p, &d, &count);
    assert_int_equal(d.rows, 101);
    for (size_t r = 0; r < d.rows; r++) {
        double x = dataset_cell(&d, r, 0).number;
        double y = dataset_cell(&d, r, 1).number;
        bool second = dataset_cell(&d, r, 2).number == 1;

        if (second) {
            x = 1 - x;
            y = 0.5 - y;
        }
        assert_true(fabs(hypot(x, y) - 1) < 1e-15 && y > -1e-15);
    }
    parameter_defaults(builtin_find("xor")->parameters, p);
    make(&arena, "xor", p, &d, &count);
    for (size_t r = 0; r < d.rows; r++) {
        double product = dataset_cell(&d, r, 0).number
                         * dataset_cell(&d, r, 1).number;

        assert_true((product < 0) == (dataset_cell(&d, r, 2).number == 1)
                    || product == 0);
    }
    arena_fini(&arena);
}

/* 10 000 normal numbers: mean within 4/100 of 0, deviation of 1. */
static void noise_is_normal(void **unused)
{
    struct arena arena;
    struct dataset d;
    size_t count;
    double p[PARAMETERS_MAX];
    (void)unused;

    arena_init(&arena, 0);
    parameter_defaults(builtin_find("regression")->parameters, p);
    p[0] = 10000;
    make(&arena, "regression", p, &d, &count);
    for (size_t c = 0; c + 1 < d.column_count; c++) {
        assert_true(fabs(d.columns[c].mean) < 0.04);
        assert_true(fabs(d.columns[c].deviation - 1) < 0.04);
        assert_true(d.columns[c].min < -3 && d.columns[c].max > 3);
    }
    arena_fini(&arena);
}

static void too_large_a_set_is_refused(void **unused)
{
    const struct builtin *b = builtin_find("regression");
    double p[PARAMETERS_MAX];
    struct arena arena;
    const void *bytes;
    size_t count;
    (void)unused;

    arena_init(&arena, 0);
    parameter_defaults(b->parameters, p);
    p[0] = 1000000;
    p[3] = 1000;
    assert_int_equal(builtin_make(b, p, &arena, &bytes, &count), ERR_TOO_BIG);
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sets_have_the_numbers_of_the_truth_folder),
        cmocka_unit_test(every_set_can_be_learned),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(without_noise_points_lie_where_they_belong),
        cmocka_unit_test(noise_is_normal),
        cmocka_unit_test(too_large_a_set_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
