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

/* Read a file of the folder that a variable names, or else of `folder`. */
static cJSON *read_in(const char *variable, const char *folder,
                      const char *path)
{
    char full[PATH_BYTES];
    struct stat status;
    cJSON *json;
    char *text;

    if (getenv(variable) != NULL)
        folder = getenv(variable);
    if (stat(folder, &status) != 0) {
        printf("# skipped: %s was not compared: there is no folder %s "
               "(%s names another)\n", path, folder, variable);
        return NULL;
    }
    snprintf(full, sizeof full, "%s/%s", folder, path);
    text = read_file(full);
    json = cJSON_Parse(text);
    free(text);
    assert_non_null(json);
    return json;
}

struct cJSON *truth_read(const char *path)
{
    return read_in("DESCENTD_TRUTH", "../shared/truth", path);
}

struct cJSON *truth_read_case(const char *path)
{
    return read_in("DESCENTD_CASES", "../shared/cases", path);
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
