/* test_datasets.c - uploads into a store, and datasets in use. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"
#include "server/datasets/datasets.h"
#include "server/datasets/upload.h"
#include "tests/unit/store_fixture.h"

enum { BYTES_MAX = 1000000 };

/* A store, and the datasets beside it. */
struct place {
    struct fixture *fixture;
    struct datasets *datasets;
    sem_t news;
};

static void open_datasets(struct place *place)
{
    struct datasets_options options = {
        .store = place->fixture->store, .bytes_max = BYTES_MAX,
        .uploads_max = 2,
    };

    assert_int_equal(datasets_open(&options, &place->datasets,
                                   place->fixture->message), OK);
}

static void close_datasets(struct place *place)
{
    datasets_finish(place->datasets);
    datasets_close(place->datasets);
    place->datasets = NULL;
}

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    void *fixture;

    assert_non_null(place);
    fixture_setup(&fixture);
    place->fixture = fixture;
    sem_init(&place->news, 0, 0);
    open_datasets(place);
    *state = place;
    return 0;
}

static void folder_path(const struct place *place, const char *name,
                        char path[200])
{
    snprintf(path, 200, "%s-datasets/%s", place->fixture->path, name);
}

/* What is left in the folder is removed by one more sweep. */
static int teardown(void **state)
{
    struct place *place = *state;
    char path[200];
    void *fixture = place->fixture;

    if (place->datasets != NULL)
        close_datasets(place);
    for (;;) {
        struct store_dataset dataset;
        struct store_write write = {.verb = STORE_DATASET_DELETE};
        size_t count;

        assert_int_equal(store_list_datasets(
            place->fixture->reader, NULL, 1, &place->fixture->arena,
            &dataset, &count), OK);
        if (count == 0)
            break;
        write.dataset_delete = dataset.number;
        assert_int_equal(store_write_wait(place->fixture->store, &write), OK);
    }
    open_datasets(place);
    close_datasets(place);
    folder_path(place, "", path);
    assert_int_equal(rmdir(path), 0);
    sem_destroy(&place->news);
    free(place);
    return fixture_teardown(&fixture);
}

/* ---- uploads ------------------------------------------------------------ */

static void post_news(void *context)
{
    struct place *place = context;

    sem_post(&place->news);
}

static void forget(void *context)
{
    (void)context;
}

static struct upload *begin(struct place *place, const char *name)
{
    struct upload_order order = {
        .name = name, .format = format_by_name("csv"),
        .options = READER_OPTIONS_NONE, .news = post_news, .context = place,
        .forget = forget,
    };
    struct upload *upload;

    assert_int_equal(upload_start(place->datasets, &order, &upload), OK);
    return upload;
}

static void put_all(struct place *place, struct upload *upload,
                    const char *text, size_t count)
{
    while (count > 0) {
        size_t taken = upload_put(upload, text, count);

        text += taken;
        count -= taken;
        if (count > 0)
            sem_wait(&place->news);
    }
}

/* What became of a whole upload. */
static struct upload_outcome finish(struct place *place,
                                    struct upload *upload)
{
    struct upload_outcome outcome;

    upload_end(upload);
    while (upload_outcome(upload) == NULL)
        sem_wait(&place->news);
    outcome = *upload_outcome(upload);
    outcome.faults = NULL;
    upload_drop(upload);
    return outcome;
}

static struct upload_outcome add(struct place *place, const char *name,
                                 const char *text)
{
    struct upload *upload = begin(place, name);

    put_all(place, upload, text, strlen(text));
    return finish(place, upload);
}

static struct dataset_hold *hold(struct place *place, const char *name)
{
    struct dataset_hold *held;

    assert_int_equal(datasets_hold(place->datasets, place->fixture->reader,
                                   name, &held), OK);
    return held;
}

static void an_upload_can_be_held_by_name_and_by_id(void **state)
{
    struct place *place = *state;
    struct upload_outcome outcome = add(place, "mine", "x,y\n1,2\n3,4\n");
    struct dataset_hold *by_name, *by_id;
    char id[IDENTIFIER_TEXT_BYTES];

    assert_int_equal(outcome.flaw, UPLOAD_WELL);
    by_name = hold(place, "mine");
    assert_int_equal(dataset_held_number(by_name), outcome.number);
    assert_int_equal(dataset_held(by_name)->rows, 2);
    assert_true(dataset_cell(dataset_held(by_name), 1, 0).number == 3);
    identifier_format(dataset_held_id(by_name), "ds", id);
    by_id = hold(place, id);
    assert_ptr_equal(by_id, by_name); /* mapped once */
    dataset_release(place->datasets, by_name);
    assert_true(dataset_cell(dataset_held(by_id), 0, 1).number == 2);
    dataset_release(place->datasets, by_id);
}

static void more_than_the_pipe_holds_comes_through(void **state)
{
    struct place *place = *state;
    struct upload *upload = begin(place, "long");
    char *text = malloc(BYTES_MAX + 32);
    size_t count = 0;
    struct dataset_hold *held;

    assert_non_null(text);
    count += (size_t)snprintf(text, 32, "x\n");
    for (int i = 0; count < BYTES_MAX - 32; i++)
        count += (size_t)snprintf(text + count, 32, "%d\n", i);
    put_all(place, upload, text, count);
    assert_int_equal(finish(place, upload).flaw, UPLOAD_WELL);
    held = hold(place, "long");
    for (uint64_t i = 0; i < dataset_held(held)->rows; i++)
        assert_true(dataset_cell(dataset_held(held), i, 0).number
                    == (double)i);
    dataset_release(place->datasets, held);
    free(text);
}

static void too_much_is_too_large(void **state)
{
    struct place *place = *state;
    struct upload *upload = begin(place, "long");
    char block[1000];
    struct upload_outcome outcome;

    for (size_t i = 0; i < sizeof block; i++)
        block[i] = "1\n"[i % 2];
    for (int i = 0; i < 1000; i++)
        put_all(place, upload, block, sizeof block);
    put_all(place, upload, "1\n", 2);
    outcome = finish(place, upload);
    assert_int_equal(outcome.flaw, UPLOAD_TOO_LARGE);
    assert_int_equal(outcome.limit, BYTES_MAX);
}

static void what_is_abandoned_leaves_nothing(void **state)
{
    struct place *place = *state;
    struct upload *upload = begin(place, "gone");
    struct dataset_hold *held;
    char path[200];

    put_all(place, upload, "x\n1\n", 4);
    upload_drop(upload);
    close_datasets(place);
    folder_path(place, "", path);
    assert_int_equal(rmdir(path), 0); /* it is empty */
    open_datasets(place);
    assert_int_equal(datasets_hold(place->datasets, place->fixture->reader,
                                   "gone", &held), ERR_MISSING);
}

static void as_many_run_as_may(void **state)
{
    struct place *place = *state;
    struct upload *first = begin(place, NULL), *second = begin(place, NULL);
    struct upload_order order = {
        .format = format_by_name("csv"), .options = READER_OPTIONS_NONE,
        .news = post_news, .context = place, .forget = forget,
    };
    struct upload *third;

    assert_int_equal(upload_start(place->datasets, &order, &third), ERR_FULL);
    upload_drop(first);
    upload_drop(second);
}

/* ---- the folder --------------------------------------------------------- */

static void a_row_without_its_file_is_damage(void **state)
{
    struct place *place = *state;
    struct dataset_hold *held;
    char id[IDENTIFIER_TEXT_BYTES], path[200];

    assert_int_equal(add(place, "mine", "x\n1\n").flaw, UPLOAD_WELL);
    held = hold(place, "mine");
    identifier_format(dataset_held_id(held), "ds", id);
    folder_path(place, id, path);
    assert_int_equal(unlink(path), 0);
    /* Who has it mapped still reads it. */
    assert_true(dataset_cell(dataset_held(held), 0, 0).number == 1);
    dataset_release(place->datasets, held);
    assert_int_equal(datasets_hold(place->datasets, place->fixture->reader,
                                   "mine", &held), ERR_CORRUPT);
}

static void write_file(const struct place *place, const char *name)
{
    char path[200];
    FILE *file;

    folder_path(place, name, path);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("something", file);
    fclose(file);
}

static bool is_there(const struct place *place, const char *name)
{
    char path[200];

    folder_path(place, name, path);
    return access(path, F_OK) == 0;
}

static void the_start_sweeps_what_has_no_row(void **state)
{
    struct place *place = *state;
    struct dataset_hold *held;
    char id[IDENTIFIER_TEXT_BYTES];

    assert_int_equal(add(place, "mine", "x\n1\n").flaw, UPLOAD_WELL);
    held = hold(place, "mine");
    identifier_format(dataset_held_id(held), "ds", id);
    dataset_release(place->datasets, held);
    write_file(place, "ds_01m8dvmt67f5mtnpmx97fkcsgj");
    write_file(place, "ds_01m8dvmt67f5mtnpmx97fkcsgj.new");
    close_datasets(place);
    open_datasets(place);
    assert_false(is_there(place, "ds_01m8dvmt67f5mtnpmx97fkcsgj"));
    assert_false(is_there(place, "ds_01m8dvmt67f5mtnpmx97fkcsgj.new"));
    assert_true(is_there(place, id));
    dataset_release(place->datasets, hold(place, "mine"));
}

/* ---- built-in ones ------------------------------------------------------ */

static void built_in_ones_are_held_by_name(void **state)
{
    struct place *place = *state;
    struct dataset_hold *first = hold(place, "iris"),
                        *second = hold(place, "iris");

    assert_ptr_equal(first, second);
    assert_int_equal(dataset_held_number(first), 0);
    assert_non_null(dataset_held_builtin(first));
    assert_int_equal(dataset_held(first)->rows, 150);
    dataset_release(place->datasets, first);
    dataset_release(place->datasets, second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upload_can_be_held_by_name_and_by_id),
        TEST(more_than_the_pipe_holds_comes_through),
        TEST(too_much_is_too_large),
        TEST(what_is_abandoned_leaves_nothing),
        TEST(as_many_run_as_may),
        TEST(a_row_without_its_file_is_damage),
        TEST(the_start_sweeps_what_has_no_row),
        TEST(built_in_ones_are_held_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
