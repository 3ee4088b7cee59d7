// What a dying process may still do: a handler of fatal signals, in C because between a fault and the end nothing of
// Swift's run-time may be relied upon. Only functions that are safe in a signal handler are called.
#define _GNU_SOURCE
#include "CCrash.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HOTPIN_CRASH_FRAMES 64

typedef struct {
    const char *name;
    int number;
    const char *meaning;
} hotpin_fatal_signal;

static const hotpin_fatal_signal hotpin_fatal_signals[] = {
    {"SIGSEGV", SIGSEGV, "memory that is not there was used"},
    {"SIGBUS", SIGBUS, "a mapped file became shorter, or a disk failed"},
    {"SIGILL", SIGILL, "a run-time check of Swift failed"},
    {"SIGFPE", SIGFPE, "a number could not be computed"},
    {"SIGABRT", SIGABRT, "a library gave up, or the watchdog ended it"},
    {"SIGTRAP", SIGTRAP, "a run-time check of Swift failed"},
};
#define HOTPIN_FATAL_SIGNALS (sizeof(hotpin_fatal_signals) / sizeof(hotpin_fatal_signals[0]))

typedef struct {
    // Written before the handler is in place, then only read.
    char version[32];
    int file;
    volatile int seen;
} hotpin_crash_state;

static hotpin_crash_state state = {{0}, -1, 0};

typedef struct {
    char text[512];
    size_t length;
} hotpin_crash_line;

static void hotpin_crash_add(hotpin_crash_line *line, const char *text) {
    while (*text && line->length < sizeof(line->text) - 1) line->text[line->length++] = *text++;
}

static void hotpin_crash_add_number(hotpin_crash_line *line, uint64_t value, unsigned base) {
    char digits[24];
    int at = sizeof(digits) - 1;
    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value && at > 0);
    hotpin_crash_add(line, digits + at);
}

static void hotpin_crash_write(int file, const char *bytes, size_t length) {
    while (file >= 0 && length > 0) {
        ssize_t count = write(file, bytes, length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        bytes += count;
        length -= (size_t)count;
    }
}

static void hotpin_crash_describe(hotpin_crash_line *line, int number, siginfo_t *info) {
    const char *name = "a signal", *meaning = "";
    for (size_t i = 0; i < HOTPIN_FATAL_SIGNALS; i++)
        if (hotpin_fatal_signals[i].number == number) {
            name = hotpin_fatal_signals[i].name;
            meaning = hotpin_fatal_signals[i].meaning;
        }
    hotpin_crash_add(line, "hotpin ");
    hotpin_crash_add(line, state.version);
    hotpin_crash_add(line, " crashed: ");
    hotpin_crash_add(line, name);
    if (info && info->si_code <= 0 && info->si_pid != 0 && info->si_pid != getpid()) {
        hotpin_crash_add(line, " (sent by process ");
        hotpin_crash_add_number(line, (uint64_t)info->si_pid, 10);
        hotpin_crash_add(line, ")");
    } else {
        hotpin_crash_add(line, " (");
        hotpin_crash_add(line, meaning);
        hotpin_crash_add(line, ")");
        if (info && info->si_code > 0) {
            hotpin_crash_add(line, " at 0x");
            hotpin_crash_add_number(line, (uint64_t)(uintptr_t)info->si_addr, 16);
        }
    }
    char thread[17] = {0};
    if (prctl(PR_GET_NAME, thread) == 0) {
        hotpin_crash_add(line, ", in thread ");
        hotpin_crash_add(line, thread);
    }
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) == 0) {
        hotpin_crash_add(line, ", time ");
        hotpin_crash_add_number(line, (uint64_t)now.tv_sec, 10);
    }
    hotpin_crash_add(line, "\n");
}

static void hotpin_crash_handle(int number, siginfo_t *info, void *context) {
    (void)context;
    int before = errno;
    // A second fault, here or in another thread, must not begin a second report.
    if (__sync_lock_test_and_set(&state.seen, 1) == 0) {
        hotpin_crash_line line = {{0}, 0};
        hotpin_crash_describe(&line, number, info);
        // The file first: standard error may be a pipe that nobody reads.
        hotpin_crash_write(state.file, line.text, line.length);
        if (state.file >= 0) fsync(state.file);
        // The log's thread still runs: let it write what came before, so that this comes last.
        struct timespec moment = {0, 100 * 1000 * 1000};
        nanosleep(&moment, NULL);
        int flags = fcntl(STDERR_FILENO, F_GETFL);
        if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
        hotpin_crash_write(STDERR_FILENO, line.text, line.length);
        // The calls last: to read them may fault again, which ends the process at once.
        void *frames[HOTPIN_CRASH_FRAMES];
        int count = backtrace(frames, HOTPIN_CRASH_FRAMES);
        if (state.file >= 0) {
            backtrace_symbols_fd(frames, count, state.file);
            fsync(state.file);
        }
        backtrace_symbols_fd(frames, count, STDERR_FILENO);
        if (flags >= 0) fcntl(STDERR_FILENO, F_SETFL, flags);
    } else if (!info || info->si_code <= 0) {
        // Another thread reports; it ends the process.
        struct timespec moment = {1, 0};
        nanosleep(&moment, NULL);
    }
    // The process ends by this very signal, with a core if the system keeps one. Not Swift's own report: it quotes
    // memory, which may hold what was said, and does not end a process that was sent the signal.
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, NULL);
    errno = before;
    // A fault happens again when the handler returns; a signal that was sent does not.
    if (!info || info->si_code <= 0) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
}

void hotpin_crash_set_file(int file) { state.file = file; }

int hotpin_crash_install(const char *version) {
    strncpy(state.version, version, sizeof(state.version) - 1);
    // The first call loads a library, which a handler must not.
    void *frame[1];
    backtrace(frame, 1);
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = hotpin_crash_handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (size_t i = 0; i < HOTPIN_FATAL_SIGNALS; i++)
        if (sigaction(hotpin_fatal_signals[i].number, &action, NULL) != 0) return errno;
    return 0;
}
