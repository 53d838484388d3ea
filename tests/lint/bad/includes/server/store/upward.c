/* upward.c - the store knows jobs and JSON. */
#include "server/jobs/spec.h"
#include "server/json/reader.h"
