/* plot.h - the handlers of pictures. */
#ifndef SERVER_API_PLOT_H
#define SERVER_API_PLOT_H

#include "server/api/api.h"

http_handler job_plot;      /* GET /jobs/{id}/plot.svg */
http_handler jobs_plot;     /* GET /plot.svg?jobs=… */

extern const struct http_parameter job_plot_queries[];
extern const struct http_parameter jobs_plot_queries[];

#endif
