/* chunk_stored.h - the stored form of chunks: what its versions share. */
#ifndef SERVER_JOBS_CHUNK_STORED_H
#define SERVER_JOBS_CHUNK_STORED_H

#include "server/jobs/chunk.h"

enum { CHUNK_VERSION = 2, FORM_X = 0xff, FORM_COLUMNS_SHIFT = 8 };

_Static_assert(COLUMNS - COLUMNS_ALWAYS <= 32 - FORM_COLUMNS_SHIFT,
               "each optional column has a bit of the form");

struct chunk_header {
    uint32_t version, rows, form, n;
    uint32_t units, end;             /* not of version 1 */
};

/* Whether there can be such a chunk, and its form. */
bool chunk_is_sane(uint32_t rows, uint32_t form, uint32_t n);
struct chunk_form chunk_form_stored(uint32_t form, uint32_t n);

/* chunk_version_1.c: as chunk_decode(). */
bool chunk_is_of_version_1(const void *bytes, size_t count);
MUST_CHECK enum error chunk_decode_version_1(const void *bytes, size_t count,
                                             struct arena *arena,
                                             struct chunk **ret);

#endif
