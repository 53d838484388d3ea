/* one.h - includes a header that includes it, by way of another folder. */
#ifndef CORE_BASE_ONE_H
#define CORE_BASE_ONE_H

#include "core/run/three.h"

int one_count(int n);

#endif
