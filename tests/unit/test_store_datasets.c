/* test_store_datasets.c - datasets in the store, and the jobs that use them. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/store_fixture.h"

/* Add it under this id. */
static struct store_write add_as(struct fixture *fixture,
                                 const struct identifier *id,
                                 const char *content, const char *name)
{
    const struct store_dataset dataset = {
        .id = *id, .content = content, .created_ms = 1700000000000, .bytes = 64,
        .document = "\"rows\":2", .columns = "\"columns\":[]",
        .names = {name}, .name_count = name != NULL,
    };
    struct store_write write = {
        .verb = STORE_DATASET_ADD, .dataset_add = &dataset};

    write.error = store_write_wait(fixture->store, &write);
    write.dataset_add = NULL; /* it was on this stack */
    return write;
}

static struct store_write add(struct fixture *fixture, const char *content,
                              const char *name)
{
    struct identifier id;

    assert_int_equal(identifier_new(&id), OK);
    return add_as(fixture, &id, content, name);
}

static struct store_write forget(struct fixture *fixture, int64_t number)
{
    struct store_write write = {
        .verb = STORE_DATASET_DELETE, .dataset_delete = number};

    write.error = store_write_wait(fixture->store, &write);
    return write;
}

static struct store_dataset get(struct fixture *fixture, const char *name)
{
    struct store_dataset dataset = {0};

    assert_int_equal(store_get_dataset(fixture->reader, NULL, name, 0,
                                       &fixture->arena, &dataset), OK);
    return dataset;
}

static int64_t submit_on(struct fixture *fixture, int64_t dataset)
{
    struct store_job job = plain_job();

    job.datasets[0] = job.datasets[1] = dataset;
    job.dataset_count = 2;
    return submit(fixture, &job);
}

static void what_is_added_is_found(void **state)
{
    struct fixture *fixture = *state;
    struct store_dataset by_name, by_id, by_number;
    struct store_write added;
    struct identifier id;

    assert_int_equal(identifier_new(&id), OK);
    added = add_as(fixture, &id, "abc csv", "a9a");
    assert_int_equal(added.error, OK);
    assert_false(added.ret_is_here);
    by_name = get(fixture, "a9a");
    assert_int_equal(by_name.number, added.ret_number);
    assert_memory_equal(&by_name.id, &id, sizeof by_name.id);
    assert_string_equal(by_name.content, "abc csv");
    assert_string_equal(by_name.document, "\"rows\":2");
    assert_string_equal(by_name.columns, "\"columns\":[]");
    assert_int_equal(by_name.created_ms, 1700000000000);
    assert_int_equal(by_name.bytes, 64);
    assert_int_equal(store_get_dataset(fixture->reader, &by_name.id, NULL, 0,
                                       &fixture->arena, &by_id), OK);
    assert_int_equal(store_get_dataset(fixture->reader, NULL, NULL,
                                       by_name.number, &fixture->arena,
                                       &by_number), OK);
    assert_int_equal(by_id.number, by_number.number);
    assert_int_equal(store_get_dataset(fixture->reader, NULL, "A9a", 0,
                                       &fixture->arena, &by_id), ERR_MISSING);
}

static void the_same_content_is_kept_once_and_may_have_names(void **state)
{
    struct fixture *fixture = *state;
    int64_t number = add(fixture, "abc", "second").ret_number;
    struct store_write again = add(fixture, "abc", "first");
    struct store_dataset dataset;

    assert_int_equal(again.error, OK);
    assert_true(again.ret_is_here);
    assert_int_equal(again.ret_number, number);
    assert_int_equal(add(fixture, "abc", "first").error, OK);
    assert_int_equal(add(fixture, "abc", NULL).ret_number, number);
    dataset = get(fixture, "first");
    assert_int_equal(dataset.name_count, 2);
    assert_string_equal(dataset.names[0], "first");
    assert_string_equal(dataset.names[1], "second");
}

static void a_name_stands_for_one_dataset(void **state)
{
    struct fixture *fixture = *state;
    int64_t number = add(fixture, "abc", "mine").ret_number;

    assert_int_equal(add(fixture, "def", "mine").error, ERR_CONFLICT);
    assert_int_equal(get(fixture, "mine").number, number);
    assert_int_equal(add(fixture, "def", NULL).error, OK);
    assert_int_equal(add(fixture, "def", "mine").error, ERR_CONFLICT);
}

static void names_have_a_limit(void **state)
{
    struct fixture *fixture = *state;
    char name[32];

    for (int i = 0; i < STORE_NAMES_MAX; i++) {
        snprintf(name, sizeof name, "name %d", i);
        assert_int_equal(add(fixture, "abc", name).error, OK);
    }
    assert_int_equal(add(fixture, "abc", "one more").error, ERR_FULL);
    assert_int_equal(add(fixture, "abc", "name 3").error, OK);
    assert_int_equal(get(fixture, "name 3").name_count, STORE_NAMES_MAX);
}

static void what_a_job_uses_is_not_deleted_before_its_end(void **state)
{
    struct fixture *fixture = *state;
    int64_t number = add(fixture, "abc", "mine").ret_number;
    int64_t job = submit_on(fixture, number);
    struct identifier users[4], user;
    size_t count = 0;

    assert_int_equal(forget(fixture, number).error, ERR_CONFLICT);
    act(fixture, STORE_CLAIM, job);
    assert_int_equal(forget(fixture, number).error, ERR_CONFLICT);
    assert_int_equal(store_dataset_jobs(fixture->reader, number, 4, users,
                                        &count), OK);
    assert_int_equal(count, 1);
    user = look(fixture, job).id;
    assert_memory_equal(&users[0], &user, sizeof user);
    end(fixture, job, JOB_COMPLETED);
    assert_int_equal(store_dataset_jobs(fixture->reader, number, 4, users,
                                        &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(forget(fixture, number).error, OK);
    assert_int_equal(forget(fixture, number).error, ERR_MISSING);
    assert_int_equal(add(fixture, "def", "mine").error, OK);
}

static void a_deleted_job_uses_nothing(void **state)
{
    struct fixture *fixture = *state;
    int64_t number = add(fixture, "abc", "mine").ret_number;
    int64_t job = submit_on(fixture, number);

    assert_int_equal(act(fixture, STORE_DISCARD, job).error, OK);
    assert_int_equal(forget(fixture, number).error, OK);
}

static void no_job_begins_on_what_is_gone(void **state)
{
    struct fixture *fixture = *state;
    struct store_job job = plain_job();
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &job};
    int64_t number = add(fixture, "abc", NULL).ret_number;

    assert_int_equal(forget(fixture, number).error, OK);
    job.datasets[0] = number;
    job.dataset_count = 1;
    assert_int_equal(identifier_new(&job.id), OK);
    assert_int_equal(store_write_wait(fixture->store, &write), ERR_MISSING);
}

static void pages_go_from_the_newest_to_the_oldest(void **state)
{
    struct fixture *fixture = *state;
    struct store_dataset page[3], *last = NULL;
    char content[32];
    size_t count = 0, seen = 0;

    for (int i = 0; i < 7; i++) {
        snprintf(content, sizeof content, "content %d", i);
        assert_int_equal(add(fixture, content, NULL).error, OK);
    }
    for (;;) {
        struct identifier before;

        if (last != NULL)
            before = last->id;
        assert_int_equal(store_list_datasets(
            fixture->reader, last != NULL ? &before : NULL, 3,
            &fixture->arena, page, &count), OK);
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++)
            assert_true(last == NULL || i == 0
                        || memcmp(&page[i].id, &page[i - 1].id,
                                  sizeof page[i].id) < 0);
        seen += count;
        last = &page[count - 1];
    }
    assert_int_equal(seen, 7);
}

#define TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_added_is_found),
        TEST(the_same_content_is_kept_once_and_may_have_names),
        TEST(a_name_stands_for_one_dataset),
        TEST(names_have_a_limit),
        TEST(what_a_job_uses_is_not_deleted_before_its_end),
        TEST(a_deleted_job_uses_nothing),
        TEST(no_job_begins_on_what_is_gone),
        TEST(pages_go_from_the_newest_to_the_oldest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
