/*
 * memory.h - where a method's vectors and numbers lie in its memory.
 *
 * A method names them once, in a function that takes them one after the other:
 * over its state it says where they lie, over NULL how many there are.
 */
#ifndef CORE_SEARCH_MEMORY_H
#define CORE_SEARCH_MEMORY_H

#include <stddef.h>

struct memory_cursor {
    double *base;      /* NULL: only count */
    size_t taken;
};

/* The next `count` numbers. */
static inline double *memory_take(struct memory_cursor *cursor, size_t count)
{
    size_t at = cursor->taken;

    cursor->taken += count;
    return cursor->base != NULL ? cursor->base + at : NULL;
}

#endif
