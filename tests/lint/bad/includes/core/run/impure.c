/* impure.c - core looks at the world, and at those who use it. */
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sleef.h>
#include "server/base/log.h"
#include <server/base/log.h>
#include "tests/unit/job.h"
#include "run.h"
#include HEADER
