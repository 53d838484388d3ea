/* test_build_id.c - the program's digest, beside what its file says. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/build_id.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

/* The note as it stands in the file: sizes, type, owner. */
static const unsigned char head[] = {4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0,
                                     'G', 'N', 'U', 0};

static void it_is_that_of_the_file(void **unused)
{
    unsigned char *bytes = malloc(FILE_BYTES_MAX), *note;
    FILE *file = fopen("/proc/self/exe", "rb");
    char id[BUILD_ID_BYTES], again[BUILD_ID_BYTES], expected[BUILD_ID_BYTES];
    size_t count;
    (void)unused;

    assert_non_null(bytes);
    assert_non_null(file);
    count = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    note = memmem(bytes, count, head, sizeof head);
    assert_non_null(note);
    for (size_t i = 0; i < 8; i++)
        snprintf(expected + 2 * i, 3, "%02x", note[sizeof head + i]);
    build_id(id);
    build_id(again);
    assert_string_equal(id, expected);
    assert_string_equal(again, expected);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_that_of_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
