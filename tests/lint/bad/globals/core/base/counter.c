/* counter.c - state that outlives a call, in every kind of place. */
int counter_shared;
int counter_started = 1;
_Thread_local int counter_thread;
static const char *names[] = {"one", "two"};
const char *counter_next(int i, const char *counted);

const char *counter_next(int i, const char *counted)
{
    static int count;
    const char *last = names[i & 1];

    count += counter_started + counter_shared + counter_thread;
    names[i & 1] = counted;
    return count > 0 ? last : counted;
}
