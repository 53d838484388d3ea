/* upward.c - JSON knows HTTP, jobs and the store. */
#include "server/http/http.h"
#include "server/jobs/spec.h"
#include "server/store/store.h"
