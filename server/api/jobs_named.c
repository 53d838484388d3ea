/* jobs_named.c - the jobs that a query names. */
#include "server/api/jobs_named.h"

#include <string.h>

static bool is_twice(const struct jobs_named *named, const char *id)
{
    for (size_t i = 0; i < named->count; i++)
        if (!strcmp(named->items[i].id, id))
            return true;
    for (size_t i = 0; i < named->missing_count; i++)
        if (!strcmp(named->missing[i], id))
            return true;
    return false;
}

void jobs_named_refuse(struct faults *faults, const char *prefix)
{
    fault_add(faults, "?jobs", FAULT_UNKNOWN_NAME, NULL,
              "%sthere is no such job", prefix);
}

/* What is being read. */
struct naming {
    struct http_request *request;
    const char *place;            /* of faults: "?jobs" */
    struct faults *faults;
    bool may_be_missing;
    struct jobs_named *named;
};

/* There is no job of this id. */
static void miss(struct naming *naming, const char *text, const char *prefix,
                 bool is_id)
{
    struct jobs_named *named = naming->named;

    if (naming->may_be_missing && is_id)
        named->missing[named->missing_count++] = text;
    else
        fault_add(naming->faults, naming->place, FAULT_UNKNOWN_NAME, NULL,
                  "%sthere is no such job", prefix);
}

/* Add the job called `text`; a fault names it where that cannot be. */
static enum error add_job(struct naming *naming, const char *text)
{
    struct jobs_named *named = naming->named;
    struct arena *arena = http_arena(naming->request);
    const char *prefix = arena_format(arena, "%s: ", text);
    enum error error = ERR_MISSING;
    struct identifier id;
    bool is_id;

    if (!prefix)
        return ERR_MEMORY;
    if (!*text) {
        fault_add(naming->faults, naming->place, FAULT_REQUIRED, NULL,
                  "an id is missing at a comma");
        return OK;
    }
    if (is_twice(named, text)) {
        fault_add(naming->faults, naming->place, FAULT_DUPLICATE, NULL,
                  "%sit may stand only once", prefix);
        return OK;
    }
    named->items[named->count].id = text;
    named->items[named->count].prefix = prefix;
    is_id = identifier_parse(text, "job", &id);
    if (is_id)
        error = store_get(api_of(naming->request)->reader, &id, STORE_ROW,
                          arena, &named->items[named->count].job);
    if (error == OK)
        named->count++;
    if (error != ERR_MISSING)
        return error;
    miss(naming, text, prefix, is_id);
    return OK;
}

static enum error read_list(struct naming *naming, const char *parameter)
{
    struct http_value ids = http_value(naming->request, parameter);

    naming->named->count = naming->named->missing_count = 0;
    for (size_t i = 0; i < ids.count; i++)
        TRY(add_job(naming, ids.items[i]));
    return OK;
}

enum error jobs_named_read(struct http_request *request,
                           struct faults *faults, struct jobs_named *ret)
{
    struct naming naming = {request, "?jobs", faults, false, ret};

    return read_list(&naming, "jobs");
}

enum error jobs_named_find(struct http_request *request,
                           const char *parameter, struct faults *faults,
                           struct jobs_named *ret)
{
    struct naming naming = {request, query_pointer(faults, parameter), faults,
                            true, ret};

    return read_list(&naming, parameter);
}
