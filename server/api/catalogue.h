/* catalogue.h - what can be asked for: GET /optimizers, GET /functions. */
#ifndef SERVER_API_CATALOGUE_H
#define SERVER_API_CATALOGUE_H

#include "server/http/http.h"

http_handler optimizers_list;  /* GET /optimizers */
extern const struct http_parameter optimizers_list_queries[];
http_handler optimizer_show;   /* GET /optimizers/{name} */
http_handler functions_list;   /* GET /functions */
http_handler function_show;    /* GET /functions/{name} */
http_handler schedules_list;   /* GET /schedules */
http_handler schedule_show;    /* GET /schedules/{name} */
http_handler models_list;      /* GET /models */
http_handler model_show;       /* GET /models/{name} */
http_handler losses_list;      /* GET /losses */
http_handler loss_show;        /* GET /losses/{name} */

/* Reply with what depends on the version alone, and so can be cached. */
enum http_next catalogue_reply(struct http_request *request,
                               struct buffer *body);

#endif
