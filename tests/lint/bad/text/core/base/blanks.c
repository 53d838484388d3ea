/* blanks.c - a tab, a blank at the end, a line end of another system. */
	int a;
int b; 
int c;
