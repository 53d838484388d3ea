/* log.c - lines of key=value, each written whole. */
#include "server/base/log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"

/* Kept free at the end of a line for ..." and the newline. */
enum { TAIL_BYTES = 5, UNIT_BYTES = 5 };

enum { PIPE_BYTES = 1 << 20 }; /* what Linux gives anybody */

/* stderr is the process's, and so is what is known of it: the one state that
 * does not belong to somebody. */
static struct {
    pthread_mutex_t lock;   /* of `dropped`, and of writing */
    uint64_t dropped;       /* lines, since the last that was written */
    enum log_level least;   /* set before there are threads */
} log_state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
};

static bool fits(const struct log_line *line, size_t count)
{
    return line->count + count <= LOG_LINE_BYTES - TAIL_BYTES;
}

static void put(struct log_line *line, const char *text, size_t count)
{
    memcpy(line->bytes + line->count, text, count);
    line->count += count;
}

static bool is_plain(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\'
           && byte != '=';
}

static bool needs_quotes(const char *value)
{
    if (*value == '\0')
        return true;
    for (; *value != '\0'; value++)
        if (!is_plain((unsigned char)*value))
            return true;
    return false;
}

/* Write one byte of a quoted value to unit[]; returns how long it became. */
static size_t escape(unsigned char byte, char unit[UNIT_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "n\nr\rt\t\"\"\\\\";

    for (size_t i = 0; i + 1 < sizeof letters; i += 2)
        if ((unsigned char)letters[i + 1] == byte) {
            unit[0] = '\\';
            unit[1] = letters[i];
            return 2;
        }
    if (byte >= ' ' && byte < 0x7f) {
        unit[0] = (char)byte;
        return 1;
    }
    unit[0] = '\\';
    unit[1] = 'x';
    unit[2] = hex[byte >> 4];
    unit[3] = hex[byte & 15];
    return 4;
}

static void put_value(struct log_line *line, const char *value)
{
    bool quoted = needs_quotes(value);

    if (quoted)
        put(line, "\"", 1);
    for (; *value != '\0'; value++) {
        char unit[UNIT_BYTES];
        size_t count = escape((unsigned char)*value, unit);

        if (!fits(line, count)) {
            put(line, "...", 3);
            break;
        }
        put(line, unit, count);
    }
    if (quoted)
        put(line, "\"", 1);
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    size_t key_count = strlen(key);

    if (value == NULL || !fits(line, key_count + 3))
        return;
    if (line->count > 0)
        put(line, " ", 1);
    put(line, key, key_count);
    put(line, "=", 1);
    put_value(line, value);
}

void log_begin(struct log_line *line, enum log_level level,
               const char *event)
{
    char time[TIME_TEXT_BYTES];

    time_format(clock_wall_ms(), time);
    line->count = 0;
    line->level = level;
    log_text(line, "time", time);
    log_text(line, "level", level_names[level]);
    log_text(line, "event", event);
}

void log_integer(struct log_line *line, const char *key, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    log_text(line, key, text);
}

void log_seconds(struct log_line *line, const char *key, double seconds)
{
    char text[400]; /* the largest double in %f has 309 digits */

    snprintf(text, sizeof text, "%.6f", seconds);
    log_text(line, key, text);
}

/* ---- writing ----------------------------------------------------------- */

/* Write at most PIPE_BUF bytes if that does not wait: a pipe that says it can
 * be written to has room for so many. */
static bool write_now(const char *bytes, size_t count)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT)
        && write(STDERR_FILENO, bytes, count) == (ssize_t)count;
}

/* The lock is held. */
static bool say_dropped(void)
{
    struct log_line line;

    if (log_state.dropped == 0)
        return true;
    log_begin(&line, LOG_WARNING, "log_lines_dropped");
    log_integer(&line, "lines", (int64_t)log_state.dropped);
    line.bytes[line.count++] = '\n';
    if (!write_now(line.bytes, line.count))
        return false;
    log_state.dropped = 0;
    return true;
}

static size_t count_lines(const char *bytes, size_t count)
{
    size_t lines = 0;

    for (size_t i = 0; i < count; i++)
        lines += bytes[i] == '\n';
    return lines;
}

/* The bytes of as many whole lines as PIPE_BUF has room for. */
static size_t piece_of(const char *lines, size_t bytes)
{
    const char *end;

    if (bytes <= PIPE_BUF)
        return bytes;
    end = memrchr(lines, '\n', PIPE_BUF);
    return end != NULL ? (size_t)(end + 1 - lines) : PIPE_BUF;
}

void log_write(const char *lines, size_t bytes)
{
    size_t piece;

    pthread_mutex_lock(&log_state.lock);
    for (; bytes > 0; lines += piece, bytes -= piece) {
        piece = piece_of(lines, bytes);
        if (!say_dropped() || !write_now(lines, piece))
            log_state.dropped += count_lines(lines, piece);
    }
    pthread_mutex_unlock(&log_state.lock);
}

void log_end(struct log_line *line)
{
    line->bytes[line->count++] = '\n';
    if (line->level >= log_state.least)
        log_write(line->bytes, line->count);
}

void log_configure(enum log_level least)
{
    log_state.least = least;
    (void)fcntl(STDERR_FILENO, F_SETPIPE_SZ, PIPE_BYTES); /* if it is one */
}

bool log_takes(enum log_level level)
{
    return level >= log_state.least;
}

bool log_level_read(const char *name, enum log_level *ret)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (strcmp(name, level_names[i]) == 0) {
            *ret = (enum log_level)i;
            return true;
        }
    return false;
}

void log_event(enum log_level level, const char *event, const char *key,
               const char *value)
{
    struct log_line line;

    log_begin(&line, level, event);
    if (key != NULL)
        log_text(&line, key, value);
    log_end(&line);
}
