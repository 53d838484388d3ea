/* test_page.c - tests may include anything. */
#include "near.h"
#include "server/http/http.h"
#include <sqlite3.h>
