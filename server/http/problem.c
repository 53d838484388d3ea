/* problem.c - errors as application/problem+json (RFC 9457). */
#include "server/http/problem.h"

#include <stdio.h>

PROBLEM_TABLE(PROBLEM_DEFINE)

const struct problem *const http_problems[] = {
    PROBLEM_TABLE(PROBLEM_LIST)
    NULL,
};

static void write_fault(struct json_writer *writer, const struct fault *fault)
{
    bool is_parameter = fault->pointer[0] == '?';

    json_object_begin(writer);
    if (fault->line > 0)
        json_member_integer(writer, "line", (int64_t)fault->line);
    if (fault->column > 0)
        json_member_integer(writer, "column", (int64_t)fault->column);
    if (is_parameter)
        json_member_text(writer, "parameter", fault->pointer + 1);
    else if (fault->line == 0 || fault->pointer[0] != '\0')
        json_member_text(writer, "pointer", fault->pointer);
    json_member_text(writer, "code", fault_code_name(fault->code));
    json_member_text(writer, "detail", fault->detail);
    if (fault->suggestion != NULL)
        json_member_text(writer, "suggestion", fault->suggestion);
    json_object_end(writer);
}

static void write_faults(struct json_writer *writer,
                         const struct faults *faults)
{
    size_t kept = faults_kept(faults);

    json_key(writer, "errors");
    json_array_begin(writer);
    for (size_t i = 0; i < kept; i++)
        write_fault(writer, &faults->items[i]);
    json_array_end(writer);
}

void problem_write(struct json_writer *writer, const struct problem *problem,
                   const char *detail, const char *request_id,
                   const struct faults *faults, problem_extension *extend,
                   void *self)
{
    char type[64], count[64];

    snprintf(type, sizeof type, "/problems/%s", problem->slug);
    if (detail == NULL && faults != NULL) {
        snprintf(count, sizeof count, "%zu fault%s", faults->total,
                 faults->total == 1 ? "" : "s");
        detail = count;
    }
    json_object_begin(writer);
    json_member_text(writer, "type", type);
    json_member_text(writer, "title", problem->title);
    json_member_integer(writer, "status", problem->status);
    if (detail != NULL)
        json_member_text(writer, "detail", detail);
    if (request_id != NULL && request_id[0] != '\0')
        json_member_text(writer, "request_id", request_id);
    if (extend != NULL)
        extend(writer, self);
    if (faults != NULL)
        write_faults(writer, faults);
    json_object_end(writer);
}
