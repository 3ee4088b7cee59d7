#ifndef HOTPIN_CRASH_H
#define HOTPIN_CRASH_H

// Reports fatal signals to standard error, from now on. Returns 0 or an error number.
int hotpin_crash_install(const char *version);

// Reports are written to this file too; it stays open. -1 for none.
void hotpin_crash_set_file(int file);

#endif
