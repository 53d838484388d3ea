/* schedule_reading.c - specs with schedules, read for tests. */
#include "tests/unit/schedule_reading.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

enum { TEXT_BYTES = 4096 };

void read_spec(struct reading *r, const char *text)
{
    char quoted[TEXT_BYTES];
    struct json_flaw flaw;
    size_t bytes = strlen(text);

    assert_true(bytes < sizeof quoted);
    for (size_t i = 0; i <= bytes; i++)
        quoted[i] = text[i] == '\'' ? '"' : text[i];
    arena_init(&r->arena, 0);
    faults_init(&r->faults, &r->arena);
    r->error = spec_read(&r->arena, quoted, bytes, &r->faults, &flaw,
                         &r->spec);
    if (flaw.line > 0)
        fail_msg("this is not JSON: %s", text);
}

void read_schedule(struct reading *r, const char *schedule)
{
    char text[TEXT_BYTES];
    int bytes = snprintf(
        text, sizeof text,
        "{'objective':{'type':'polynomial','coefficients':[0,1]},"
        "'start':[0],'optimizer':{'type':'gradient_descent',"
        "'learning_rate':%g,'schedule':%s},'stop':{'max_iterations':%d}}",
        BASE, schedule, HORIZON);

    assert_in_range(bytes, 1, TEXT_BYTES - 1);
    read_spec(r, text);
}

void read_good_schedule(struct reading *r, const char *schedule)
{
    read_schedule(r, schedule);
    if (r->error != OK)
        fail_msg("%s: %s %s", schedule, r->faults.items[0].pointer,
                 r->faults.items[0].detail);
}

void reading_fini(struct reading *r)
{
    arena_fini(&r->arena);
}

double rate_at(const struct schedule *schedule, uint64_t t)
{
    double memory[SCHEDULE_MEMORY] = {0};
    struct schedule_moment moment = {.base = BASE, .t = t, .memory = memory};

    return schedule_rate(schedule, &moment);
}
