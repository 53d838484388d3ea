/* upward.c - HTTP knows jobs, the store and its routes. */
#include "server/jobs/spec.h"
#include "server/store/store.h"
#include "server/api/routes.h"
