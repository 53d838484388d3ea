/* parser_calls.c - calls parser.c, which calls it. */
#include <stddef.h>

int parser_read(const char *text);
int parser_read_call(const char *text);

/* The name of a function of run.c, which needs other files. */
static size_t run_length(const char *text)
{
    return text[0] != ')';
}

int parser_read_call(const char *text)
{
    return parser_read(text + run_length(text));
}
