/* test_spec_schedule.c - what a spec may not say of schedules; and that what
 * is written is read as the same. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/buffer.h"
#include "tests/unit/schedule_reading.h"

#define AT "/optimizer/schedule"
#define WRAP(inside) "{'type':'warmup','schedule':" inside "}"
#define JOIN(inside) "{'type':'chained','schedules':[" inside "]}"

static const struct {
    const char *schedule, *pointer;
    enum fault_code code;
    const char *suggestion;
} wrong[] = {
    {"{'type':'cosin'}", AT "/type", FAULT_UNKNOWN_NAME, "cosine"},
    {"{}", AT "/type", FAULT_REQUIRED, NULL},
    {"null", AT, FAULT_WRONG_TYPE, NULL},
    {"{'type':'step','gamma':1}", AT "/gamma", FAULT_UNKNOWN_MEMBER, NULL},
    {"{'type':'step','steps':0}", AT "/steps", FAULT_OUT_OF_RANGE, NULL},
    {"{'type':'step','steps':1.5}", AT "/steps", FAULT_OUT_OF_RANGE, NULL},
    {"{'type':'step','steps':null}", AT "/steps", FAULT_WRONG_TYPE, NULL},
    {"{'type':'step','schedule':{'type':'constant'}}", AT "/schedule",
     FAULT_UNKNOWN_MEMBER, NULL},
    {"{'type':'multistep'}", AT "/milestones", FAULT_REQUIRED, NULL},
    {"{'type':'multistep','milestones':[5,5]}", AT "/milestones/1",
     FAULT_CONFLICT, NULL},
    {"{'type':'multistep','milestones':[2,9,7]}", AT "/milestones/2",
     FAULT_CONFLICT, NULL},
    {"{'type':'multistep','milestones':[0]}", AT "/milestones/0",
     FAULT_OUT_OF_RANGE, NULL},
    {"{'type':'multistep','milestones':[1,2.5]}", AT "/milestones/1",
     FAULT_OUT_OF_RANGE, NULL},
    {"{'type':'multistep','milestones':['1']}", AT "/milestones/0",
     FAULT_WRONG_TYPE, NULL},
    {"{'type':'piecewise','boundaries':[1],'values':[1]}", AT "/values",
     FAULT_WRONG_SIZE, NULL},
    {"{'type':'piecewise','boundaries':[2,1],'values':[1,2,3]}",
     AT "/boundaries/1", FAULT_CONFLICT, NULL},
    {"{'type':'piecewise','boundaries':[1],'values':[1,-1]}", AT "/values/1",
     FAULT_OUT_OF_RANGE, NULL},
    {"{'type':'sequential','milestones':[1],'schedules':[{'type':"
     "'constant'}]}", AT "/milestones", FAULT_WRONG_SIZE, NULL},
    {"{'type':'sequential','milestones':[2,1],'schedules':[{'type':"
     "'constant'},{'type':'constant'},{'type':'constant'}]}",
     AT "/milestones/1", FAULT_CONFLICT, NULL},
    {"{'type':'chained'}", AT "/schedules", FAULT_REQUIRED, NULL},
    {JOIN(""), AT "/schedules", FAULT_WRONG_SIZE, NULL},
    {JOIN("{'type':'constant'},{'type':'stepp'}"), AT "/schedules/1/type",
     FAULT_UNKNOWN_NAME, "step"},
    {WRAP("{'type':'nosuch'}"), AT "/schedule/type", FAULT_UNKNOWN_NAME,
     NULL},
    {WRAP("{'type':'reduce_on_plateau'}"), AT "/schedule", FAULT_CONFLICT,
     NULL},
    {JOIN(WRAP("{'type':'reduce_on_plateau'}")), AT "/schedules/0/schedule",
     FAULT_CONFLICT, NULL},
    {"{'type':'one_cycle','three_phase':true,'rise_fraction':0.6}",
     AT "/rise_fraction", FAULT_CONFLICT, NULL},
    {WRAP(WRAP(WRAP(WRAP("{'type':'constant'}")))),
     AT "/schedule/schedule/schedule/schedule", FAULT_TOO_LARGE, NULL},
    {JOIN(JOIN(JOIN(WRAP("{'type':'constant'}")))),
     AT "/schedules/0/schedules/0/schedules/0/schedule", FAULT_TOO_LARGE,
     NULL},
};

static void each_fault_has_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct reading r;
        const struct fault *fault = &r.faults.items[0];

        read_schedule(&r, wrong[i].schedule);
        if (r.error != ERR_INVALID || r.faults.total != 1)
            fail_msg("%s: %zu faults", wrong[i].schedule, r.faults.total);
        if (strcmp(fault->pointer, wrong[i].pointer) != 0
            || fault->code != wrong[i].code)
            fail_msg("%s: %s %s %s", wrong[i].schedule, fault->pointer,
                     fault_code_name(fault->code), fault->detail);
        if (wrong[i].suggestion != NULL)
            assert_string_equal(fault->suggestion, wrong[i].suggestion);
        reading_fini(&r);
    }
}

static void all_faults_come_at_once(void **unused)
{
    struct reading r;
    (void)unused;

    read_schedule(&r,
        "{'type':'sequential','milestones':[0],'schedules':["
        "{'type':'step','factor':0},{'type':'cosine','stepz':3}]}");
    assert_int_equal(r.faults.total, 3);
    assert_string_equal(r.faults.items[0].pointer, AT "/milestones/0");
    assert_string_equal(r.faults.items[1].pointer, AT "/schedules/0/factor");
    assert_string_equal(r.faults.items[2].pointer, AT "/schedules/1/stepz");
    assert_string_equal(r.faults.items[2].suggestion, "steps");
    reading_fini(&r);
}

/* ---- writing ----------------------------------------------------------- */

/* The spec's full text; free() it. */
static char *write_spec(const struct spec *spec)
{
    struct json_writer writer;
    struct buffer text;
    size_t bytes;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    spec_write(spec, &writer);
    return buffer_steal(&text, &bytes);
}

static void what_is_written_is_read_as_the_same(void **unused)
{
    struct reading r, again;
    char *once, *twice;
    (void)unused;

    read_good_schedule(
        &r, "{'type':'warmup','steps':7,'schedule':{'type':'sequential',"
            "'milestones':[9],'schedules':[{'type':'multistep','milestones':"
            "[3,5]},{'type':'chained','schedules':[{'type':'cosine'},"
            "{'type':'piecewise','boundaries':[2],'values':[0.1,0.2]}]}]}}");
    once = write_spec(&r.spec);
    read_spec(&again, once);
    assert_int_equal(again.error, OK);
    twice = write_spec(&again.spec);
    assert_string_equal(once, twice);
    for (uint64_t t = 0; t < HORIZON; t++)
        assert_true(rate_at(&r.spec.schedule, t)
                    == rate_at(&again.spec.schedule, t));
    free(once);
    free(twice);
    reading_fini(&again);
    reading_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_place),
        cmocka_unit_test(all_faults_come_at_once),
        cmocka_unit_test(what_is_written_is_read_as_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
