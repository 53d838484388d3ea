/* expressions.h - the language of formulas, and a look at one of them. */
#ifndef SERVER_API_EXPRESSIONS_H
#define SERVER_API_EXPRESSIONS_H

#include "server/http/http.h"

http_handler expressions_show;   /* GET /expressions */
http_handler expressions_check;  /* POST /expressions/check */

#endif
