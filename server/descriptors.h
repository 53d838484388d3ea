/* descriptors.h - how many files and connections the process may have open. */
#ifndef SERVER_DESCRIPTORS_H
#define SERVER_DESCRIPTORS_H

#include "server/config.h"

/*
 * Raise the limit of open descriptors as far as the system allows, and lower
 * config->connections to what is left beside database, datasets and threads:
 * with fewer, new clients wait instead of failing.
 *
 * Fails   ERR_INVALID: not even a few connections would be left; `message`
 *         says how many descriptors are needed
 * Thread  before there are others
 */
MUST_CHECK enum error descriptors_fit(struct config *config,
                                      char message[CONFIG_MESSAGE_BYTES]);

#endif
