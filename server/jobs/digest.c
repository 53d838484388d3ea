/* digest.c - trace_sha256: a hash over the hashes of blocks. */
#include "server/jobs/digest.h"

#include <stdlib.h>

#include "server/base/hash.h"

_Static_assert((int)DIGEST_TEXT_BYTES == (int)HASH_TEXT_BYTES, "SHA-256");

struct digest {
    struct hash *blocks;    /* over the blocks' hashes */
    struct hash *scratch;   /* one block, or a copy of `blocks` */
};

enum error digest_new(struct digest **ret)
{
    struct digest *digest = calloc(1, sizeof *digest);
    enum error error;

    if (!digest)
        return ERR_MEMORY;
    error = hash_new(&digest->blocks);
    if (error == OK)
        error = hash_new(&digest->scratch);
    if (error != OK) {
        digest_free(digest);
        return error;
    }
    *ret = digest;
    return OK;
}

void digest_free(struct digest *digest)
{
    if (!digest)
        return;
    hash_free(digest->scratch);
    hash_free(digest->blocks);
    free(digest);
}

static enum error add_block(struct hash *hash, const struct chunk *chunk)
{
    size_t column_bytes = chunk->rows * sizeof(double);

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c)
            && !column_texts[c].is_measured)
            TRY(hash_add(hash, chunk_column_of(chunk, c), column_bytes));
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n; i++)
            TRY(hash_add(hash, chunk->x + i * STORE_CHUNK_ROWS,
                         column_bytes));
    else if (chunk->form.x == CHUNK_X_FIRST)
        TRY(hash_add(hash, chunk->x, chunk->form.n * sizeof(double)));
    return OK;
}

enum error digest_add(struct digest *digest, const struct chunk *chunk)
{
    unsigned char hash[HASH_BYTES];

    TRY(hash_restart(digest->scratch));
    TRY(add_block(digest->scratch, chunk));
    TRY(hash_end(digest->scratch, hash));
    return hash_add(digest->blocks, hash, sizeof hash);
}

enum error digest_text(struct digest *digest, char text[DIGEST_TEXT_BYTES])
{
    unsigned char hash[HASH_BYTES];

    TRY(hash_copy(digest->scratch, digest->blocks));
    TRY(hash_end(digest->scratch, hash));
    hash_format(hash, text);
    return OK;
}
