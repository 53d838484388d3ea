/* routes.c - a resource knows everything but the options. */
#include "core/run/run.h"
#include "server/base/log.h"
#include "server/http/http.h"
#include "server/jobs/spec.h"
#include "server/json/writer.h"
#include "server/store/store.h"
