/* method.h - the methods by name. */
#ifndef SERVER_HTTP_METHOD_H
#define SERVER_HTTP_METHOD_H

#include <stdbool.h>

#include "server/http/http.h"

/* One name of a method, as it stands in a request line. */
struct method_name {
    const char *name;
    enum http_method method;
    bool is_head;                 /* answered as GET, without the body */
};

/* NULL: not known. */
const struct method_name *method_find(const char *name);

enum { ALLOW_BYTES = 64 };

/* Write the methods of a set (a bit each), and OPTIONS, as the header Allow
 * has them. */
void method_list(unsigned allowed, char ret[ALLOW_BYTES]);

#endif
