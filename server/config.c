/* config.c - the table of settings, and reading it. */
#include "server/config.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/suggest.h"
#include "server/command.h"

enum { ENVIRONMENT_BYTES = 64 };

enum setting_type { TEXT, SWITCH, WHOLE, SECONDS };

struct setting {
    const char *flag;          /* without "--"; see variable_name() */
    const char *value;         /* what stands for its value in --help; "": a
                                  switch, which needs none */
    enum setting_type type;
    size_t offset;             /* in struct config */
    const char *initial;       /* NULL: the number of cores */
    double low, high;
    const char *sentence;
};

#define AT(member) offsetof(struct config, member)

static const struct setting settings[] = {
    {"listen", "HOST:PORT", TEXT, AT(listen), "127.0.0.1:8080", 0, 0,
     "Address to listen on; port 0 picks a free one."},
    {"store", "FILE", TEXT, AT(store), "descentd.db", 0, 0,
     "SQLite database; made if it does not exist."},
    {"workers", "N", WHOLE, AT(workers), NULL, 0, 256,
     "Jobs that run at once; 0 only takes them. Default: the cores."},
    {"hosts", "NAMES", TEXT, AT(hosts), "", 0, 0,
     "Host names to answer for besides loopback, separated by commas."},
    {"cors-origins", "ORIGINS", TEXT, AT(cors_origins), "", 0, 0,
     "Origins, by commas, whose pages may read and write; * lets all read."},
    {"trusted-proxies", "NETWORKS", TEXT, AT(trusted_proxies), "", 0, 0,
     "Proxies, as 10.0.0.0/8,::1, whose Host and X-Forwarded-* are believed."},
    {"base-path", "PATH", TEXT, AT(base_path), "", 0, 0,
     "What stands before every path behind a proxy, as /descent."},
    {"web-root", "DIR", TEXT, AT(web_root), "", 0, 0,
     "Folder to take the dashboard from at each request, to work on it."},
    {"insecure", "", SWITCH, AT(insecure), "false", 0, 0,
     "Listen where others can reach it, although it knows no API keys."},
    {"write-queue", "N", WHOLE, AT(write_queue), "4096", 1, 1e6,
     "Writes that may wait for the disk; more are refused with 503."},
    {"retention-s", "S", SECONDS, AT(retention_s), "0", 0, 1e9,
     "Ended jobs are kept so long, but for their own; 0: for ever."},
    {"trace-bytes-max", "BYTES", WHOLE, AT(trace_bytes_max), "0", 0, 1e15,
     "Rows of longer traces are recorded further apart; 0: no limit."},
    {"connections", "N", WHOLE, AT(connections), "4000", 1, 1e5,
     "Connections at once."},
    {"connection-memory", "BYTES", WHOLE, AT(connection_memory), "16384",
     4096, 1 << 20, "Memory of one connection, and so its longest header."},
    {"header-timeout-s", "S", SECONDS, AT(header_timeout_s), "10", 0.1, 3600,
     "A request's header must be here within this."},
    {"body-timeout-s", "S", SECONDS, AT(body_timeout_s), "30", 0.1, 3600,
     "A body must be here within this, and more for its size."},
    {"body-bytes-per-s", "BYTES", WHOLE, AT(body_bytes_per_s), "65536", 1, 1e12,
     "Body bytes that buy another second."},
    {"body-bytes-max", "BYTES", WHOLE, AT(body_bytes_max), "1048576", 1024,
     1 << 24, "Bytes of a JSON body: a job's spec, or a formula."},
    {"dataset-bytes-max", "BYTES", WHOLE, AT(dataset_bytes_max), "1073741824",
     1, 1e12, "Bytes of a dataset's file, also when it is unpacked."},
    {"uploads", "N", WHOLE, AT(uploads), "4", 1, 256,
     "Datasets that are uploaded at once; more are refused with 503."},
    {"errands", "N", WHOLE, AT(errands), "64", 1, 4096,
     "Pictures, predictions, specs with data at once; more are 503."},
    {"errand-threads", "N", WHOLE, AT(errand_threads), "2", 1, 256,
     "Threads that make them, at most."},
    {"event-ping-s", "S", SECONDS, AT(event_ping_s), "15", 1, 3600,
     "Silence after which an event stream is sent a comment."},
    {"errand-s", "S", SECONDS, AT(errand_s), "10", 0.01, 3600,
     "Processor time that one may take."},
    {"errand-bytes", "BYTES", WHOLE, AT(errand_bytes), "268435456", 1 << 20,
     1e12, "Memory that the data of one may take."},
    {"bodies-bytes-max", "BYTES", WHOLE, AT(bodies_bytes_max), "100663296",
     1 << 20, 1e12, "Bytes of all JSON bodies under way; more are 503."},
    {"answer-bytes-max", "BYTES", WHOLE, AT(answer_bytes_max), "50331648",
     1 << 16, 1e12, "Bytes held for all answers under way; more are 503."},
    {"answer-window-s", "S", SECONDS, AT(answer_window_s), "30", 0.1, 3600,
     "How much of an answer its reader has taken is looked at so often."},
    {"answer-bytes-per-s", "BYTES", WHOLE, AT(answer_bytes_per_s), "4096", 0,
     1e12, "Who takes less in such a time is cut; 0: nobody."},
    {"linger-s", "S", SECONDS, AT(linger_s), "10", 0.1, 3600,
     "A refused body is read on for this long, so that the answer arrives."},
    {"linger-bytes", "BYTES", WHOLE, AT(linger_bytes), "16777216", 0, 1e12,
     "And up to this many bytes, which are dropped."},
    {"idle-timeout-s", "S", SECONDS, AT(idle_timeout_s), "60", 0.1, 3600,
     "A connection that does nothing is closed after this."},
    {"log-level", "LEVEL", TEXT, AT(log_level), "info", 0, 0,
     "Least that is logged: debug (adds the peer), info, warning, error."},
    {"drain-s", "S", SECONDS, AT(drain_s), "5", 0, 60,
     "At a stop, answers in flight have this long."},
};

enum { SETTINGS = sizeof settings / sizeof *settings };

/* DESCENTD_WRITE_QUEUE for "write-queue" */
static void variable_name(const struct setting *setting,
                          char name[ENVIRONMENT_BYTES])
{
    snprintf(name, ENVIRONMENT_BYTES, "DESCENTD_%s", setting->flag);
    for (; *name; name++)
        *name = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
}

/* --flag and what stands for its value. */
static void flag_and_value(const struct setting *setting,
                           char text[ENVIRONMENT_BYTES])
{
    snprintf(text, ENVIRONMENT_BYTES, "--%s%s%s", setting->flag,
             *setting->value ? " " : "", setting->value);
}

static enum error set_switch(const char *text, const char *origin, bool *place,
                             char message[CONFIG_MESSAGE_BYTES])
{
    bool is_true = !strcmp(text, "true");

    if (!is_true && strcmp(text, "false") != 0) {
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "%s: \"%s\" is neither true nor false", origin, text);
        return ERR_INVALID;
    }
    *place = is_true;
    return OK;
}

static enum error set_value(const struct setting *setting, const char *text,
                            const char *origin, struct config *config,
                            char message[CONFIG_MESSAGE_BYTES])
{
    void *place = (char *)config + setting->offset;
    double number;
    char *end;

    if (setting->type == TEXT) {
        memcpy(place, &text, sizeof text);
        return OK;
    }
    if (setting->type == SWITCH)
        return set_switch(text, origin, place, message);
    number = strtod(text, &end);
    if (end == text || *end || !(number >= setting->low)
        || !(number <= setting->high)
        || (setting->type == WHOLE && number != floor(number))) {
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "%s: \"%s\" is not a %s in [%.12g, %.12g]", origin, text,
                 setting->type == WHOLE ? "whole number"
                                        : "number of seconds",
                 setting->low, setting->high);
        return ERR_INVALID;
    }
    memcpy(place, &number, sizeof number);
    return OK;
}

static void set_defaults(struct config *config)
{
    char none[CONFIG_MESSAGE_BYTES];
    double cores = (double)sysconf(_SC_NPROCESSORS_ONLN);

    *config = (struct config){.workers = cores > 0 ? cores : 1};
    for (size_t i = 0; i < SETTINGS; i++)
        if (settings[i].initial
            && set_value(&settings[i], settings[i].initial, "", config, none)
                   != OK)
            abort(); /* a default out of its own range */
}

static enum error read_environment(struct config *config,
                                   char message[CONFIG_MESSAGE_BYTES])
{
    char name[ENVIRONMENT_BYTES];
    const char *text;

    for (size_t i = 0; i < SETTINGS; i++) {
        variable_name(&settings[i], name);
        text = getenv(name);
        if (text)
            TRY(set_value(&settings[i], text, name, config, message));
    }
    return OK;
}

/* Say that there is no such option, and which one may have been meant. */
static void refuse_flag(const char *argument, size_t length, const char *word,
                        char message[CONFIG_MESSAGE_BYTES])
{
    struct suggestion near = {.word = word}, elsewhere = {.word = word};
    const struct setting *meant = NULL;
    char wanted[ENVIRONMENT_BYTES];
    int shown = (int)(length < 100 ? length : 100);

    for (size_t i = 0; i < SETTINGS; i++) {
        suggest_offer(&near, settings[i].flag);
        if (near.best == settings[i].flag)
            meant = &settings[i];
    }
    suggest_offer(&elsewhere, SOLVE_TRACE);
    suggest_offer(&elsewhere, SOLVE_RESIDUALS);
    if (meant) {
        flag_and_value(meant, wanted);
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "there is no option %.*s; did you mean %s?", shown, argument,
                 wanted);
    } else if (elsewhere.best)
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "there is no option %.*s here; did you mean --%s of "
                 "`descentd solve %s`?", shown, argument, elsewhere.best,
                 SOLVE_ARGUMENTS);
    else if (argument[0] != '-' && strpbrk(argument, "/."))
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "there is no option %.*s; a database is named by --store "
                 "%.*s", shown, argument, shown, argument);
    else
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "there is no option %.*s; `descentd help serve` lists them",
                 shown, argument);
}

/* The setting that "--flag" or "--flag=value" names, or NULL and a message. */
static const struct setting *find_flag(const char *argument, size_t length,
                                       char message[CONFIG_MESSAGE_BYTES])
{
    char word[ENVIRONMENT_BYTES] = "";

    if (length > 2 && length - 2 < sizeof word && !strncmp(argument, "--", 2))
        memcpy(word, argument + 2, length - 2);
    for (size_t i = 0; i < SETTINGS; i++)
        if (!strcmp(word, settings[i].flag))
            return &settings[i];
    refuse_flag(argument, length, word, message);
    return NULL;
}

enum error config_read(int count, char *const arguments[], struct config *ret,
                       char message[CONFIG_MESSAGE_BYTES])
{
    const struct setting *setting;
    char origin[ENVIRONMENT_BYTES];
    const char *value;
    size_t length;

    set_defaults(ret);
    TRY(read_environment(ret, message));
    for (int i = 0; i < count; i++) {
        length = strcspn(arguments[i], "=");
        setting = find_flag(arguments[i], length, message);
        if (!setting)
            return ERR_INVALID;
        if (arguments[i][length]) {
            value = arguments[i] + length + 1;
        } else if (setting->type == SWITCH) {
            value = "true";
        } else if (i + 1 < count) {
            value = arguments[++i];
        } else {
            snprintf(message, CONFIG_MESSAGE_BYTES, "--%s needs a value: %s",
                     setting->flag, setting->value);
            return ERR_INVALID;
        }
        snprintf(origin, sizeof origin, "--%s", setting->flag);
        TRY(set_value(setting, value, origin, ret, message));
    }
    return OK;
}

void config_help(FILE *out, const char *flag)
{
    char name[ENVIRONMENT_BYTES], left[ENVIRONMENT_BYTES];

    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];

        if (flag && strcmp(flag, s->flag))
            continue;
        variable_name(s, name);
        flag_and_value(s, left);
        fprintf(out, "  %-26s %s\n", left, s->sentence);
        fprintf(out, "  %26s ", "");
        if (s->type >= WHOLE)
            fprintf(out, "[%.12g, %.12g] ", s->low, s->high);
        if (s->initial && *s->initial)
            fprintf(out, "default %s, ", s->initial);
        fprintf(out, "or %s\n", name);
    }
}
