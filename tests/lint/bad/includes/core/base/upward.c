/* upward.c - the base looks up at what stands on it. */
#include "core/base/error.h"
#include "core/run/run.h"
