/* store.c - beside sqlite/ is not in it. */
#include <sqlite3.h>
