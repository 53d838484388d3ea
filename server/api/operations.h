/* operations.h - what operators and orchestrators ask: /livez, /readyz, … */
#ifndef SERVER_API_OPERATIONS_H
#define SERVER_API_OPERATIONS_H

#include "server/http/http.h"

http_handler livez;         /* GET /livez: the loop turns */
http_handler readyz;        /* GET /readyz: jobs can be posted */
http_handler version_show;  /* GET /version */
http_handler problem_show;  /* GET /problems/{slug}: what a problem means */
http_handler index_show;    /* GET /: where everything is */

#endif
