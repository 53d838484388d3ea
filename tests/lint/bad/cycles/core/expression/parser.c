/* parser.c - part of a family that counts as one. */
int parser_read(const char *text);

int parser_read(const char *text)
{
    return *text;
}
