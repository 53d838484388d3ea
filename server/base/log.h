/*
 * log.h - lines of key=value on stderr.
 *
 * A value with blanks, quotes, control bytes or bytes past ASCII is quoted and
 * escaped (\n, \", \xc3), so that one event is always one line and no value
 * reaches a terminal's controls.
 */
#ifndef SERVER_BASE_LOG_H
#define SERVER_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_BYTES = 2048 };

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* One line in the making, in the caller's storage. A value that does not fit
 * is cut and ends in "..."; pairs that find no room are left out. */
struct log_line {
    char bytes[LOG_LINE_BYTES];
    size_t count;
};

/* Begin a line: time=... level=info event=... */
void log_begin(struct log_line *line, enum log_level level,
               const char *event);

/* Add key=value. A NULL value adds nothing. */
void log_text(struct log_line *line, const char *key, const char *value);
void log_integer(struct log_line *line, const char *key, int64_t value);
void log_seconds(struct log_line *line, const char *key, double seconds);

/* Write the line with one write(2). Thread: any. */
void log_end(struct log_line *line);

/* A whole line with one text: log_event(LOG_INFO, "started", "url", url).
 * `key` may be NULL. */
void log_event(enum log_level level, const char *event, const char *key,
               const char *value);

#endif
