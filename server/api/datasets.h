/* datasets.h - the handlers of /datasets and what lies below it. */
#ifndef SERVER_API_DATASETS_H
#define SERVER_API_DATASETS_H

#include "server/api/api.h"
#include "server/datasets/datasets.h"

http_handler datasets_create;  /* POST   /datasets */
http_handler datasets_list;    /* GET    /datasets */
http_handler dataset_show;     /* GET    /datasets/{id} */
http_handler dataset_preview;  /* GET    /datasets/{id}/preview */
http_handler dataset_delete;   /* DELETE /datasets/{id} */

extern const struct http_sink datasets_sink;
extern const char datasets_types[];  /* the Content-Types that are read */

extern const struct http_parameter datasets_create_queries[];
extern const struct http_parameter datasets_list_queries[];
extern const struct http_parameter dataset_preview_queries[];

#endif
