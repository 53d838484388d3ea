/* dashboard.h - the dashboard: its page at /, what belongs to it in /assets. */
#ifndef SERVER_API_DASHBOARD_H
#define SERVER_API_DASHBOARD_H

#include "server/http/http.h"

/* GET /: the page for who prefers HTML, the list of routes for all others. */
http_handler home_show;
http_handler asset_show; /* GET /assets/{name} */

#endif
