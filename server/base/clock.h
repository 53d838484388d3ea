/* clock.h - the two clocks, and how a time is written. */
#ifndef SERVER_BASE_CLOCK_H
#define SERVER_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { TIME_TEXT_BYTES = sizeof "2026-01-31T12:00:00.000Z" };

/* Milliseconds since 1970, UTC: for what people read. May jump. */
int64_t clock_wall_ms(void);

/* Nanoseconds since some start: for durations and deadlines. Never jumps. */
int64_t clock_monotonic_ns(void);

/* Write a wall time as RFC 3339 in UTC with milliseconds. That form has the
 * years 0000 to 9999; a time outside is written as the nearest one inside. */
void time_format(int64_t wall_ms, char text[TIME_TEXT_BYTES]);

/* Read a time of RFC 3339, in any zone: "...Z" or "...+01:00", T and Z of
 * either case or a space for T, with no fraction or one of 1 to 9 digits, of
 * which three count. False: not one; *ret_wall_ms is untouched. */
bool time_parse(const char *text, int64_t *ret_wall_ms);

#endif
