/* watch.c - the list of watches, and messages to the loop. */
#include "server/api/watch.h"

#include <stdlib.h>

#include "server/base/log.h"

struct announcement {
    struct http_message message;
    struct watch_list *list;
    int64_t number;
};

void watch_add(struct watch_list *list, struct watch *watch)
{
    watch->next = list->first;
    list->first = watch;
    atomic_fetch_add(&list->count, 1);
}

void watch_remove(struct watch_list *list, struct watch *watch)
{
    struct watch **at = &list->first;

    while (*at && *at != watch)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = watch->next;
    atomic_fetch_sub(&list->count, 1);
}

static void announce(void *self)
{
    struct announcement *announcement = self;
    struct watch_list *list = announcement->list;
    struct watch **at = &list->first, *called = NULL, *watch;

    while (*at) {
        if ((*at)->number != announcement->number) {
            at = &(*at)->next;
            continue;
        }
        watch = *at;
        *at = watch->next;
        watch->next = called;
        called = watch;
        atomic_fetch_sub(&list->count, 1);
    }
    while (called) { /* a call may set new watches */
        watch = called;
        called = watch->next;
        watch->call(watch);
    }
    free(announcement);
}

void watch_announce(struct watch_list *list, int64_t number)
{
    struct announcement *announcement;

    if (atomic_load(&list->count) == 0)
        return;
    announcement = calloc(1, sizeof *announcement);
    if (!announcement) {
        /* Who waits has a deadline, and will look again then. */
        log_event(LOG_ERROR, "announcement_lost", NULL, NULL);
        return;
    }
    announcement->message =
        (struct http_message){.call = announce, .argument = announcement};
    announcement->list = list;
    announcement->number = number;
    http_post(list->http, &announcement->message);
}

void watch_list_fini(struct watch_list *list)
{
    atomic_store(&list->count, 0);
    list->first = NULL;
}
