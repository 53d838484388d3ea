/* pages.h - large memory in huge pages. */
#ifndef SERVER_BASE_PAGES_H
#define SERVER_BASE_PAGES_H

#include "core/base/arena.h"

/*
 * Memory of whole huge pages (2 MiB), where the system has them: for arenas
 * that hold tables. With small pages, each row of a shuffled epoch would be
 * looked up in page tables that are in no cache.
 *
 * Thread  any
 */
extern const struct arena_source pages_huge;

#endif
