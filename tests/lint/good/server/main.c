/* main.c - the program knows all of it. */
#include "core/run/run.h"
#include "server/api/routes.h"
#include "server/config.h"
#include "server/http/http.h"
