/* operations.h - what operators and orchestrators ask: /livez, /readyz, … */
#ifndef SERVER_API_OPERATIONS_H
#define SERVER_API_OPERATIONS_H

#include "server/http/http.h"
#include "server/http/problem.h"
#include "server/store/store.h"

http_handler livez;         /* GET /livez: the loop turns */
http_handler readyz;        /* GET /readyz: jobs can be posted */
http_handler version_show;  /* GET /version */
http_handler problem_show;  /* GET /problems/{slug}: what a problem means */
http_handler index_show;    /* GET /: where everything is */

/* Why jobs cannot be posted now, and a sentence that says more; NULL: they
 * can. */
const struct problem *readiness(struct http_request *request,
                                char sentence[STORE_MESSAGE_BYTES]);

#endif
