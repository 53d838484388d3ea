/* test_dataset_known.c - the datasets of the truth folder: rows, columns and
 * features are those of its manifest. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/unit/dataset_reading.h"
#include "tests/unit/truth_folder.h"

enum { FILE_BYTES_MAX = 4 << 20, CHECKED_LEAST = 10 };

static size_t read_file(const char *name, char *bytes)
{
    const char *folder = getenv("DESCENTD_TRUTH");
    char path[1024];
    size_t count;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s",
             folder != NULL ? folder : "../shared/truth", name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    count = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(count < FILE_BYTES_MAX);
    return count;
}

static const char *text_of(const cJSON *item, const char *name)
{
    return cJSON_GetObjectItem(item, name)->valuestring;
}

static void check(const cJSON *item, char *bytes)
{
    const char *format = text_of(item, "format");
    size_t count = read_file(text_of(item, "file"), bytes);
    size_t d = (size_t)cJSON_GetObjectItem(item, "d")->valueint;
    struct dataset_reading r;

    read_dataset(&r, format, "", bytes, count, 4096);
    if (r.error != OK)
        fail_msg("%s: %s", text_of(item, "id"), r.faults.items[0].detail);
    assert_int_equal(r.data.rows, cJSON_GetObjectItem(item, "n")->valueint);
    if (r.data.sparse)
        assert_int_equal(r.data.features, d);
    else
        assert_int_equal(r.data.column_count, d + 1);
    for (size_t c = 0; c < r.data.column_count; c++)
        assert_true(r.data.columns[c].kind < COLUMN_CATEGORY);
    dataset_reading_fini(&r);
}

static void known_datasets_have_the_size_of_the_manifest(void **unused)
{
    cJSON *manifest = truth_read("datasets/manifest.json");
    char *bytes = malloc(FILE_BYTES_MAX);
    const cJSON *item;
    int checked = 0;
    (void)unused;

    assert_non_null(bytes);
    if (manifest != NULL) {
        cJSON_ArrayForEach(item, cJSON_GetObjectItem(manifest, "datasets")) {
            if (strcmp(text_of(item, "format"), "idx.gz") == 0)
                continue; /* the server unpacks */
            check(item, bytes);
            checked++;
        }
        assert_true(checked >= CHECKED_LEAST);
        cJSON_Delete(manifest);
    }
    free(bytes);
}

/* LIBSVM's page of a9a: 32 561 rows, 123 features; of the labels 7841 are +1
 * (the manifest says so), and the mean of -1 and +1 follows. */
static void a9a_has_its_labels_and_entries(void **unused)
{
    cJSON *manifest = truth_read("datasets/manifest.json");
    struct dataset_reading r;
    char *bytes = malloc(FILE_BYTES_MAX);
    uint64_t colons = 0;
    size_t count;
    (void)unused;

    assert_non_null(bytes);
    if (manifest != NULL) {
        count = read_file("datasets/a9a", bytes);
        for (size_t i = 0; i < count; i++)
            colons += bytes[i] == ':';
        read_dataset(&r, "libsvm", "", bytes, count, 0);
        assert_int_equal(r.error, OK);
        assert_int_equal(r.data.nonzeros, colons);
        assert_int_equal(r.data.columns[0].distinct, 2);
        assert_true(r.data.columns[0].mean * 32561 - (2 * 7841 - 32561) < 1e-6
                    && r.data.columns[0].mean * 32561 - (2 * 7841 - 32561)
                           > -1e-6);
        dataset_reading_fini(&r);
        cJSON_Delete(manifest);
    }
    free(bytes);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_datasets_have_the_size_of_the_manifest),
        cmocka_unit_test(a9a_has_its_labels_and_entries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
