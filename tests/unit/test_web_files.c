/* test_web_files.c - the dashboard's files: the table, what is embedded. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/web/files.h"

/* Digests name files: a browser keeps what has one for ever. */
static void every_file_in_the_program_has_a_row_and_a_name(void **unused)
{
    char digest[sizeof "0123456789abcdef"];
    (void)unused;

    for (const struct web_asset *at = web_assets; at->file; at++) {
        assert_non_null(web_file_find(at->file));
        assert_ptr_equal(web_asset_find(at->name), at);
        assert_int_equal(strlen(at->digest), 16);
        assert_true(at->count > 0 && at->packed_count > 0);
        if (!strcmp(at->file, WEB_PAGE)) {
            assert_string_equal(at->name, WEB_PAGE);
            continue;
        }
        assert_null(web_asset_find(at->file));
        memcpy(digest, strchr(at->name, '.') + 1, 16);
        digest[16] = '\0';
        assert_string_equal(digest, at->digest);
    }
    assert_null(web_file_find("app"));
    assert_null(web_asset_find(""));
}

/* Write a file of the folder. */
static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

/* Read a file of the folder; its text, or the error's name. */
static const char *read_text(const char *folder, const char *name)
{
    static char text[256];
    struct buffer bytes;
    enum error error;

    buffer_init(&bytes);
    error = web_file_read(folder, web_file_find(name), &bytes);
    assert_true(bytes.count < sizeof text);
    if (bytes.count)
        memcpy(text, bytes.bytes, bytes.count);
    text[bytes.count] = '\0';
    buffer_fini(&bytes);
    return error == OK ? text : error_name(error);
}

static void a_page_from_a_folder_refers_to_assets(void **unused)
{
    static const char *const written[] = {WEB_PAGE, "app.js", "app.css"};
    char folder[] = "/tmp/descentd-web-XXXXXX", path[64];
    (void)unused;

    assert_non_null(mkdtemp(folder));
    assert_string_equal(read_text(folder, WEB_PAGE), "missing");
    write_file(folder, "app.css", "");
    assert_string_equal(read_text(folder, "app.css"), "");
    write_file(folder, "app.js", "x=\"app.css\"");
    assert_string_equal(read_text(folder, "app.js"), "x=\"app.css\"");
    write_file(folder, WEB_PAGE,
               "<a src=\"app.js\"><b href=\"app.css\"><c d=\"app.cs\" e=\"");
    assert_string_equal(read_text(folder, WEB_PAGE),
                        "<a src=\"assets/app.js\"><b href=\"assets/app.css\">"
                        "<c d=\"app.cs\" e=\"");
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, written[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(mkdir(path, 0700), 0);
    assert_string_equal(read_text(folder, "app.css"), "missing");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_in_the_program_has_a_row_and_a_name),
        cmocka_unit_test(a_page_from_a_folder_refers_to_assets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
