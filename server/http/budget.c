/* budget.c - bytes of all answers under way, and of all bodies, are counted. */
#include "server/http/budget.h"

#include "server/http/state.h"

/* Let `counted` grow to `bytes`. */
static bool take(struct budget *budget, size_t *counted, size_t bytes)
{
    size_t others = budget->used - *counted;

    if (bytes <= BUDGET_FREE_BYTES || bytes <= *counted)
        return true;
    if (others > 0 && (others >= budget->max || bytes > budget->max - others))
        return false;
    budget->used = others + bytes;
    *counted = bytes;
    return true;
}

static void give(struct budget *budget, size_t *counted)
{
    budget->used -= *counted;
    *counted = 0;
}

bool budget_take_answer(struct http_request *request, size_t bytes)
{
    return take(&request->server->answers, &request->answer_counted, bytes);
}

bool budget_take_body(struct http_request *request, size_t bytes)
{
    return take(&request->server->bodies, &request->body_counted, bytes);
}

void budget_give_body(struct http_request *request)
{
    give(&request->server->bodies, &request->body_counted);
}

void budget_give_all(struct http_request *request)
{
    give(&request->server->answers, &request->answer_counted);
    budget_give_body(request);
}

void http_drop_body(struct http_request *request)
{
    buffer_fini(&request->body);
    budget_give_body(request);
}
