/* predict_json.h - rows that are to be predicted, as JSON. */
#ifndef SERVER_JOBS_PREDICT_JSON_H
#define SERVER_JOBS_PREDICT_JSON_H

#include <stdbool.h>

struct json_flaw;
struct predict_input;

/* Read the beginning. False after a flaw (line > 0: it is not JSON) or
 * faults. */
bool predict_json_open(struct predict_input *input, struct json_flaw *flaw);

#endif
