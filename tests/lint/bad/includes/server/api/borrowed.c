/* borrowed.c - a file that owns no library uses them all. */
#include <microhttpd.h>
#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <libpq-fe.h>
#include <openssl/evp.h>
#include <sleef.h>
#include <cmocka.h>
# include "sqlite3.h"
#include <cJSON.h>
