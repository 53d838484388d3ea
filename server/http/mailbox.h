/* mailbox.h - how other threads speak to the loop: see http_post(). */
#ifndef SERVER_HTTP_MAILBOX_H
#define SERVER_HTTP_MAILBOX_H

#include <stdatomic.h>

#include "core/base/error.h"
#include "server/http/http.h"

struct mailbox {
    _Atomic(struct http_message *) newest;
    int fd;                       /* an eventfd, readable while not empty */
};

MUST_CHECK enum error mailbox_open(struct mailbox *mailbox);
void mailbox_close(struct mailbox *mailbox);
/* Wake the loop. Thread: any, and signal handlers. */
void mailbox_ring(struct mailbox *mailbox);
/* Call every message that is there now. Thread: the loop. */
void mailbox_deliver(struct mailbox *mailbox);

#endif
