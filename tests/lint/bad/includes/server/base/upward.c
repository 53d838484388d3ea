/* upward.c - the base of the server knows JSON and runs. */
#include "server/json/reader.h"
#include "core/run/run.h"
