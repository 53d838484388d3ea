/* schedule_parts.h - what the files of several schedules share. */
#ifndef CORE_SCHEDULE_SCHEDULE_PARTS_H
#define CORE_SCHEDULE_SCHEDULE_PARTS_H

#include "core/schedule/schedule.h"

/* A total length: `given`, or where it is off the whole run's. At least 1. */
double schedule_length(const struct schedule *schedule, double given);

/* The rate of a schedule's child at the step `t` of that child. */
double schedule_child_rate(const struct schedule *schedule, size_t child,
                           const struct schedule_moment *moment, uint64_t t);

/* How many of the rising numbers are at most t. Cost O(log count). */
size_t schedule_count_reached(const double *rising, size_t count, double t);

/* Add a fault unless the numbers of list 0 rise, each above the one before. */
void schedule_check_rising(const struct schedule *schedule,
                           const char *pointer, struct faults *faults);

/* From `from` to `to` along half a cosine, as u goes from 0 to 1. */
double schedule_along_cosine(double from, double to, double u);

#endif
