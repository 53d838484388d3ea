/*
 * poll.h - the long poll: a request that waits for its job to change.
 *
 *     poll_begin(); then, now and whenever it is taken up again:
 *     poll_watch(); look at the job;
 *         nothing new, and poll_may_wait():  return poll_wait(…, again, …);
 *     poll_end(); reply
 *
 * A client that does not ask to wait has no poll: NULL, which all of these
 * functions take.
 */
#ifndef SERVER_API_POLL_H
#define SERVER_API_POLL_H

#include "server/api/api.h"

enum { POLL_WAIT_MAX_S = 60 };

struct poll;

/*
 * Read `Prefer: wait=N` and acknowledge it.
 *
 *   wants_rows   in   news is also that rows were added to the trace
 *   ret          out  NULL: the client does not ask to wait
 *
 * Fails   ERR_MEMORY
 * Owns    it lives in the request's arena
 */
MUST_CHECK enum error poll_begin(struct http_request *request, int64_t number,
                                 bool wants_rows, struct poll **ret);

/* Whether the request asks to wait. */
bool poll_is_asked(struct http_request *request);

/* Watch the job, before it is looked at: no change can come between. */
MUST_CHECK enum error poll_watch(struct poll *poll);

/* Whether there is time left, the server goes on, and the client waits. */
bool poll_may_wait(const struct poll *poll);

/* Put the request aside until there is news, or the time is over: then `again`
 * runs, with `state` as its http_state(). */
enum http_next poll_wait(struct poll *poll, http_handler *again, void *state);

/* Watch no more. Before the reply. */
void poll_end(struct poll *poll);

#endif
