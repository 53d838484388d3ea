/*
 * mailbox.c - how other threads speak to the loop: a list and an eventfd.
 *
 * Senders push onto a lock-free stack; only the one that finds it empty rings
 * the eventfd. The loop takes the whole stack at once and turns it round, so
 * that messages are called in the order of posting.
 */
#include "server/http/mailbox.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/http/state.h"

enum error mailbox_open(struct mailbox *mailbox)
{
    atomic_init(&mailbox->newest, NULL);
    mailbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return mailbox->fd < 0 ? ERR_SYSTEM : OK;
}

void mailbox_close(struct mailbox *mailbox)
{
    if (mailbox->fd >= 0)
        close(mailbox->fd);
    mailbox->fd = -1;
}

void mailbox_ring(struct mailbox *mailbox)
{
    uint64_t one = 1;
    int kept = errno; /* a signal handler may ring */

    /* EAGAIN means that the counter is full: it is ringing already. */
    if (write(mailbox->fd, &one, sizeof one) < 0)
        errno = kept;
}

void http_post(struct http_server *server, struct http_message *message)
{
    struct mailbox *mailbox = &server->mailbox;
    struct http_message *newest = atomic_load(&mailbox->newest);

    do {
        message->next = newest;
    } while (!atomic_compare_exchange_weak(&mailbox->newest, &newest,
                                           message));
    if (newest == NULL)
        mailbox_ring(mailbox);
}

void mailbox_deliver(struct mailbox *mailbox)
{
    struct http_message *newest, *oldest = NULL;
    uint64_t rings;

    /* Silence the bell before looking, or a ring in between is lost. */
    if (read(mailbox->fd, &rings, sizeof rings) < 0 && errno != EAGAIN)
        return; /* EINTR: poll will say again that it rings */
    newest = atomic_exchange(&mailbox->newest, NULL);
    while (newest != NULL) {
        struct http_message *next = newest->next;

        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != NULL) {
        struct http_message *message = oldest;

        oldest = message->next; /* the call may free the message */
        message->call(message->argument);
    }
}
