/* method.c - the methods by name. */
#include "server/http/method.h"

#include <string.h>

/* In the order of enum http_method, HEAD behind its GET. */
static const struct method_name methods[] = {
    {"GET", HTTP_GET},
    {"HEAD", HTTP_GET, .is_head = true},
    {"POST", HTTP_POST},
    {"PUT", HTTP_PUT},
    {"PATCH", HTTP_PATCH},
    {"DELETE", HTTP_DELETE},
    {"OPTIONS", HTTP_OPTIONS},
};

enum { METHODS = sizeof methods / sizeof methods[0] };

const struct method_name *method_find(const char *name)
{
    for (size_t i = 0; i < METHODS; i++)
        if (strcmp(name, methods[i].name) == 0)
            return &methods[i];
    return NULL;
}

const char *http_method_name(enum http_method method)
{
    const struct method_name *row = methods;

    while (row->method != method || row->is_head)
        row++;
    return row->name;
}

void method_list(unsigned allowed, char ret[ALLOW_BYTES])
{
    char *end = ret;

    allowed |= 1u << HTTP_OPTIONS;
    for (size_t i = 0; i < METHODS; i++) {
        if ((allowed & 1u << methods[i].method) == 0)
            continue;
        if (end > ret)
            end = stpcpy(end, ", ");
        end = stpcpy(end, methods[i].name);
    }
}
