/* document.h - what is told of a dataset, as JSON. */
#ifndef SERVER_DATASETS_DOCUMENT_H
#define SERVER_DATASETS_DOCUMENT_H

#include "core/dataset/builtin.h"
#include "core/dataset/dataset.h"
#include "server/base/buffer.h"
#include "server/json/writer.h"
#include "server/store/store.h"

enum {
    DOCUMENT_COLUMNS_BYTES = 4 << 20, /* columns are told up to here; how many
                                         there are is told always */
    PREVIEW_COLUMNS_MAX = 1000,       /* and entries of a sparse row */
};

/*
 * The members that tell of a dataset's content: "rows" … "sha256", "read_as";
 * and those that tell of its columns. Commas between, no braces. They are made
 * once, when it is stored.
 *
 *   sha256   in   of the bytes that were uploaded; NULL: there were none
 */
void document_content(const struct dataset *data, const char *sha256,
                      struct buffer *out);
void document_columns(const struct dataset *data, struct buffer *out);

/*
 * The whole document of a stored dataset; without columns where it has none.
 *
 *   called   in   the name it was asked for by; NULL: its first
 */
void document_write(struct json_writer *writer,
                    const struct store_dataset *dataset, const char *called);

/* The same of a built-in one. */
void document_write_builtin(struct json_writer *writer,
                            const struct builtin *builtin,
                            const struct dataset *data, bool with_columns);

/* The first `limit` rows, at most PREVIEW_ROWS. */
void document_preview(struct json_writer *writer, const struct dataset *data,
                      size_t limit);

#endif
