/* truth_folder.h - finds the reference data that lie beside the repository. */
#ifndef TESTS_UNIT_TRUTH_FOLDER_H
#define TESTS_UNIT_TRUTH_FOLDER_H

struct cJSON;

/*
 * Read a JSON file of the truth folder: $DESCENTD_TRUTH, or else
 * ../shared/truth seen from the top of the repository.
 *
 *   path   in   within the folder: "functions/named.json"
 *
 * Returns NULL where the folder is absent, after a line "# skipped: ...". A
 *         file that is there and cannot be read ends the test as failed.
 * Owns    the caller: cJSON_Delete()
 */
struct cJSON *truth_read(const char *path);

/* The text of a file likewise; free() it. */
char *truth_text(const char *path);

/* A number of the truth folder: a JSON number, or "inf", "-inf", "nan". */
double truth_number(const struct cJSON *item);

/* Copy an array of at most `most` numbers to x; how many there were. */
unsigned truth_numbers(const struct cJSON *array, double *x, unsigned most);

/* A file of the folder of cases likewise: $DESCENTD_CASES, or else
 * ../shared/cases. */
struct cJSON *truth_read_case(const char *path);

#endif
