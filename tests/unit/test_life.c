/* test_life.c - the states of a job and the moves between them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "server/store/life.h"

/* The arrows of the picture in life.h, from row to column. */
static void the_moves_are_those_of_the_picture(void **unused)
{
    static const char picture[JOB_STATES][JOB_STATES + 1] = {
        /*                    qrcfx */
        [JOB_QUEUED]    = {"-+--+"},
        [JOB_RUNNING]   = {"+-+++"},
        [JOB_COMPLETED] = {"-----"},
        [JOB_FAILED]    = {"-----"},
        [JOB_CANCELED]  = {"-----"},
    };

    (void)unused;
    for (enum job_state from = 0; from < JOB_STATES; from++)
        for (enum job_state to = 0; to < JOB_STATES; to++)
            assert_int_equal(job_may_move(from, to), picture[from][to] == '+');
}

static void a_state_has_ended_when_nothing_leads_out_of_it(void **unused)
{
    (void)unused;
    assert_false(job_has_ended(JOB_QUEUED));
    assert_false(job_has_ended(JOB_RUNNING));
    assert_true(job_has_ended(JOB_COMPLETED));
    assert_true(job_has_ended(JOB_FAILED));
    assert_true(job_has_ended(JOB_CANCELED));
}

static void names_lead_back_to_their_states(void **unused)
{
    (void)unused;
    for (enum job_state state = 0; state < JOB_STATES; state++)
        assert_int_equal(job_state_find(job_state_name(state)), state);
    assert_string_equal(job_state_name(JOB_CANCELED), "canceled");
    assert_int_equal(job_state_find("cancelled"), JOB_STATES);
    assert_int_equal(job_state_find(""), JOB_STATES);
    assert_null(job_wish_name(WISH_NONE));
    assert_string_equal(job_wish_name(WISH_CANCEL), "cancel");
    assert_string_equal(job_wish_name(WISH_DELETE), "cancel");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_moves_are_those_of_the_picture),
        cmocka_unit_test(a_state_has_ended_when_nothing_leads_out_of_it),
        cmocka_unit_test(names_lead_back_to_their_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
