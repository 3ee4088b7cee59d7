#ifndef HOTPIN_CSQLITE_SHIM_H
#define HOTPIN_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* SQLITE_TRANSIENT is a cast that the importer leaves out: SQLite copies the bytes before it returns. */
static inline int hotpin_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, bytes, length, SQLITE_TRANSIENT);
}

/* Variadic functions are not imported; these are the two settings that are used. */
static inline int hotpin_sqlite3_defensive(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/* The C library's headers hide these two from the importer. */
static inline int hotpin_storage_thread_id(void) { return (int)syscall(SYS_gettid); }
static inline void hotpin_storage_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
