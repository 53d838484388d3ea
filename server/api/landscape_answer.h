/* landscape_answer.h - a landscape as JSON, or as octets. */
#ifndef SERVER_API_LANDSCAPE_ANSWER_H
#define SERVER_API_LANDSCAPE_ANSWER_H

#include "server/base/buffer.h"
#include "server/jobs/landscape.h"
#include "server/json/writer.h"

enum { LANDSCAPE_LAYOUT_BYTES = 96 };

/* JSON in the making, piece by piece: a grid has up to 250 000 numbers. */
struct landscape_answer {
    const struct landscape *landscape;
    const char *job;             /* its id; NULL: there is none */
    struct json_writer writer;
    size_t rows, at;             /* written, and numbers of the next one */
};

/* Begin to write into `out`: all up to the first row. */
void landscape_answer_begin(struct landscape_answer *answer,
                            const struct landscape *landscape,
                            const char *job, struct buffer *out);

/* Write the next piece of a row, or after the last one what follows, into
 * answer->writer.out. False: that is all. */
bool landscape_answer_next(struct landscape_answer *answer);

/* How many numbers x, y and the rows are. */
size_t landscape_numbers(const struct landscape *landscape);

/* Append some of x, y and the rows as float64, little-endian. */
void landscape_octets(const struct landscape *landscape, size_t first,
                      size_t count, struct buffer *out);

/* What the header Grid-Layout says of them. */
void landscape_layout(const struct landscape *landscape,
                      char text[LANDSCAPE_LAYOUT_BYTES]);

#endif
