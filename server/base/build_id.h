/*
 * build_id.h - which build of the program this is.
 *
 * The linker puts a digest of all of the program into it. So what only the
 * program changes, such as how a picture is drawn, can be told from what an
 * older one made, whether or not its version has another number.
 */
#ifndef SERVER_BASE_BUILD_ID_H
#define SERVER_BASE_BUILD_ID_H

enum { BUILD_ID_BYTES = 17 };

/* Write the first 16 hexadecimal digits; none where the program was linked
 * without. */
void build_id(char ret[BUILD_ID_BYTES]);

#endif
