/* three.h - includes what includes it. */
#ifndef CORE_RUN_THREE_H
#define CORE_RUN_THREE_H

#include "core/base/one.h"

enum { THREE = 3 };

#endif
