/* needy.h - uses a type that it does not include. */
void needy_fill(char *bytes, size_t count);
void needy_empty(char *bytes, size_t count);
