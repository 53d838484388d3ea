/* page.c - an owner of its library, above what it includes. */
#include "core/base/table.h"
#include <microhttpd.h>
#include <time.h>

struct tm page_time(time_t now);

struct tm page_time(time_t now)
{
    struct tm parts = {0};

    gmtime_r(&now, &parts);
    return parts;
}
