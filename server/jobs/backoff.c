/* backoff.c - waits that grow from failure to failure. */
#include "server/jobs/backoff.h"

#define FIRST_NS INT64_C(50000000)
#define BOUND_NS INT64_C(5000000000)

int64_t backoff_wait_ns(unsigned failures)
{
    int64_t wait_ns = FIRST_NS;

    if (failures == 0)
        return 0;
    while (--failures > 0 && wait_ns < BOUND_NS)
        wait_ns *= 2;
    return wait_ns < BOUND_NS ? wait_ns : BOUND_NS;
}

void backoff_fail(struct backoff *backoff, int64_t now_ns)
{
    if (backoff_waits(backoff, now_ns))
        return;
    if (backoff->failures < UINT32_MAX)
        backoff->failures++;
    backoff->until_ns = now_ns + backoff_wait_ns(backoff->failures);
}

void backoff_end(struct backoff *backoff)
{
    *backoff = (struct backoff){0};
}

bool backoff_waits(const struct backoff *backoff, int64_t now_ns)
{
    return now_ns < backoff->until_ns;
}
