/* test_errands.c - short work in slices, in turns. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/errands/errands.h"

enum { MANY = 100, PATIENCE_MS = 20000 };

/* An errand of `slices` slices, which waits for `gate` before it ends. */
struct work {
    struct errand errand;
    int slices, steps;
    atomic_bool *gate;          /* NULL: none */
    atomic_int *order;          /* counts those that are done */
    int place;                  /* in that order */
    atomic_bool is_done, was_canceled;
};

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Use up the slice, or a part of it. */
static bool step(struct errand *errand)
{
    struct work *work = errand->context;

    if (work->gate != NULL && !atomic_load(work->gate)) {
        pause_ms(1);
        return true;
    }
    if (work->slices > 1)
        while (!errand_must_pause(errand))
            ;
    if (atomic_load(&errand->is_canceled)) {
        atomic_store(&work->was_canceled, true);
        return false;
    }
    return ++work->steps < work->slices;
}

static void done(struct errand *errand)
{
    struct work *work = errand->context;

    assert_false(atomic_load(&work->is_done));
    work->place = work->order != NULL ? atomic_fetch_add(work->order, 1) : 0;
    atomic_store(&work->is_done, true);
}

static enum error start(struct work *work, struct errands *errands,
                        int slices)
{
    work->slices = slices;
    work->errand.step = step;
    work->errand.done = done;
    work->errand.context = work;
    return errand_start(errands, &work->errand);
}

static void wait_for(struct work *work)
{
    for (int ms = 0; !atomic_load(&work->is_done); ms++) {
        assert_true(ms < PATIENCE_MS);
        pause_ms(1);
    }
}

static void open_errands(struct errands **ret, unsigned threads,
                         unsigned errands_max)
{
    const struct errands_options options = {threads, errands_max};

    assert_int_equal(errands_open(&options, ret), OK);
}

static void every_errand_is_done_once(void **unused)
{
    struct work *works = calloc(MANY, sizeof *works);
    struct errands *errands;
    (void)unused;

    assert_non_null(works);
    open_errands(&errands, 3, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(start(&works[i], errands, 1), OK);
    errands_close(errands); /* waits for them */
    for (int i = 0; i < MANY; i++) {
        assert_true(atomic_load(&works[i].is_done));
        assert_int_equal(works[i].steps, 1);
    }
    free(works);
}

static void short_errands_do_not_wait_for_long_ones(void **unused)
{
    struct work works[2] = {0};
    struct errands *errands;
    atomic_int order = 0;
    (void)unused;

    works[0].order = works[1].order = &order;
    open_errands(&errands, 1, 2);
    assert_int_equal(start(&works[0], errands, 20), OK);
    assert_int_equal(start(&works[1], errands, 1), OK);
    errands_close(errands);
    assert_int_equal(works[0].steps, 20);
    assert_int_equal(works[1].place, 0);
    assert_int_equal(works[0].place, 1);
    assert_true(works[0].errand.spent_s > works[1].errand.spent_s);
}

static void no_more_are_taken_than_may_be(void **unused)
{
    struct work works[3] = {0};
    struct errands *errands;
    atomic_bool gate = false;
    (void)unused;

    open_errands(&errands, 1, 2);
    works[0].gate = works[1].gate = &gate;
    assert_int_equal(start(&works[0], errands, 1), OK);
    assert_int_equal(start(&works[1], errands, 1), OK);
    assert_int_equal(start(&works[2], errands, 1), ERR_FULL);
    assert_false(atomic_load(&works[2].is_done));
    atomic_store(&gate, true);
    wait_for(&works[0]);
    wait_for(&works[1]);
    assert_int_equal(start(&works[2], errands, 1), OK);
    errands_close(errands);
    assert_true(atomic_load(&works[2].is_done));
}

/* How many work at the same time. */
struct crowd {
    atomic_int now, most;
};

static bool join(struct errand *errand)
{
    struct crowd *crowd = errand->context;
    int now = atomic_fetch_add(&crowd->now, 1) + 1;

    if (now > atomic_load(&crowd->most))
        atomic_store(&crowd->most, now);
    pause_ms(5);
    atomic_fetch_sub(&crowd->now, 1);
    return false;
}

static void forget(struct errand *errand)
{
    (void)errand;
}

static void there_are_no_more_threads_than_may_be(void **unused)
{
    struct errand many[40];
    struct crowd crowd = {0};
    struct errands *errands;
    (void)unused;

    open_errands(&errands, 2, 40);
    for (int i = 0; i < 40; i++) {
        many[i] = (struct errand){.step = join, .done = forget,
                                  .context = &crowd};
        assert_int_equal(errand_start(errands, &many[i]), OK);
    }
    errands_close(errands);
    assert_int_equal(atomic_load(&crowd.most), 2);
    errands_close(NULL);
}

/* An hour's work ends at the next look. */
static void canceled_errands_are_done_soon(void **unused)
{
    struct work works[2] = {0};
    struct errands *errands;
    (void)unused;

    open_errands(&errands, 1, 2);
    assert_int_equal(start(&works[0], errands, 360000), OK);
    assert_int_equal(start(&works[1], errands, 360000), OK);
    errand_cancel(&works[1].errand); /* maybe before its first turn */
    wait_for(&works[1]);
    assert_true(atomic_load(&works[1].was_canceled));
    assert_false(atomic_load(&works[0].is_done));
    errand_cancel(&works[0].errand);
    errands_close(errands);
    assert_true(atomic_load(&works[0].was_canceled));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_errand_is_done_once),
        cmocka_unit_test(short_errands_do_not_wait_for_long_ones),
        cmocka_unit_test(no_more_are_taken_than_may_be),
        cmocka_unit_test(there_are_no_more_threads_than_may_be),
        cmocka_unit_test(canceled_errands_are_done_soon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
