#pragma once
#include <stddef.h>
#include <stdint.h>

/* What libFuzzer offers programs that keep their own main; the compiler links it for -sanitize=fuzzer. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
