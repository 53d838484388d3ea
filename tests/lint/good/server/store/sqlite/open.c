/* open.c - the store knows the base, core and its own library. */
#include "core/run/run.h"
#include "server/base/log.h"
#include "server/store/store.h"
#include <sqlite3.h>
