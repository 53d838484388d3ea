/* test_dataset_files.c - small files as people have them, and what becomes of
 * each: those of ../shared/cases/files ($DESCENTD_CASES names another). */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "tests/unit/dataset_reading.h"

enum { FILE_BYTES_MAX = 1 << 20, CASES_LEAST = 30 };

static const char *folder(void)
{
    const char *given = getenv("DESCENTD_CASES");

    return given != NULL ? given : "../shared/cases/files";
}

static char *read_file(const char *name, size_t *ret_count)
{
    char path[1024], *bytes = calloc(1, FILE_BYTES_MAX);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder(), name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    assert_non_null(bytes);
    *ret_count = fread(bytes, 1, FILE_BYTES_MAX - 1, file);
    fclose(file);
    return bytes;
}

static double sum(const struct dataset *data, size_t column)
{
    double total = 0;

    for (uint64_t r = 0; r < data->rows; r++)
        total += dataset_cell(data, r, column).number;
    return total;
}

static void check_columns(const struct dataset *data, const cJSON *expect)
{
    const cJSON *item;
    size_t c = 0;

    cJSON_ArrayForEach(item, cJSON_GetObjectItem(expect, "columns")) {
        assert_true(c < data->column_count);
        assert_string_equal(data->columns[c].name, item->string);
        assert_string_equal(column_kind_name(data->columns[c].kind),
                            item->valuestring);
        c++;
    }
    if (c > 0)
        assert_int_equal(c, data->column_count);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(expect, "missing")) {
        c = dataset_column(data, item->string);
        assert_int_equal(data->columns[c].missing, item->valuedouble);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(expect, "sum")) {
        c = dataset_column(data, item->string);
        assert_true(fabs(sum(data, c) - item->valuedouble) < 1e-9);
        assert_true(fabs(data->columns[c].mean * (double)data->rows
                         - item->valuedouble) < 1e-9);
    }
}

static void check_good(const struct dataset *data, const cJSON *expect)
{
    const cJSON *item = cJSON_GetObjectItem(expect, "features");

    assert_int_equal(data->rows, cJSON_GetObjectItem(expect,
                                                     "rows")->valueint);
    if (item != NULL)
        assert_int_equal(data->features, item->valueint);
    item = cJSON_GetObjectItem(expect, "nonzeros");
    if (item != NULL)
        assert_int_equal(data->nonzeros, item->valueint);
    item = cJSON_GetObjectItem(expect, "labels");
    for (int i = 0; i < cJSON_GetArraySize(item); i++)
        assert_true(data->columns[0].integers[i]
                    == strtod(cJSON_GetArrayItem(item, i)->valuestring, NULL));
    check_columns(data, expect);
}

static void check_refused(const struct dataset_reading *reading,
                          const cJSON *expect)
{
    const cJSON *line = cJSON_GetObjectItem(expect, "line");
    const cJSON *column = cJSON_GetObjectItem(expect, "column");

    assert_true(reading->error == ERR_INVALID);
    assert_true(reading->faults.items[0].line > 0);
    assert_true(reading->faults.items[0].column > 0);
    if (line != NULL)
        assert_int_equal(reading->faults.items[0].line, line->valueint);
    if (column != NULL)
        assert_int_equal(reading->faults.items[0].column, column->valueint);
}

static void check_file(const cJSON *item, size_t piece)
{
    const char *name = cJSON_GetObjectItem(item, "file")->valuestring;
    const char *type = cJSON_GetObjectItem(item, "content_type")->valuestring;
    const char *query = cJSON_GetObjectItem(item, "query")->valuestring;
    const cJSON *expect = cJSON_GetObjectItem(item, "expect");
    struct dataset_reading reading;
    size_t count;
    char *bytes = read_file(name, &count);

    assert_non_null(format_by_media_type(type));
    read_dataset(&reading, format_by_media_type(type)->name, query, bytes,
                 count, piece);
    if ((reading.error == OK) == cJSON_HasObjectItem(expect, "status"))
        fail_msg("%s: %s", name, reading.error == OK
                                     ? "it was read"
                                     : reading.faults.items[0].detail);
    if (reading.error == OK)
        check_good(&reading.data, expect);
    else
        check_refused(&reading, expect);
    dataset_reading_fini(&reading);
    free(bytes);
}

static void files_become_what_the_cases_say(void **unused)
{
    struct stat status;
    const cJSON *item;
    cJSON *json;
    size_t count;
    char *text;
    int checked = 0;
    (void)unused;

    if (stat(folder(), &status) != 0) {
        printf("# skipped: no files were compared: there is no folder %s "
               "(DESCENTD_CASES names another)\n", folder());
        return;
    }
    text = read_file("files.json", &count);
    json = cJSON_Parse(text);
    assert_non_null(json);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "files")) {
        if (cJSON_HasObjectItem(item, "content_encoding"))
            continue; /* the server unpacks: tests/api */
        check_file(item, 0);
        check_file(item, 1);
        check_file(item, 7);
        checked++;
    }
    assert_true(checked >= CASES_LEAST);
    cJSON_Delete(json);
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_become_what_the_cases_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
