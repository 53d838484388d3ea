/* pages.c - large memory in huge pages. */
#include "server/base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

/* Below LEAST_BYTES what the last page leaves empty would be too much. */
enum { HUGE_PAGE_BYTES = 2 << 20, LEAST_BYTES = 8 << 20 };

static size_t whole_pages(size_t bytes)
{
    return (bytes + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
}

/* At its limit of mappings the system keeps the addresses: then at least the
 * memory goes back. */
static void unmap(void *memory, size_t bytes)
{
    if (bytes > 0 && munmap(memory, bytes) != 0)
        madvise(memory, bytes, MADV_DONTNEED);
}

/* Mapped with a page more than is needed, whose ends are then cut off: a huge
 * page begins at a multiple of its size. */
static void *take(size_t bytes)
{
    size_t whole = whole_pages(bytes), before;
    char *memory = mmap(NULL, whole + HUGE_PAGE_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    before = -(uintptr_t)memory & (HUGE_PAGE_BYTES - 1);
    unmap(memory, before);
    memory += before;
    unmap(memory + whole, HUGE_PAGE_BYTES - before);
    madvise(memory, whole, MADV_HUGEPAGE); /* advice: small pages do as well */
    return memory;
}

static void give(void *memory, size_t bytes)
{
    unmap(memory, whole_pages(bytes));
}

const struct arena_source pages_huge = {LEAST_BYTES, take, give};
