/* main.c - the program knows its tests. */
#include "server/api/routes.h"
#include "tests/unit/job.h"
