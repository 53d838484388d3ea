/* spec.c - jobs know JSON, the store and core. */
#include "core/run/run.h"
#include "server/base/log.h"
#include "server/jobs/spec.h"
#include "server/json/reader.h"
#include "server/store/store.h"
