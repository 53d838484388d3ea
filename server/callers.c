/* callers.c - the settings on who may call, and by which name. */
#include "server/callers.h"

#include <stdio.h>
#include <string.h>

#include "server/api/routes.h"

/* One item of a list on its way into `callers`; false: it is none. */
typedef bool item_reader(struct callers *callers, size_t index,
                         char *item);

static bool take_host(struct callers *callers, size_t index, char *item)
{
    callers->hosts[index] = item;
    return http_host_is_one(item);
}

static bool take_origin(struct callers *callers, size_t index, char *item)
{
    size_t count = 0;

    (void)index; /* `*` takes no place among the others */
    if (!strcmp(item, "*"))
        return (callers->any_origin_reads = true);
    while (callers->origins[count])
        count++;
    callers->origins[count] = callers->origin_texts[count];
    return http_origin_read(item, callers->origin_texts[count]);
}

static bool take_proxy(struct callers *callers, size_t index, char *item)
{
    callers->proxy_count = index + 1;
    return http_network_read(item, &callers->proxies[index]);
}

static const struct list {
    const char *flag, *like;       /* what an item looks like */
    item_reader *read;
} lists[] = {
    {"hosts", "a host's name, without scheme, port or path, as pages.example",
     take_host},
    {"cors-origins",
     "an origin, as https://pages.example or http://localhost:3000, nor *",
     take_origin},
    {"trusted-proxies", "an address or a network, as 127.0.0.1 or 10.0.0.0/8",
     take_proxy},
};

/* Cut a list at its commas, in place; blanks around an item are dropped. */
static enum error read_list(const struct list *list, char *text,
                            struct callers *callers,
                            char message[CONFIG_MESSAGE_BYTES])
{
    char *next = text;

    for (size_t index = 0; next; index++) {
        char *item = next + strspn(next, " "), *end = strchrnul(item, ',');

        next = *end ? end + 1 : NULL;
        while (end > item && end[-1] == ' ')
            end--;
        *end = '\0';
        if (index == CALLERS_MAX) {
            snprintf(message, CONFIG_MESSAGE_BYTES, "--%s: at most %d items",
                     list->flag, CALLERS_MAX);
            return ERR_INVALID;
        }
        if (!*item || !list->read(callers, index, item)) {
            snprintf(message, CONFIG_MESSAGE_BYTES,
                     "--%s: \"%.100s\" is not %s", list->flag, item,
                     list->like);
            return ERR_INVALID;
        }
    }
    return OK;
}

/* ---- the base path ----------------------------------------------------- */

static bool is_step(const char *step, size_t bytes)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_~.";

    return bytes > 0 && strspn(step, letters) >= bytes
           && strspn(step, ".") < bytes;
}

/* Whether "/text/…" begins as a route does: with or without the base path
 * would then not be told from one another. */
static bool is_taken(const char *base)
{
    size_t bytes = 1 + strcspn(base + 1, "/");

    for (size_t i = 0; i < route_count; i++)
        if (!strncmp(routes[i].path, base, bytes)
            && strchr("/", routes[i].path[bytes]))
            return true;
    return false;
}

static enum error read_base_path(const char *text, struct callers *callers,
                                 char message[CONFIG_MESSAGE_BYTES])
{
    size_t bytes = strlen(text), at = 0;

    if (bytes > 0 && text[bytes - 1] == '/')
        bytes--; /* "/descent/" is "/descent", and "/" is none */
    while (at < bytes && text[at] == '/' && bytes < BASE_PATH_BYTES) {
        size_t step = strcspn(text + at + 1, "/");

        if (!is_step(text + at + 1, step))
            break;
        at += 1 + step;
    }
    if (at != bytes) {
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "--base-path: \"%.100s\" is not a path of at most %d letters, "
                 "digits and - _ ~ . as /descent", text, BASE_PATH_BYTES - 1);
        return ERR_INVALID;
    }
    memcpy(callers->base_path, text, bytes);
    callers->base_path[bytes] = '\0';
    if (bytes > 0 && is_taken(callers->base_path)) {
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "--base-path: %.100s begins as a route of the server does; "
                 "take another name", callers->base_path);
        return ERR_INVALID;
    }
    return OK;
}

/* ---- all of them ------------------------------------------------------- */

enum error callers_read(const struct config *config, struct callers *ret,
                        char message[CONFIG_MESSAGE_BYTES])
{
    const char *const texts[] = {config->hosts, config->cors_origins,
                                 config->trusted_proxies};
    char copy[CALLERS_BYTES];

    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        /* Hosts stay where they were cut; the others are read. */
        char *text = lists[i].read == take_host ? ret->host_text : copy;
        size_t bytes = strlen(texts[i]);

        if (bytes >= CALLERS_BYTES) {
            snprintf(message, CONFIG_MESSAGE_BYTES, "--%s: at most %d bytes",
                     lists[i].flag, CALLERS_BYTES - 1);
            return ERR_INVALID;
        }
        memcpy(text, texts[i], bytes + 1);
        if (bytes > 0)
            TRY(read_list(&lists[i], text, ret, message));
    }
    return read_base_path(config->base_path, ret, message);
}

void callers_apply(const struct callers *callers,
                   struct http_options *options)
{
    options->hosts = callers->hosts;
    options->origins = callers->origins;
    options->any_origin_reads = callers->any_origin_reads;
    options->proxies = callers->proxies;
    options->proxy_count = callers->proxy_count;
    options->base_path = callers->base_path;
}
