/* parser_calls.c - part of that family, needs plan.c, which needs the other. */
int parser_read_call(const char *text);
int plan_make(const char *text);

int parser_read_call(const char *text)
{
    return plan_make(text);
}
