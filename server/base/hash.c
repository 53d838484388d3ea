/* hash.c - SHA-256 over libcrypto, which uses the CPU's instructions. */
#include "server/base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct hash {
    EVP_MD *sha256;
    EVP_MD_CTX *context;
};

enum error hash_new(struct hash **ret)
{
    struct hash *hash = calloc(1, sizeof *hash);

    if (hash == NULL)
        return ERR_MEMORY;
    hash->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    hash->context = EVP_MD_CTX_new();
    if (hash->sha256 == NULL || hash->context == NULL
        || hash_restart(hash) != OK) {
        hash_free(hash);
        return ERR_SYSTEM;
    }
    *ret = hash;
    return OK;
}

void hash_free(struct hash *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free(hash->context);
    EVP_MD_free(hash->sha256);
    free(hash);
}

enum error hash_restart(struct hash *hash)
{
    return EVP_DigestInit_ex2(hash->context, hash->sha256, NULL)
               ? OK : ERR_SYSTEM;
}

enum error hash_copy(struct hash *to, const struct hash *from)
{
    return EVP_MD_CTX_copy_ex(to->context, from->context) ? OK : ERR_SYSTEM;
}

enum error hash_add(struct hash *hash, const void *bytes, size_t count)
{
    return EVP_DigestUpdate(hash->context, bytes, count) ? OK : ERR_SYSTEM;
}

enum error hash_end(struct hash *hash, unsigned char ret[HASH_BYTES])
{
    return EVP_DigestFinal_ex(hash->context, ret, NULL) ? OK : ERR_SYSTEM;
}

void hash_format(const unsigned char hash[HASH_BYTES],
                 char text[HASH_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < HASH_BYTES; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    text[2 * HASH_BYTES] = '\0';
}
