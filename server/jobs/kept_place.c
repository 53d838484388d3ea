/* kept_place.c - the points that a result keeps, by name. */
#include "server/jobs/kept_place.h"

#include <string.h>

const char *const kept_place_names[KEPT_PLACES + 1] = {
    [KEPT_LAST] = "last", [KEPT_BEST] = "best",
};

const char *kept_place_name(enum kept_place place)
{
    return kept_place_names[place];
}

enum kept_place kept_place_find(const char *name)
{
    enum kept_place place = 0;

    while (place < KEPT_PLACES && strcmp(kept_place_names[place], name))
        place++;
    return place;
}
