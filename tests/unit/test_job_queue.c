/* test_job_queue.c - the heap gives jobs in the order a sorted list would. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>

#include "core/base/random.h"
#include "server/jobs/backoff.h"
#include "server/jobs/job_queue.h"

enum { ENTRIES_MAX = 2000 };

/* The naive queue: a list, searched for its first at every pop. */
struct list {
    struct job_queue_entry entries[ENTRIES_MAX];
    size_t count;
};

static int64_t list_pop(struct list *list)
{
    struct job_queue_entry *first = &list->entries[0];
    int64_t number;

    for (size_t i = 1; i < list->count; i++) {
        struct job_queue_entry *e = &list->entries[i];

        if (e->priority > first->priority
            || (e->priority == first->priority && e->number < first->number))
            first = e;
    }
    number = first->number;
    *first = list->entries[--list->count];
    return number;
}

static void push_one(struct job_queue *queue, int64_t number,
                     int32_t priority)
{
    struct job_queue_entry entry = {.number = number, .priority = priority};

    assert_int_equal(job_queue_push(queue, entry), OK);
}

static void push(struct job_queue *queue, struct list *list, int64_t number,
                 int32_t priority)
{
    struct job_queue_entry entry = {.number = number, .priority = priority};

    assert_true(list->count < ENTRIES_MAX);
    list->entries[list->count++] = entry;
    assert_int_equal(job_queue_push(queue, entry), OK);
}

/* Numbers go up as in the store, but for some that come back to the queue. */
static void pushes_and_pops_agree_with_a_list(void **unused)
{
    struct job_queue queue = {0};
    struct list *list = calloc(1, sizeof *list);
    struct job_queue_entry popped;
    int64_t number = 0;
    (void)unused;

    assert_non_null(list);
    for (uint64_t k = 0; k < 30000; k++) {
        uint64_t bits = random_bits(4, RANDOM_START, k);
        /* the queue grows, and shrinks to nothing, again and again */
        bool grows = bits % 100 < (k / 1500 % 2 ? 30 : 60);

        if (grows && list->count < ENTRIES_MAX) {
            int64_t back = (int64_t)(bits >> 40 & 1023);
            int32_t priority = (int32_t)(bits >> 16 & 7) - 4;

            number++;
            if (bits >> 60 == 0)
                push(&queue, list, -1 - back, priority);
            else
                push(&queue, list, number, priority);
        } else if (list->count > 0) {
            assert_true(job_queue_pop(&queue, &popped));
            assert_int_equal(popped.number, list_pop(list));
        }
        assert_int_equal(queue.count, list->count);
    }
    while (list->count > 0) {
        assert_true(job_queue_pop(&queue, &popped));
        assert_int_equal(popped.number, list_pop(list));
    }
    popped.number = 77;
    assert_false(job_queue_pop(&queue, &popped));
    assert_int_equal(popped.number, 77);
    job_queue_fini(&queue);
    free(list);
}

static void jobs_of_one_priority_run_in_the_order_of_their_numbers(
    void **unused)
{
    struct job_queue queue = {0};
    struct job_queue_entry popped;
    (void)unused;

    for (int64_t number = 1000; number > 0; number--)
        push_one(&queue, number, 0);
    for (int64_t number = 1; number <= 1000; number++) {
        assert_true(job_queue_pop(&queue, &popped));
        assert_int_equal(popped.number, number);
    }
    job_queue_fini(&queue);
}

static void a_greater_priority_goes_before_a_lesser_number(void **unused)
{
    struct job_queue queue = {0};
    struct job_queue_entry popped;
    (void)unused;

    push_one(&queue, 1, -1000);
    push_one(&queue, 3, 1000);
    push_one(&queue, 2, 0);
    for (int64_t number = 3; number > 0; number--) {
        assert_true(job_queue_pop(&queue, &popped));
        assert_int_equal(popped.number, number);
    }
    job_queue_fini(&queue);
}

/* Every tenth number leaves; the others come in the order they had. */
static void jobs_that_are_removed_leave_the_others_in_order(void **unused)
{
    struct job_queue queue = {0};
    struct list *list = calloc(1, sizeof *list);
    struct job_queue_entry popped;
    (void)unused;

    assert_non_null(list);
    for (int64_t number = 0; number < 1000; number++)
        push(&queue, list, number,
             (int64_t)(random_bits(5, RANDOM_START, (uint64_t)number) & 7));
    for (int64_t number = 0; number < 1000; number += 10) {
        assert_true(job_queue_remove(&queue, number));
        assert_false(job_queue_remove(&queue, number));
        for (size_t i = 0; i < list->count; i++)
            if (list->entries[i].number == number)
                list->entries[i] = list->entries[--list->count];
    }
    assert_int_equal(queue.count, 900);
    while (list->count > 0) {
        assert_true(job_queue_pop(&queue, &popped));
        assert_int_equal(popped.number, list_pop(list));
    }
    assert_false(job_queue_remove(&queue, 1));
    job_queue_fini(&queue);
    free(list);
}

static void what_is_due_goes_first(void **unused)
{
    struct job_queue queue = {0};
    struct job_queue_entry popped;
    (void)unused;

    for (int64_t number = 1; number <= 3; number++) {
        struct job_queue_entry entry = {
            .number = number, .priority = (int32_t)number,
            .due_ns = 10 - number % 3, .failures = 7, .tries = 2};

        assert_int_equal(job_queue_push(&queue, entry), OK);
    }
    for (size_t i = 0; i < 3; i++) { /* due at 8, 9, 10 */
        static const int64_t order[] = {2, 1, 3};

        assert_true(job_queue_pop(&queue, &popped));
        assert_int_equal(popped.number, order[i]);
        assert_int_equal(popped.failures, 7);
        assert_int_equal(popped.tries, 2);
    }
    job_queue_fini(&queue);
}

/* 50 ms, twice as long from failure to failure, 5 s at last. */
static void a_wait_grows_to_its_bound_and_ends_with_a_success(void **unused)
{
    static const int64_t ms[] = {50, 100, 200, 400, 800, 1600, 3200, 5000,
                                 5000};
    struct backoff backoff = {0};
    int64_t now_ns = 1000;
    (void)unused;

    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++) {
        assert_int_equal(backoff_wait_ns((unsigned)i + 1), ms[i] * 1000000);
        assert_false(backoff_waits(&backoff, now_ns));
        backoff_fail(&backoff, now_ns);
        backoff_fail(&backoff, now_ns + 1); /* of one that began before */
        now_ns += ms[i] * 1000000;
        assert_true(backoff_waits(&backoff, now_ns - 1));
    }
    backoff_end(&backoff);
    assert_false(backoff_waits(&backoff, now_ns - 1));
    backoff_fail(&backoff, now_ns);
    assert_false(backoff_waits(&backoff, now_ns + 50000000));
    assert_int_equal(backoff_wait_ns(0), 0);
    assert_int_equal(backoff_wait_ns(UINT32_MAX), 5000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushes_and_pops_agree_with_a_list),
        cmocka_unit_test(
            jobs_of_one_priority_run_in_the_order_of_their_numbers),
        cmocka_unit_test(a_greater_priority_goes_before_a_lesser_number),
        cmocka_unit_test(jobs_that_are_removed_leave_the_others_in_order),
        cmocka_unit_test(what_is_due_goes_first),
        cmocka_unit_test(a_wait_grows_to_its_bound_and_ends_with_a_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
