/* landscape.h - the handlers of /landscape and /jobs/{id}/landscape. */
#ifndef SERVER_API_LANDSCAPE_H
#define SERVER_API_LANDSCAPE_H

#include "server/api/api.h"

http_handler landscape_show;  /* POST /landscape */
http_handler job_landscape;   /* GET  /jobs/{id}/landscape */

extern const struct http_parameter landscape_queries[];
extern const struct http_parameter job_landscape_queries[];

#endif
