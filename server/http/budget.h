/*
 * budget.h - bytes of all answers under way, and of all bodies, are counted:
 * whoever would take too many is told to come again.
 *
 * Small ones are not counted: there are at most as many as connections. Who
 * comes alone is served, however large his answer is; else it could be had
 * never.
 */
#ifndef SERVER_HTTP_BUDGET_H
#define SERVER_HTTP_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/http.h"

enum { BUDGET_FREE_BYTES = 16 * 1024 }; /* up to here nothing is counted */

struct budget {
    size_t used, max;
};

/* Count this request's answer as so many bytes, at least. False: there are too
 * many under way. */
bool budget_take_answer(struct http_request *request, size_t bytes);
/* The same of its body. */
bool budget_take_body(struct http_request *request, size_t bytes);
void budget_give_body(struct http_request *request);
/* The request is over. */
void budget_give_all(struct http_request *request);

#endif
