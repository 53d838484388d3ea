/* test_schedules.c - rates worked out by hand, at the borders above all. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/run/run.h"
#include "tests/unit/schedule_reading.h"

enum { TEXT_BYTES = 64 };

static const struct {
    const char *schedule;
    uint64_t t;
    double rate;
} values[] = {
    {"{'type':'constant'}", 0, 0.5},
    {"{'type':'constant'}", 1000000000, 0.5},
    {"{'type':'constant','factor':0.5}", 1000000000, 0.25},
    {"{'type':'constant','factor':0.5,'steps':4}", 3, 0.25},
    {"{'type':'constant','factor':0.5,'steps':4}", 4, 0.5},

    {"{'type':'step','steps':10,'factor':0.5}", 9, 0.5},
    {"{'type':'step','steps':10,'factor':0.5}", 10, 0.25},
    {"{'type':'step','steps':10,'factor':0.5}", 39, 0.0625},

    {"{'type':'multistep','milestones':[3,7],'factor':0.5}", 0, 0.5},
    {"{'type':'multistep','milestones':[3,7],'factor':0.5}", 2, 0.5},
    {"{'type':'multistep','milestones':[3,7],'factor':0.5}", 3, 0.25},
    {"{'type':'multistep','milestones':[3,7],'factor':0.5}", 6, 0.25},
    {"{'type':'multistep','milestones':[3,7],'factor':0.5}", 7, 0.125},
    {"{'type':'multistep','milestones':[]}", 5000, 0.5},

    {"{'type':'exponential','factor':0.5}", 0, 0.5},
    {"{'type':'exponential','factor':0.5}", 3, 0.0625},
    /* (1/4)^(1/2) = 1/2 */
    {"{'type':'exponential','factor':0.25,'steps':2}", 1, 0.25},
    {"{'type':'exponential','factor':0.25,'steps':2,'staircase':true}", 1,
     0.5},
    {"{'type':'exponential','factor':0.25,'steps':2,'staircase':true}", 2,
     0.125},
    /* 0.1^400 is below the least double. */
    {"{'type':'exponential','factor':0.1}", 400, 0},

    {"{'type':'linear'}", 0, 0.5},
    {"{'type':'linear'}", 50, 0.25},
    {"{'type':'linear'}", 100, 0},
    {"{'type':'linear'}", 200, 0},
    {"{'type':'linear','start_factor':0.5,'end_factor':1,'steps':4}", 1,
     0.3125},
    {"{'type':'linear','start_factor':0.5,'end_factor':1,'steps':4}", 4, 0.5},

    {"{'type':'polynomial'}", 25, 0.375},
    {"{'type':'polynomial','power':2}", 50, 0.125},
    {"{'type':'polynomial','power':0.5}", 75, 0.25},
    {"{'type':'polynomial','end_rate':0.25,'steps':4}", 2, 0.375},
    {"{'type':'polynomial','end_rate':0.25,'steps':4}", 5, 0.25},
    {"{'type':'polynomial','steps':4,'cycle':true}", 4, 0},
    /* The second cycle falls as if from step 0 to 8: 1 - 6/8. */
    {"{'type':'polynomial','steps':4,'cycle':true}", 6, 0.125},
    {"{'type':'polynomial','steps':4,'cycle':true}", 8, 0},

    {"{'type':'inverse_time','decay':1}", 0, 0.5},
    {"{'type':'inverse_time','decay':1}", 3, 0.125},
    {"{'type':'inverse_time','decay':1,'steps':2}", 6, 0.125},
    {"{'type':'inverse_time','decay':1,'steps':2,'staircase':true}", 7,
     0.125},

    {"{'type':'inv_sqrt','warmup_steps':4}", 0, 0.125},
    {"{'type':'inv_sqrt','warmup_steps':4}", 3, 0.5},
    {"{'type':'inv_sqrt','warmup_steps':4}", 15, 0.25},

    {"{'type':'cosine'}", 0, 0.5},
    {"{'type':'cosine'}", 50, 0.25},
    {"{'type':'cosine'}", 100, 0},
    {"{'type':'cosine','min_rate':0.25,'steps':2}", 1, 0.375},
    {"{'type':'cosine','min_factor':0.5,'steps':2}", 1, 0.375},
    {"{'type':'cosine','steps':2}", 3, 0.25},
    {"{'type':'cosine','steps':2}", 4, 0.5},
    {"{'type':'cosine','steps':2,'oscillate':false}", 4, 0},

    /* Periods of 2, 4, 8: beginnings at 0, 2, 6, 14. */
    {"{'type':'cosine_restarts','first_steps':2,'multiplier':2}", 1, 0.25},
    {"{'type':'cosine_restarts','first_steps':2,'multiplier':2}", 4, 0.25},
    {"{'type':'cosine_restarts','first_steps':2,'multiplier':2}", 6, 0.5},
    {"{'type':'cosine_restarts','first_steps':2,'multiplier':2}", 10, 0.25},
    {"{'type':'cosine_restarts','first_steps':2,'decay':0.5}", 4, 0.125},
    {"{'type':'cosine_restarts','first_steps':2,'min_rate':0.25}", 3, 0.375},

    /* The top is at 0.6 * 5 - 1 = 2, the end at 4. */
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 0, 0.25},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 1, 0.375},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 2, 0.5},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 3, 0.3125},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 4, 0.125},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2,'linear':true}", 500, 0.125},
    {"{'type':'one_cycle','steps':5,'rise_fraction':0.6,'start_divisor':2,"
     "'end_divisor':2}", 1, 0.375},
    /* Up in 0..2, down in 2..4, out in 4..7. */
    {"{'type':'one_cycle','steps':8,'rise_fraction':0.375,'start_divisor':2,"
     "'end_divisor':4,'linear':true,'three_phase':true}", 3, 0.375},
    {"{'type':'one_cycle','steps':8,'rise_fraction':0.375,'start_divisor':2,"
     "'end_divisor':4,'linear':true,'three_phase':true}", 5, 0.1875},
    {"{'type':'one_cycle','steps':8,'rise_fraction':0.375,'start_divisor':2,"
     "'end_divisor':4,'linear':true,'three_phase':true}", 7, 0.0625},
    /* One step is the top and the end. */
    {"{'type':'one_cycle','steps':1,'rise_fraction':1}", 0, 0.5},

    {"{'type':'cyclic','low_rate':0.25,'up_steps':2}", 0, 0.25},
    {"{'type':'cyclic','low_rate':0.25,'up_steps':2}", 2, 0.5},
    {"{'type':'cyclic','low_rate':0.25,'up_steps':2}", 3, 0.375},
    {"{'type':'cyclic','low_rate':0.25,'up_steps':2}", 4, 0.25},
    {"{'type':'cyclic','up_steps':1,'down_steps':3}", 3, 0.5 / 3},
    {"{'type':'cyclic','up_steps':1,'factor_per_cycle':0.5}", 5, 0.125},
    {"{'type':'cyclic','up_steps':1,'factor_per_step':0.5}", 3, 0.0625},

    {"{'type':'warmup','steps':4,'start_factor':0}", 0, 0},
    {"{'type':'warmup','steps':4,'start_factor':0.5}", 0, 0.25},
    {"{'type':'warmup','steps':4,'start_factor':0.5}", 2, 0.375},
    {"{'type':'warmup','steps':4}", 4, 0.5},
    {"{'type':'warmup','steps':0}", 0, 0.5},
    {"{'type':'warmup','steps':4,'schedule':{'type':'step','steps':2,"
     "'factor':0.5}}", 5, 0.5},
    {"{'type':'warmup','steps':4,'schedule':{'type':'step','steps':2,"
     "'factor':0.5}}", 6, 0.25},
    /* Rises to where the other begins, wherever that is. */
    {"{'type':'warmup','steps':4,'start_factor':0,'schedule':{'type':"
     "'constant','factor':0.5}}", 2, 0.125},

    {"{'type':'chained','schedules':[{'type':'constant','factor':0.5,"
     "'steps':3},{'type':'step','steps':2,'factor':0.5}]}", 2, 0.125},
    {"{'type':'chained','schedules':[{'type':'constant','factor':0.5,"
     "'steps':3},{'type':'step','steps':2,'factor':0.5}]}", 3, 0.25},

    {"{'type':'sequential','milestones':[4],'schedules':[{'type':'linear',"
     "'start_factor':0.5,'end_factor':1},{'type':'step','steps':2,"
     "'factor':0.5}]}", 2, 0.375},
    {"{'type':'sequential','milestones':[4],'schedules':[{'type':'linear',"
     "'start_factor':0.5,'end_factor':1},{'type':'step','steps':2,"
     "'factor':0.5}]}", 4, 0.5},
    {"{'type':'sequential','milestones':[4],'schedules':[{'type':'linear',"
     "'start_factor':0.5,'end_factor':1},{'type':'step','steps':2,"
     "'factor':0.5}]}", 6, 0.25},
    {"{'type':'sequential','milestones':[],'schedules':[{'type':"
     "'constant'}]}", 7, 0.5},

    {"{'type':'piecewise','boundaries':[0,3],'values':[4,2,1]}", 0, 4},
    {"{'type':'piecewise','boundaries':[0,3],'values':[4,2,1]}", 1, 2},
    {"{'type':'piecewise','boundaries':[0,3],'values':[4,2,1]}", 3, 2},
    {"{'type':'piecewise','boundaries':[0,3],'values':[4,2,1]}", 4, 1},
    {"{'type':'piecewise','boundaries':[],'values':[4]}", 99, 4},

    {"{'type':'reduce_on_plateau'}", 0, 0.5},
};

static void rates_are_as_worked_out_by_hand(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct reading r;
        double rate;

        read_good_schedule(&r, values[i].schedule);
        rate = rate_at(&r.spec.schedule, values[i].t);
        if (!(fabs(rate - values[i].rate) <= 1e-15))
            fail_msg("%s at %llu: %.17g, not %.17g", values[i].schedule,
                     (unsigned long long)values[i].t, rate, values[i].rate);
        reading_fini(&r);
    }
}

static void every_schedule_stands_in_the_table_above(void **unused)
{
    (void)unused;
    for (size_t k = 0; schedule_kinds[k] != NULL; k++) {
        const char *name = schedule_kinds[k]->name;
        char begin[TEXT_BYTES];
        bool found = false;

        if (k > 0)
            assert_true(strcmp(schedule_kinds[k - 1]->name, name) < 0);
        snprintf(begin, sizeof begin, "{'type':'%s'", name);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            found |= strncmp(values[i].schedule, begin, strlen(begin)) == 0;
        if (!found)
            fail_msg("%s has no value", name);
        assert_non_null(schedule_kinds[k]->formula);
        assert_non_null(schedule_kinds[k]->sentence);
        assert_non_null(schedule_kinds[k]->source);
        assert_ptr_equal(schedule_kind_find(name), schedule_kinds[k]);
    }
    assert_null(schedule_kind_find("nosuch"));
}

static void without_a_schedule_the_rate_is_the_learning_rate(void **unused)
{
    struct schedule schedule;
    struct schedule_moment moment = {.base = 0.3, .t = 1000000};
    (void)unused;

    schedule_default(&schedule);
    assert_string_equal(schedule.kind->name, "constant");
    assert_true(schedule_rate(&schedule, &moment) == 0.3);
}

/* By adding the periods one after the other. */
static void cosine_restarts_at_the_top_exactly(void **unused)
{
    static const char *const specs[] = {
        "{'type':'cosine_restarts','first_steps':7}",
        "{'type':'cosine_restarts','first_steps':7,'multiplier':2}",
        "{'type':'cosine_restarts','first_steps':7,'multiplier':3}",
        "{'type':'cosine_restarts','first_steps':1,'multiplier':2}",
    };
    static const uint64_t first[] = {7, 7, 7, 1}, multiplier[] = {1, 2, 3, 2};
    (void)unused;

    for (size_t i = 0; i < 4; i++) {
        struct reading r;
        uint64_t begin = 0, length = first[i];

        read_good_schedule(&r, specs[i]);
        for (int k = 0; k < 10000 && begin < 1000000000; k++) {
            assert_true(rate_at(&r.spec.schedule, begin) == BASE);
            if (length > 2)
                assert_true(rate_at(&r.spec.schedule, begin + length - 1)
                            < BASE / 2);
            begin += length;
            length *= multiplier[i];
        }
        reading_fini(&r);
    }
}

/* ---- total lengths ----------------------------------------------------- */

static void a_length_left_out_is_what_is_left_of_the_run(void **unused)
{
    struct reading r;
    (void)unused;

    read_good_schedule(&r,
        "{'type':'warmup','steps':20,'schedule':{'type':'chained',"
        "'schedules':[{'type':'linear'}]}}");
    assert_true(rate_at(&r.spec.schedule, 60) == BASE / 2);
    assert_true(rate_at(&r.spec.schedule, 100) == 0);
    reading_fini(&r);

    read_good_schedule(&r,
        "{'type':'sequential','milestones':[10,30],'schedules':["
        "{'type':'linear'},{'type':'linear'},{'type':'linear'}]}");
    assert_true(rate_at(&r.spec.schedule, 5) == BASE / 2);
    assert_true(rate_at(&r.spec.schedule, 20) == BASE / 2);
    assert_true(rate_at(&r.spec.schedule, 65) == BASE / 2);
    reading_fini(&r);

    /* A milestone that the run never reaches leaves nothing behind it. */
    read_good_schedule(&r,
        "{'type':'sequential','milestones':[500],'schedules':["
        "{'type':'linear'},{'type':'linear'}]}");
    assert_true(rate_at(&r.spec.schedule, 250) == BASE / 2);
    assert_true(rate_at(&r.spec.schedule, 501) == 0);
    reading_fini(&r);
}

/* ---- plateaus ---------------------------------------------------------- */

/* Rates for losses, one a step. */
static void check_plateau(const char *schedule, bool uphill,
                          const double *losses, const double *rates,
                          size_t count)
{
    double memory[SCHEDULE_MEMORY] = {0};
    struct reading r;

    read_good_schedule(&r, schedule);
    for (size_t t = 0; t < count; t++) {
        struct schedule_moment moment = {
            .base = BASE, .t = t, .loss = losses[t], .uphill = uphill,
            .memory = memory};
        double rate = schedule_rate(&r.spec.schedule, &moment);

        if (rate != rates[t])
            fail_msg("%s: rate %.17g at %zu, not %.17g", schedule, rate, t,
                     rates[t]);
    }
    reading_fini(&r);
}

#define COUNT(array) (sizeof (array) / sizeof *(array))

static void a_plateau_halves_the_rate_after_patience(void **unused)
{
    /* Best 4 at step 1; bad at 2, 3, 4: three are more than two. The loss of
     * step 4 shows in the rate of step 5. */
    static const double losses[] = {8, 4, 4, 4, 4, 2, 1, 1, 1, 1, 1};
    static const double rates[] = {.5, .5, .5, .5, .5, .25, .25, .25, .25, .25,
                                   .125};
    static const double up[] = {-8, -4, -4, -4, -4, -2, -1, -1, -1, -1, -1};
    (void)unused;

    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':2}",
                  false, losses, rates, COUNT(losses));
    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':2,"
                  "'threshold_absolute':true}", true, up, rates, COUNT(up));
}

static void a_plateau_waits_while_it_cools_down(void **unused)
{
    /* Bad at 1: reduced. Cooling at 2 and 3; bad again at 4. */
    static const double losses[] = {4, 4, 4, 4, 4, 4};
    static const double rates[] = {.5, .5, .25, .25, .25, .125};
    (void)unused;

    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'cooldown':2}", false, losses, rates, COUNT(losses));
}

static void a_plateau_measures_by_part_or_by_difference(void **unused)
{
    static const double losses[] = {8, 7, 6, 5};
    /* 7 is not below 8 (1 - 1/4) = 6, nor is 6; 5 is. */
    static const double by_part[] = {.5, .5, .25, .125};
    /* 7 is not below 8 - 1; 6 is, 5 is not below 6 - 1. */
    static const double by_difference[] = {.5, .5, .25, .25};
    (void)unused;

    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'threshold':0.25}", false, losses, by_part, 4);
    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'threshold':1,'threshold_absolute':true}", false, losses,
                  by_difference, 4);
}

/* best (1 - 1e-4) of a negative best is above it: PyTorch's rule too. */
static void a_plateau_below_zero_needs_a_difference(void **unused)
{
    static const double losses[] = {-4, -4, -4};
    static const double by_part[] = {.5, .5, .5};
    static const double by_difference[] = {.5, .5, .25};
    (void)unused;

    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0}",
                  false, losses, by_part, 3);
    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'threshold_absolute':true}", false, losses, by_difference,
                  3);
}

static void a_plateau_ends_at_the_lowest_rate(void **unused)
{
    static const double losses[] = {4, 4, 4, 4, 4};
    static const double lowest[] = {.5, .5, .25, .2, .2};
    /* From 0.25 to 0.125 would be a change of no more than 0.125. */
    static const double stuck[] = {.5, .5, .25, .25, .25};
    (void)unused;

    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'min_rate':0.2}", false, losses, lowest, COUNT(losses));
    check_plateau("{'type':'reduce_on_plateau','factor':0.5,'patience':0,"
                  "'min_change':0.125}", false, losses, stuck, COUNT(losses));
}

static enum reason keep_rate(void *self, const struct iteration *it,
                             enum reason reason)
{
    *(double *)self = it->learning_rate;
    return reason;
}

static double last_rate(const char *text)
{
    struct reading r;
    struct run_result result;
    struct run run;
    double rate = NAN;

    read_spec(&r, text);
    assert_int_equal(r.error, OK);
    run = spec_run(&r.spec);
    run.observe = keep_rate;
    run.observer = &rate;
    assert_int_equal(run_minimize(&run, &r.arena, &result), OK);
    reading_fini(&r);
    return rate;
}

/* Uphill along x every loss is better; at the top of -x^2 none is. */
static void a_plateau_knows_which_way_the_run_goes(void **unused)
{
    (void)unused;
    assert_true(last_rate(
        "{'objective':{'type':'polynomial','coefficients':[0,1]},'start':[1],"
        "'optimizer':{'type':'gradient_descent','learning_rate':0.5,"
        "'maximize':true,'schedule':{'type':'reduce_on_plateau','factor':0.5,"
        "'patience':0}},'stop':{'max_iterations':9}}") == 0.5);
    assert_true(last_rate(
        "{'objective':{'type':'polynomial','coefficients':[0,0,-1]},"
        "'start':[0],'optimizer':{'type':'gradient_descent',"
        "'learning_rate':0.5,'maximize':true,'schedule':{'type':"
        "'reduce_on_plateau','factor':0.5,'patience':0}},"
        "'stop':{'max_iterations':4}}") == 0.125);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_as_worked_out_by_hand),
        cmocka_unit_test(every_schedule_stands_in_the_table_above),
        cmocka_unit_test(without_a_schedule_the_rate_is_the_learning_rate),
        cmocka_unit_test(cosine_restarts_at_the_top_exactly),
        cmocka_unit_test(a_length_left_out_is_what_is_left_of_the_run),
        cmocka_unit_test(a_plateau_halves_the_rate_after_patience),
        cmocka_unit_test(a_plateau_waits_while_it_cools_down),
        cmocka_unit_test(a_plateau_measures_by_part_or_by_difference),
        cmocka_unit_test(a_plateau_below_zero_needs_a_difference),
        cmocka_unit_test(a_plateau_ends_at_the_lowest_rate),
        cmocka_unit_test(a_plateau_knows_which_way_the_run_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
