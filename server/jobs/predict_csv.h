/* predict_csv.h - rows that are to be predicted, as CSV. */
#ifndef SERVER_JOBS_PREDICT_CSV_H
#define SERVER_JOBS_PREDICT_CSV_H

#include <stdbool.h>

struct predict_input;

/* Read the beginning: the header. False after faults. */
bool predict_csv_open(struct predict_input *input);

#endif
