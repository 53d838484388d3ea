/* number_table.c - made by a program: its lines may be as wide as they come out of it, which is far. */
