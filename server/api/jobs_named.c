/* jobs_named.c - the jobs that a query names. */
#include "server/api/jobs_named.h"

#include <string.h>

static bool is_twice(const struct jobs_named *named, const char *id)
{
    for (size_t i = 0; i < named->count; i++)
        if (!strcmp(named->items[i].id, id))
            return true;
    return false;
}

/* Add the job called `text`; a fault names it where that cannot be. */
static enum error add_job(struct http_request *request, const char *text,
                          struct faults *faults, struct jobs_named *named)
{
    struct arena *arena = http_arena(request);
    const char *prefix = arena_format(arena, "%s: ", text);
    enum error error = ERR_MISSING;
    struct identifier id;

    if (!prefix)
        return ERR_MEMORY;
    if (!*text) {
        fault_add(faults, "?jobs", FAULT_REQUIRED, NULL,
                  "an id is missing at a comma");
        return OK;
    }
    if (is_twice(named, text)) {
        fault_add(faults, "?jobs", FAULT_DUPLICATE, NULL,
                  "%sit may stand only once", prefix);
        return OK;
    }
    named->items[named->count].id = text;
    named->items[named->count].prefix = prefix;
    if (identifier_parse(text, "job", &id))
        error = store_get(api_of(request)->reader, &id, STORE_ROW, arena,
                          &named->items[named->count].job);
    if (error == OK)
        named->count++;
    if (error != ERR_MISSING)
        return error;
    fault_add(faults, "?jobs", FAULT_UNKNOWN_NAME, NULL,
              "%sthere is no such job", prefix);
    return OK;
}

static size_t count_items(const char *list)
{
    size_t count = 1;

    for (; *list; list++)
        count += *list == ',';
    return count;
}

enum error jobs_named_read(struct http_request *request,
                           struct faults *faults, struct jobs_named *ret)
{
    const char *rest = http_query(request, "jobs"), *text;

    ret->count = 0;
    if (!rest || !*rest) {
        fault_add(faults, "?jobs", FAULT_REQUIRED, NULL,
                  "give the ids of 1 to %d jobs, separated by commas",
                  JOBS_NAMED_MAX);
        return OK;
    }
    if (count_items(rest) > JOBS_NAMED_MAX) {
        fault_add(faults, "?jobs", FAULT_TOO_LARGE, NULL,
                  "%zu jobs are asked for, at most %d at once",
                  count_items(rest), JOBS_NAMED_MAX);
        return OK;
    }
    while (query_next_item(request, faults, &rest, &text))
        TRY(add_job(request, text, faults, ret));
    return OK;
}
