/*
 * later.c - what is still to do. XXX
 */
/* TODO: write it */
int later(void); // FIXME
