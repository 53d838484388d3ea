/*
 * test_store_list.c - lists: filters, orders, pages.
 *
 * 200 jobs whose properties follow from their place by small periods, so that
 * values repeat and are null in all combinations. What a list must hold is
 * found here by sorting and sifting them in C.
 */
#include "tests/unit/store_fixture.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/sqlite/sqlite.h"

enum { JOBS = 200 };

struct shelf {
    struct fixture *fixture;
    struct store_job jobs[JOBS]; /* as submitted and finished */
};

static const char *const names[] = {"alpha", "Beta", "100%", "a_b", NULL};
static const double losses[] = {3.5, -1, 0, 3.5, INFINITY};

/* Jobs whose place is divisible by 3 run to their end, by 7 are canceled. */
static void put(struct shelf *shelf, int place)
{
    struct store_job *job = &shelf->jobs[place];
    struct fixture *f = shelf->fixture;

    *job = plain_job();
    job->name = names[place % 5];
    job->priority = place % 4 - 1;
    job->created_ms = 1700000000000 + place / 3; /* three at a time */
    job->objective = place % 2 ? "quadratic" : "polynomial";
    job->optimizer = place % 3 ? "sgd" : "adam";
    job->tags[0] = place % 10 == 0 ? "tenth" : "other";
    job->tags[1] = "all";
    job->tag_count = 2;
    job->number = submit(f, job);
    if (place % 3 == 0) {
        job->state = place % 2 ? JOB_COMPLETED : JOB_FAILED;
        job->loss = place % 12 ? losses[place % 5] : NAN;
        job->iterations = place % 8;
        if (job->state == JOB_COMPLETED)
            job->outcome_class = outcome_class_name(place / 3 % 3);
        struct store_write finish = {
            .verb = STORE_FINISH,
            .finish = {.number = job->number, .now_ms = 1700000009000,
                       .state = job->state, .loss = job->loss,
                       .best_loss = job->best_loss,
                       .outcome_class = job->outcome_class,
                       .iterations = job->iterations},
        };
        assert_int_equal(act(f, STORE_CLAIM, job->number).error, OK);
        assert_int_equal(store_write_wait(f->store, &finish), OK);
    } else if (place % 7 == 0) {
        job->state = JOB_CANCELED;
        assert_int_equal(act(f, STORE_CANCEL, job->number).error, OK);
    }
}

static int shelf_setup(void **state)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    void *fixture = NULL;

    assert_non_null(shelf);
    fixture_setup(&fixture);
    shelf->fixture = fixture;
    for (int place = 0; place < JOBS; place++)
        put(shelf, place);
    *state = shelf;
    return 0;
}

static int shelf_teardown(void **state)
{
    struct shelf *shelf = *state;
    void *fixture = shelf->fixture;

    fixture_teardown(&fixture);
    free(shelf);
    return 0;
}

/* ---- the expected order ------------------------------------------------ */

static bool is_null(const struct store_job *job, enum store_sort sort)
{
    if (sort == SORT_NAME)
        return job->name == NULL;
    if (sort == SORT_ITERATIONS)
        return job->state != JOB_COMPLETED && job->state != JOB_FAILED;
    return sort == SORT_LOSS && isnan(job->loss);
}

static int compare_values(const struct store_job *a,
                          const struct store_job *b, enum store_sort sort)
{
    switch (sort) {
    case SORT_CREATED:
        return (a->created_ms > b->created_ms) -
               (a->created_ms < b->created_ms);
    case SORT_NAME:
        return strcmp(a->name, b->name);
    case SORT_PRIORITY:
        return (a->priority > b->priority) - (a->priority < b->priority);
    case SORT_ITERATIONS:
        return (a->iterations > b->iterations) -
               (a->iterations < b->iterations);
    default:
        return (a->loss > b->loss) - (a->loss < b->loss);
    }
}

/* Whether a stands before b: null last, ties by number, both in direction. */
static bool stands_before(const struct store_job *a, const struct store_job *b,
                          const struct store_query *query)
{
    int order = is_null(a, query->sort) - is_null(b, query->sort);

    if (order != 0)
        return order < 0;
    if (!is_null(a, query->sort))
        order = compare_values(a, b, query->sort);
    if (order == 0)
        order = a->number < b->number ? -1 : 1;
    return query->descending ? order > 0 : order < 0;
}

static bool has_tag(const struct store_job *job, const char *tag)
{
    for (size_t i = 0; i < job->tag_count; i++)
        if (strcmp(job->tags[i], tag) == 0)
            return true;
    return false;
}

static bool has_outcome(const struct store_job *job, unsigned classes)
{
    for (enum outcome_class c = 0; c < OUTCOME_CLASSES; c++)
        if ((classes & 1u << c) && job->outcome_class != NULL
            && strcmp(job->outcome_class, outcome_class_name(c)) == 0)
            return true;
    return false;
}

static bool passes(const struct store_job *job, const struct store_query *q)
{
    if (q->states != 0 && !(q->states & 1u << job->state))
        return false;
    if (q->classes != 0 && !has_outcome(job, q->classes))
        return false;
    if (q->tag != NULL && !has_tag(job, q->tag))
        return false;
    if (q->optimizer != NULL && strcmp(job->optimizer, q->optimizer) != 0)
        return false;
    if (q->objective != NULL && strcmp(job->objective, q->objective) != 0)
        return false;
    if (q->text != NULL &&
        (job->name == NULL || strcasestr(job->name, q->text) == NULL))
        return false;
    if (q->created_after_ms != 0 && job->created_ms <= q->created_after_ms)
        return false;
    return q->created_before_ms == 0 || job->created_ms < q->created_before_ms;
}

/* The jobs of the query in its order, by insertion. */
static size_t expect(const struct shelf *shelf, const struct store_query *q,
                     const struct store_job *sorted[JOBS])
{
    size_t count = 0;

    for (int place = 0; place < JOBS; place++) {
        const struct store_job *job = &shelf->jobs[place];
        size_t at = count;
        if (!passes(job, q))
            continue;
        for (; at > 0 && stands_before(job, sorted[at - 1], q); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = job;
        count++;
    }
    return count;
}

/* Walk all pages of a query and compare with what is expected; the count. */
static size_t walk(struct shelf *shelf, struct store_query query)
{
    const struct store_job *sorted[JOBS];
    size_t count = expect(shelf, &query, sorted), seen = 0;
    struct store_page page;

    do {
        assert_int_equal(store_list(shelf->fixture->reader, &query,
                                    &shelf->fixture->arena, &page), OK);
        for (size_t i = 0; i < page.count; i++, seen++) {
            assert_true(seen < count);
            assert_int_equal(page.jobs[i].number, sorted[seen]->number);
        }
        assert_true(page.next == NULL || page.count == query.limit);
        query.cursor = page.next;
    } while (page.next != NULL);
    assert_int_equal(seen, count);
    return count;
}

/* One page, a job looked at in each slice; how many slices there were. */
static size_t walk_slices(struct shelf *shelf, const struct store_query *query)
{
    const struct store_job *sorted[JOBS];
    size_t count = expect(shelf, query, sorted), slices = 0;
    struct store_page page = {0};

    do {
        assert_int_equal(store_list_slice(shelf->fixture->reader, query, 0,
                                          &shelf->fixture->arena, &page), OK);
        slices++;
    } while (page.walk != NULL);
    assert_int_equal(page.count, count < query->limit ? count : query->limit);
    for (size_t i = 0; i < page.count; i++)
        assert_int_equal(page.jobs[i].number, sorted[i]->number);
    assert_int_equal(page.next != NULL, count > query->limit);
    return slices;
}

static void a_list_can_be_left_after_any_job_and_taken_up(void **state)
{
    for (enum store_sort sort = 0; sort < STORE_SORTS; sort++)
        for (int descending = 0; descending < 2; descending++) {
            struct store_query query = {.sort = sort, .limit = 30,
                                        .descending = descending};
            assert_true(walk_slices(*state, &query) >= 31);
            query.optimizer = "adam";
            assert_true(walk_slices(*state, &query) >= 31);
            query.optimizer = "none such";
            assert_true(walk_slices(*state, &query) >= JOBS);
        }
}

/* Steps of SQLite's machine that lists have taken. */
static int list_steps(struct store_reader *base)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    int steps = 0;

    for (size_t i = 0; i < SQLITE_LISTS; i++)
        if (reader->lists[i])
            steps += sqlite3_stmt_status(reader->lists[i],
                                         SQLITE_STMTSTATUS_VM_STEP, 0);
    return steps;
}

/* Else each slice went through all that come before it again. */
static void jobs_of_the_same_value_are_gone_through_once(void **state)
{
    enum { SAME = 400 };
    struct store_query query = {.sort = SORT_PRIORITY, .descending = true,
                                .optimizer = "none such", .limit = 5};
    struct fixture *f = *state;
    struct store_page page = {0};

    for (int i = 0; i < SAME; i++) {
        struct store_job job = plain_job();
        job.priority = 5;
        submit(f, &job);
    }
    do
        assert_int_equal(store_list_slice(f->reader, &query, 0, &f->arena,
                                          &page), OK);
    while (page.walk != NULL);
    /* About 50 a job, and 2 more for each that comes before it: 700. */
    assert_in_range(list_steps(f->reader), SAME, SAME * 200);
}

static void every_sort_walks_both_ways_in_pages_of_any_size(void **state)
{
    static const size_t limits[] = {1, 3, 7, 50, JOBS, STORE_LIST_MAX};

    for (enum store_sort sort = 0; sort < STORE_SORTS; sort++)
        for (size_t i = 0; i < 2 * sizeof limits / sizeof limits[0]; i++) {
            struct store_query query = {.sort = sort, .descending = i % 2,
                                        .limit = limits[i / 2]};
            assert_int_equal(walk(*state, query), JOBS);
        }
}

/* Each filter by itself and two together; the counts are by hand: 200 places,
 * of which 67 are divisible by 3, 20 by 10, 100 odd. */
static void filters_keep_what_they_say(void **state)
{
    struct store_query query = {.limit = 9};

    query.tag = "tenth";
    assert_int_equal(walk(*state, query), 20);
    query.tag = "none such";
    assert_int_equal(walk(*state, query), 0);
    query.tag = NULL;
    query.optimizer = "adam";
    assert_int_equal(walk(*state, query), 67);
    query.objective = "quadratic";
    assert_int_equal(walk(*state, query), 33); /* odd multiples of 3 */
    query.optimizer = NULL;
    assert_int_equal(walk(*state, query), 100);
    query.objective = NULL;
    query.created_after_ms = 1700000000009;
    assert_int_equal(walk(*state, query), 170); /* places from 30 on */
    query.created_before_ms = 1700000000011;
    assert_int_equal(walk(*state, query), 3);   /* places 30, 31, 32 */
}

static void states_are_sets(void **state)
{
    struct shelf *shelf = *state;

    for (unsigned states = 0; states < 1u << JOB_STATES; states++) {
        struct store_query query = {.states = states, .descending = true,
                                    .limit = 30};
        walk(shelf, query);
        query.tag = "tenth";
        walk(shelf, query);
    }
    struct store_query ended = {.states = 1u << JOB_COMPLETED, .limit = 1};
    assert_int_equal(walk(shelf, ended), 33);
}

/* Of the 33 that are completed each class has 11. */
static void outcomes_are_sets(void **state)
{
    struct store_query query = {.limit = 4};

    for (query.classes = 1; query.classes < 1u << OUTCOME_CLASSES;
         query.classes++)
        assert_int_equal(walk(*state, query),
                         11 * __builtin_popcount(query.classes));
    query.classes = 1u << DIVERGED;
    query.states = 1u << JOB_COMPLETED;
    assert_int_equal(walk(*state, query), 11);
    query.states = 1u << JOB_FAILED;
    assert_int_equal(walk(*state, query), 0);
}

/* A fifth of the names are "alpha", "Beta", "100%", "a_b" each. */
static void text_is_a_part_of_the_name_in_any_case(void **state)
{
    struct store_query query = {.limit = 25, .sort = SORT_NAME};

    query.text = "ALPH";
    assert_int_equal(walk(*state, query), 40);
    query.text = "a";
    assert_int_equal(walk(*state, query), 120);
    query.text = "%"; /* of LIKE; here they mean themselves */
    assert_int_equal(walk(*state, query), 40);
    query.text = "_";
    assert_int_equal(walk(*state, query), 40);
    query.text = "\\";
    assert_int_equal(walk(*state, query), 0);
    query.text = "alphabet";
    assert_int_equal(walk(*state, query), 0);
}

static void a_page_is_not_disturbed_by_jobs_that_come_and_go(void **state)
{
    struct shelf *shelf = *state;
    struct fixture *f = shelf->fixture;
    struct store_query query = {.sort = SORT_PRIORITY, .limit = 40};
    const struct store_job *sorted[JOBS];
    struct store_page page;
    size_t count = expect(shelf, &query, sorted), seen = 0;

    for (query.cursor = NULL; seen < count; query.cursor = page.next) {
        struct store_job front = plain_job();
        assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
        for (size_t i = 0; i < page.count; i++, seen++)
            assert_int_equal(page.jobs[i].number, sorted[seen]->number);
        /* One comes in front of all, one of the page goes. */
        front.priority = -100;
        submit(f, &front);
        act(f, STORE_CANCEL, page.jobs[0].number);
        assert_int_equal(act(f, STORE_DELETE, page.jobs[0].number).error, OK);
    }
    assert_int_equal(seen, count);
}

static enum error list_with(struct fixture *f, struct store_query query,
                            const char *cursor)
{
    struct store_page page;

    query.cursor = cursor;
    return store_list(f->reader, &query, &f->arena, &page);
}

static void a_text_that_is_too_long_is_refused(void **state)
{
    struct fixture *f = ((struct shelf *)*state)->fixture;
    static char text[STORE_TEXT_BYTES_MAX + 2];
    struct store_query query = {.limit = 5, .text = text};
    struct store_page page;

    memset(text, '%', STORE_TEXT_BYTES_MAX);
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
    assert_int_equal(page.count, 0);
    text[STORE_TEXT_BYTES_MAX] = '%';
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page),
                     ERR_TOO_BIG);
}

static void a_cursor_of_another_query_is_refused(void **state)
{
    struct fixture *f = ((struct shelf *)*state)->fixture;
    struct store_query query = {.sort = SORT_NAME, .limit = 5}, other;
    struct store_page page;

    assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
    assert_int_equal(list_with(f, query, page.next), OK);
    other = query;
    other.limit = 50; /* the size of pages may change on the way */
    assert_int_equal(list_with(f, other, page.next), OK);
    other = query;
    other.sort = SORT_LOSS;
    assert_int_equal(list_with(f, other, page.next), ERR_INVALID);
    other = query;
    other.descending = true;
    assert_int_equal(list_with(f, other, page.next), ERR_INVALID);
    other = query;
    other.tag = "all";
    assert_int_equal(list_with(f, other, page.next), ERR_INVALID);
    other = query;
    other.states = 1;
    assert_int_equal(list_with(f, other, page.next), ERR_INVALID);
}

static void a_broken_cursor_is_refused(void **state)
{
    struct fixture *f = ((struct shelf *)*state)->fixture;
    struct store_query query = {.sort = SORT_NAME, .limit = 5};
    static const char *const broken[] = {
        "", "A", "AAAA", "!", "a b", "\xff", "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct store_page page;
    char changed[200];

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(list_with(f, query, broken[i]), ERR_INVALID);
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page), OK);
    size_t length = strlen(page.next);
    assert_true(length < sizeof changed);
    for (size_t i = 0; i < length; i++) {
        memcpy(changed, page.next, length + 1);
        changed[i] = changed[i] == 'Q' ? 'R' : 'Q';
        assert_int_equal(list_with(f, query, changed), ERR_INVALID);
        changed[i] = '\0'; /* cut off there */
        assert_int_equal(list_with(f, query, changed), ERR_INVALID);
    }
}

static void a_list_leaves_the_large_columns_out(void **state)
{
    struct shelf *shelf = *state;
    struct store_query query = {.states = 1u << JOB_COMPLETED, .limit = 5};
    struct store_page page;

    assert_int_equal(store_list(shelf->fixture->reader, &query,
                                &shelf->fixture->arena, &page), OK);
    assert_int_equal(page.count, 5);
    assert_null(page.jobs[0].spec);
    assert_null(page.jobs[0].result);
    assert_int_equal(page.jobs[0].tag_count, 2);
}

struct queue_seen {
    size_t count;
    int64_t numbers[JOBS], priorities[JOBS];
};

static void note_job(void *self, int64_t number, int64_t priority)
{
    struct queue_seen *seen = self;

    assert_true(seen->count < JOBS);
    seen->numbers[seen->count] = number;
    seen->priorities[seen->count++] = priority;
}

static void the_queue_is_found_in_the_order_of_numbers(void **state)
{
    struct shelf *shelf = *state;
    struct queue_seen seen = {.count = 0};
    size_t at = 0;

    assert_int_equal(store_each(shelf->fixture->reader, JOB_QUEUED, note_job,
                                &seen), OK);
    for (int place = 0; place < JOBS; place++) {
        if (shelf->jobs[place].state != JOB_QUEUED)
            continue;
        assert_true(at < seen.count);
        assert_int_equal(seen.numbers[at], shelf->jobs[place].number);
        assert_int_equal(seen.priorities[at++], shelf->jobs[place].priority);
    }
    assert_int_equal(at, seen.count);
    seen.count = 0;
    assert_int_equal(store_each(shelf->fixture->reader, JOB_RUNNING, note_job,
                                &seen), OK);
    assert_int_equal(seen.count, 0);
}

static void sorts_have_the_names_of_the_api(void **state)
{
    static const char *const sorts[STORE_SORTS] = {
        "created_at", "name", "priority", "iterations", "loss"};

    (void)state;
    for (enum store_sort sort = 0; sort < STORE_SORTS; sort++)
        assert_string_equal(store_sort_name(sort), sorts[sort]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sort_walks_both_ways_in_pages_of_any_size),
        cmocka_unit_test(a_list_can_be_left_after_any_job_and_taken_up),
        cmocka_unit_test_setup_teardown(
            jobs_of_the_same_value_are_gone_through_once, fixture_setup,
            fixture_teardown),
        cmocka_unit_test(filters_keep_what_they_say),
        cmocka_unit_test(states_are_sets),
        cmocka_unit_test(outcomes_are_sets),
        cmocka_unit_test(text_is_a_part_of_the_name_in_any_case),
        cmocka_unit_test(a_text_that_is_too_long_is_refused),
        cmocka_unit_test(a_cursor_of_another_query_is_refused),
        cmocka_unit_test(a_broken_cursor_is_refused),
        cmocka_unit_test(a_list_leaves_the_large_columns_out),
        cmocka_unit_test(the_queue_is_found_in_the_order_of_numbers),
        cmocka_unit_test(sorts_have_the_names_of_the_api),
        /* The last: it changes the shelf. */
        cmocka_unit_test(a_page_is_not_disturbed_by_jobs_that_come_and_go),
    };

    return cmocka_run_group_tests(tests, shelf_setup, shelf_teardown);
}
