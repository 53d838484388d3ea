/* truth_folder.c - finds the reference data that lie beside the repository. */
#include "tests/unit/truth_folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "tests/unit/cmocka_all.h"

enum { PATH_BYTES = 1024 };

/* The text of a file, terminated; the caller frees it. */
static char *read_file(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "r");
    char *text;
    size_t bytes;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    bytes = (size_t)status.st_size;
    text = calloc(1, bytes + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, bytes, file), bytes);
    fclose(file);
    return text;
}

char *truth_text(const char *path)
{
    const char *folder = getenv("DESCENTD_TRUTH");
    char full[PATH_BYTES];
    struct stat status;

    if (folder == NULL)
        folder = "../shared/truth";
    if (stat(folder, &status) != 0) {
        printf("# skipped: %s was not compared: there is no folder %s "
               "(DESCENTD_TRUTH names another)\n", path, folder);
        return NULL;
    }
    snprintf(full, sizeof full, "%s/%s", folder, path);
    return read_file(full);
}

struct cJSON *truth_read(const char *path)
{
    char *text = truth_text(path);
    cJSON *json;

    if (text == NULL)
        return NULL;
    json = cJSON_Parse(text);
    free(text);
    assert_non_null(json);
    return json;
}

double truth_number(const struct cJSON *item)
{
    if (cJSON_IsNumber(item))
        return item->valuedouble;
    assert_true(cJSON_IsString(item));
    if (strcmp(item->valuestring, "inf") == 0)
        return INFINITY;
    if (strcmp(item->valuestring, "-inf") == 0)
        return -INFINITY;
    assert_string_equal(item->valuestring, "nan");
    return NAN;
}

unsigned truth_numbers(const struct cJSON *array, double *x, unsigned most)
{
    unsigned count = 0;

    assert_true(cJSON_IsArray(array));
    for (const cJSON *item = array->child; item != NULL; item = item->next) {
        assert_true(count < most);
        x[count++] = truth_number(item);
    }
    return count;
}

struct cJSON *truth_read_case(const char *path)
{
    const char *folder = getenv("DESCENTD_CASES");
    char full[PATH_BYTES], *text;
    struct stat status;
    cJSON *json;

    if (folder == NULL)
        folder = "../shared/cases";
    if (stat(folder, &status) != 0) {
        printf("# skipped: %s was not compared: there is no folder %s "
               "(DESCENTD_CASES names another)\n", path, folder);
        return NULL;
    }
    snprintf(full, sizeof full, "%s/%s", folder, path);
    text = read_file(full);
    json = cJSON_Parse(text);
    free(text);
    assert_non_null(json);
    return json;
}
