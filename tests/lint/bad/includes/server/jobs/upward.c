/* upward.c - jobs know HTTP and the resources. */
#include "server/http/http.h"
#include "server/api/routes.h"
