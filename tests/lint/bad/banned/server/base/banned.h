/* banned.h - in a macro, after a quote. */
#define COPY(to) ((to)[0] == '"' ? strcpy(to, "\"") : to)
