/* plan.c - no part of the family. */
int parser_read(const char *text);
int plan_make(const char *text);

int plan_make(const char *text)
{
    return parser_read(text);
}
