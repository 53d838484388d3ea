/* parser.c - the one family of files that may need one another. */
int parser_read(const char *text);
int parser_read_call(const char *text);

int parser_read(const char *text)
{
    return *text == '(' ? parser_read_call(text + 1) : *text;
}
