/* lost.h - includes what is not there. */
#include "server/base/nowhere.h"
