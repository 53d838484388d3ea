/* test_expression_corpus.c - what broke formulas once, and what nearly might:
 * the inputs of tests/fuzz, without a fuzzer. */
#include "tests/unit/cmocka_all.h"

#include <dirent.h>
#include <stdio.h>

#include "tests/fuzz/expression_input.h"

static const char folder[] = "tests/fuzz/corpus/expression";

static size_t read_input(const char *name, uint8_t *bytes, size_t room)
{
    char path[512];
    size_t count;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    count = fread(bytes, 1, room, file);
    fclose(file);
    return count;
}

/* expression_input_run() aborts where a promise is broken. Most of the inputs
 * are faulty formulas, but some at least are good. */
static void every_input_of_the_corpus_keeps_the_promises(void **unused)
{
    DIR *inputs = opendir(folder);
    const struct dirent *entry;
    int count = 0, good = 0;
    (void)unused;

    if (inputs == NULL)
        fail_msg("there is no %s here: run from the root of the tree", folder);
    while ((entry = readdir(inputs)) != NULL) {
        uint8_t bytes[8192];

        if (entry->d_name[0] == '.')
            continue;
        good += expression_input_run(
            bytes, read_input(entry->d_name, bytes, sizeof bytes));
        count++;
    }
    closedir(inputs);
    assert_true(count >= 34);
    assert_true(good >= 16 && good < count);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_input_of_the_corpus_keeps_the_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
