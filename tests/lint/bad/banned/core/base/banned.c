/* banned.c - each banned function, called. */
static void call_each(char *to, const char *from, long now)
{
    strcpy(to, from);
    strcat (to, from);
    sprintf(to, "%s", from);
    strtok(to, ",");
    (void)(atoi(from) + atof(from));
    gets(to);
    to = alloca(8);
    int dice = rand();
    localtime(&now), gmtime(&now);
    setlocale(0, "");
    /* a comment
     * before */ strcpy(to, "\"" /* and inside */);
}
