/*
 * test_json.c - JSONTestSuite: the files of the truth folder's json/.
 *
 * y_ must be accepted, n_ refused, i_ may be either but must not crash. The
 * folder is $DESCENTD_TRUTH or ../shared/truth.
 */
#include "tests/unit/cmocka_all.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/buffer.h"
#include "server/json/validate.h"

enum { PIECE_BYTES = 65536 };

static void read_file(const char *path, struct buffer *content)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    assert_non_null(file);
    do {
        char *room = buffer_reserve(content, PIECE_BYTES);

        assert_non_null(room);
        got = fread(room, 1, PIECE_BYTES, file);
        content->count += got;
    } while (got > 0);
    fclose(file);
}

/* The text stands in a block of its own size, so that a sanitizer sees one
 * byte too many. */
static enum error validate_file(const char *path)
{
    struct buffer content;
    struct json_flaw flaw;
    enum error error;
    char *text;

    buffer_init(&content);
    read_file(path, &content);
    text = malloc(content.count > 0 ? content.count : 1);
    assert_non_null(text);
    memcpy(text, content.bytes, content.count);
    error = json_validate(text, content.count, &flaw);
    free(text);
    buffer_fini(&content);
    return error;
}

/* Judge the files of a prefix; returns how many there are. */
static size_t judge(const char *folder, char prefix)
{
    DIR *files = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    assert_non_null(files);
    while ((entry = readdir(files)) != NULL) {
        const char *name = entry->d_name;
        char path[2048];
        enum error error;

        if (name[0] != prefix || name[1] != '_')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        error = validate_file(path);
        if (prefix == 'y' && error != OK)
            fail_msg("%s was refused", name);
        if (prefix == 'n' && error != ERR_INVALID)
            fail_msg("%s was accepted", name);
        count++;
    }
    closedir(files);
    assert_true(count > 0);
    return count;
}

static void every_file_gets_what_its_prefix_says(void **unused)
{
    const char *truth = getenv("DESCENTD_TRUTH");
    char path[1024];
    DIR *folder;

    (void)unused;
    snprintf(path, sizeof path, "%s/json",
             truth != NULL ? truth : "../shared/truth");
    folder = opendir(path);
    if (folder == NULL) {
        printf("# skipped: json, there is no folder %s\n", path);
        return;
    }
    closedir(folder);
    printf("# json: %zu accepted, ", judge(path, 'y'));
    printf("%zu refused, ", judge(path, 'n'));
    printf("%zu free\n", judge(path, 'i'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_gets_what_its_prefix_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
