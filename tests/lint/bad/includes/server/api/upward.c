/* upward.c - a resource knows the options of the program. */
#include "server/config.h"
