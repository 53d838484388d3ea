/*
 * log.h - lines of key=value on stderr.
 *
 * A value with blanks, quotes, control bytes or bytes past ASCII is quoted and
 * escaped (\n, \", \xc3), so that one event is always one line and no value
 * reaches a terminal's controls.
 */
#ifndef SERVER_BASE_LOG_H
#define SERVER_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_BYTES = 2048 };

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* One line in the making, in the caller's storage. A value that does not fit
 * is cut and ends in "..."; pairs that find no room are left out. */
struct log_line {
    char bytes[LOG_LINE_BYTES];
    size_t count;
    enum log_level level;
};

/* Begin a line: time=... level=info event=... */
void log_begin(struct log_line *line, enum log_level level,
               const char *event);

/* Add key=value. A NULL value adds nothing. */
void log_text(struct log_line *line, const char *key, const char *value);
void log_integer(struct log_line *line, const char *key, int64_t value);
void log_seconds(struct log_line *line, const char *key, double seconds);

/* Write the line. Thread: any. */
void log_end(struct log_line *line);

/*
 * Write whole lines, without ever waiting: where the reader of a pipe is
 * behind by more than the pipe holds, lines are dropped, and counted. Once it
 * reads again, a line says how many: event=log_lines_dropped.
 *
 * Thread  any
 */
void log_write(const char *lines, size_t bytes);

/* Lines below the level are not written. Enlarges the pipe that stderr may be.
 * Before there are threads; without it all are written. */
void log_configure(enum log_level least);

/* Whether lines of this level are written. */
bool log_takes(enum log_level level);

/* The level called so ("debug"), or false. */
bool log_level_read(const char *name, enum log_level *ret);

/* A whole line with one text: log_event(LOG_INFO, "started", "url", url).
 * `key` may be NULL. */
void log_event(enum log_level level, const char *event, const char *key,
               const char *value);

#endif
