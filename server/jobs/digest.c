/* digest.c - trace_sha256 over libcrypto, which uses the CPU's instructions. */
#include "server/jobs/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>

enum { HASH_BYTES = 32 };

struct digest {
    EVP_MD *sha256;
    EVP_MD_CTX *blocks;    /* over the blocks' hashes */
    EVP_MD_CTX *scratch;   /* one block, or a copy of `blocks` */
};

enum error digest_new(struct digest **ret)
{
    struct digest *digest = calloc(1, sizeof *digest);

    if (!digest)
        return ERR_MEMORY;
    digest->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    digest->blocks = EVP_MD_CTX_new();
    digest->scratch = EVP_MD_CTX_new();
    if (!digest->sha256 || !digest->blocks || !digest->scratch
        || !EVP_DigestInit_ex2(digest->blocks, digest->sha256, NULL)) {
        digest_free(digest);
        return ERR_SYSTEM;
    }
    *ret = digest;
    return OK;
}

void digest_free(struct digest *digest)
{
    if (!digest)
        return;
    EVP_MD_CTX_free(digest->scratch);
    EVP_MD_CTX_free(digest->blocks);
    EVP_MD_free(digest->sha256);
    free(digest);
}

static bool add_block(EVP_MD_CTX *hash, const struct chunk *chunk)
{
    size_t column_bytes = chunk->rows * sizeof(double);
    bool good = true;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(chunk->form.columns, c)
            && !column_texts[c].is_measured)
            good &= EVP_DigestUpdate(hash, chunk_column_of(chunk, c),
                                     column_bytes);
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n; i++)
            good &= EVP_DigestUpdate(hash, chunk->x + i * STORE_CHUNK_ROWS,
                                     column_bytes);
    else if (chunk->form.x == CHUNK_X_FIRST)
        good &= EVP_DigestUpdate(hash, chunk->x,
                                 chunk->form.n * sizeof(double));
    return good;
}

enum error digest_add(struct digest *digest, const struct chunk *chunk)
{
    unsigned char hash[HASH_BYTES];

    if (!EVP_DigestInit_ex2(digest->scratch, digest->sha256, NULL)
        || !add_block(digest->scratch, chunk)
        || !EVP_DigestFinal_ex(digest->scratch, hash, NULL)
        || !EVP_DigestUpdate(digest->blocks, hash, sizeof hash))
        return ERR_SYSTEM;
    return OK;
}

enum error digest_text(struct digest *digest, char text[DIGEST_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[HASH_BYTES];

    if (!EVP_MD_CTX_copy_ex(digest->scratch, digest->blocks)
        || !EVP_DigestFinal_ex(digest->scratch, hash, NULL))
        return ERR_SYSTEM;
    for (size_t i = 0; i < HASH_BYTES; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    text[2 * HASH_BYTES] = '\0';
    return OK;
}
