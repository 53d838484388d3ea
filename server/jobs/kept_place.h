/* kept_place.h - the points that a result keeps, by name. */
#ifndef SERVER_JOBS_KEPT_PLACE_H
#define SERVER_JOBS_KEPT_PLACE_H

enum kept_place { KEPT_LAST, KEPT_BEST, KEPT_PLACES };

/* All of them, in their order; NULL ends them. */
extern const char *const kept_place_names[KEPT_PLACES + 1];

/* "last", "best"; the place of that name, or KEPT_PLACES. */
const char *kept_place_name(enum kept_place place);
enum kept_place kept_place_find(const char *name);

#endif
