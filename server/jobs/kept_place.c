/* kept_place.c - the points that a result keeps, by name. */
#include "server/jobs/kept_place.h"

#include <string.h>

static const char *const place_names[KEPT_PLACES] = {
    [KEPT_LAST] = "last", [KEPT_BEST] = "best",
};

const char *kept_place_name(enum kept_place place)
{
    return place_names[place];
}

enum kept_place kept_place_find(const char *name)
{
    enum kept_place place = 0;

    while (place < KEPT_PLACES && strcmp(place_names[place], name))
        place++;
    return place;
}
