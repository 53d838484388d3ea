/* negotiate.h - headers that hold lists: Accept, Prefer, If-None-Match. */
#ifndef SERVER_HTTP_NEGOTIATE_H
#define SERVER_HTTP_NEGOTIATE_H

#include <stdbool.h>

#include "server/http/http.h"

/* Which of `types` an Accept header (or NULL) likes best; -1: none. */
int accept_choose(const char *accept, const char *const *types);
/* Whether an Accept-Encoding header (or NULL) takes gzip, and likes the plain
 * form no better. */
bool gzip_is_accepted(const char *accept);
/* The seconds of `wait` in a Prefer header (or NULL), cut at max_s. */
double prefer_wait_s(const char *prefer, double max_s);
/* Whether an If-None-Match header (or NULL) names this unquoted tag. */
bool tag_is_named(const char *if_none_match, const char *tag);
/* The same for any tag of a revision: `revision` itself, or with a dot and
 * more behind it. */
bool revision_is_named(const char *if_none_match, const char *revision);
/* What an If-Match header (or NULL) asks for, compared strongly: a weak tag
 * never matches. */
enum revision_match revision_match(const char *if_match, const char *revision);

#endif
