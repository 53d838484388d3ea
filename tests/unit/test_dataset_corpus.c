/* test_dataset_corpus.c - files that broke the readers once, or nearly might:
 * the inputs of tests/fuzz, without a fuzzer. */
#include "tests/unit/cmocka_all.h"

#include <dirent.h>
#include <stdio.h>

#include "tests/fuzz/dataset_input.h"

static size_t read_input(const char *folder, const char *name, uint8_t *bytes,
                         size_t room)
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

/* dataset_input_run() aborts where a promise is broken. Every folder has good
 * files and faulty ones. */
static void try_folder(const char *format)
{
    char folder[100];
    const struct dirent *entry;
    int count = 0, good = 0;
    DIR *inputs;

    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", format);
    inputs = opendir(folder);
    if (inputs == NULL)
        fail_msg("there is no %s here: run from the root of the tree", folder);
    while ((entry = readdir(inputs)) != NULL) {
        uint8_t bytes[8192];

        if (entry->d_name[0] == '.')
            continue;
        good += dataset_input_run(format, bytes,
                                  read_input(folder, entry->d_name, bytes,
                                             sizeof bytes));
        count++;
    }
    closedir(inputs);
    assert_true(count >= 14);
    assert_true(good >= 4 && good < count);
}

static void every_input_of_the_corpus_keeps_the_promises(void **unused)
{
    static const char *const formats[] = {"csv", "libsvm", "npy", "idx",
                                          "ndjson"};
    (void)unused;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        try_folder(formats[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_input_of_the_corpus_keeps_the_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
