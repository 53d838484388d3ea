/* api.c - what handlers share: jobs by id, query parameters, bad bodies. */
#include "server/api/api.h"

#include <stdio.h>
#include <string.h>

struct api *api_of(const struct http_request *request)
{
    return http_context(request);
}

bool api_find_job(struct http_request *request, unsigned parts,
                  struct store_job *ret)
{
    struct api *api = api_of(request);
    struct http_value id = http_captured(request, 0);
    enum error error = ERR_MISSING;

    if (id.is_id)
        error = store_get(api->reader, &id.id, parts, http_arena(request), ret);
    if (error == OK)
        http_log_pair(request, "job", http_capture(request, 0));
    if (error == ERR_MISSING)
        problem_reply(request, PROBLEM_NOT_FOUND, "there is no such job");
    else if (error != OK)
        problem_reply_error(request, error);
    return error == OK;
}

const char *query_pointer(struct faults *faults, const char *name)
{
    const char *text = arena_format(faults->arena, "?%s", name);

    return text ? text : "?";
}

/* ---- bodies ------------------------------------------------------------ */

static void write_flaw(struct json_writer *writer, void *self)
{
    const struct json_flaw *flaw = self;

    json_member_integer(writer, "line", (int64_t)flaw->line);
    json_member_integer(writer, "column", (int64_t)flaw->column);
}

/* What helps where not even the first byte is JSON: a path, a file of another
 * kind, a form. */
static const char *advice_on(const struct problem *problem,
                             const struct json_flaw *flaw)
{
    if (flaw->line != 1 || flaw->column != 1 || flaw->is_named)
        return "";
    return problem == PROBLEM_INVALID_ROWS
               ? "; rows as CSV need Content-Type: text/csv"
               : "; curl sends what is in a file with -d @FILE";
}

enum http_next api_reply_invalid(struct http_request *request,
                                 const struct problem *problem,
                                 enum error error,
                                 const struct faults *faults,
                                 struct json_flaw *flaw)
{
    char detail[256];

    if (error != ERR_INVALID)
        return problem_reply_error(request, error);
    if (flaw->line == 0)
        return problem_reply_faults(request, problem, faults);
    snprintf(detail, sizeof detail, "line %zu, column %zu: %s%s", flaw->line,
             flaw->column, flaw->detail, advice_on(problem, flaw));
    return problem_reply_extended(request, PROBLEM_MALFORMED_JSON, detail,
                                  write_flaw, flaw);
}
