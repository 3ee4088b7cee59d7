#pragma once
#include <opus/opus.h>

// The control calls are variadic, which Swift cannot call.

static inline int opus_shim_set(OpusEncoder *encoder, int request, opus_int32 value) {
    return opus_encoder_ctl(encoder, request, value);
}
static inline int opus_shim_get(OpusEncoder *encoder, int request, opus_int32 *value) {
    return opus_encoder_ctl(encoder, request, value);
}
