"""Opus as another program does it: the library itself, without the server's own code around it."""

import ctypes
import ctypes.util

RATE = 16_000
FRAME = 320
APPLICATION_VOIP = 2048

_library = ctypes.CDLL(ctypes.util.find_library("opus") or "libopus.so.0")
_library.opus_encoder_create.restype = ctypes.c_void_p
_library.opus_decoder_create.restype = ctypes.c_void_p


class Encoder:
    """PCM to packets of 20 ms."""

    def __init__(self):
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(
            _library.opus_encoder_create(RATE, 1, APPLICATION_VOIP, ctypes.byref(error)))
        assert error.value == 0

    def packets(self, pcm: bytes) -> list[bytes]:
        packets = []
        for start in range(0, len(pcm) - 2 * FRAME + 1, 2 * FRAME):
            output = ctypes.create_string_buffer(1_500)
            size = _library.opus_encode(self._state, pcm[start : start + 2 * FRAME], FRAME, output, len(output))
            assert size > 0, size
            packets.append(output.raw[:size])
        return packets

    def __del__(self):
        _library.opus_encoder_destroy(self._state)


class Decoder:
    """Packets to PCM."""

    def __init__(self):
        error = ctypes.c_int()
        self._state = ctypes.c_void_p(_library.opus_decoder_create(RATE, 1, ctypes.byref(error)))
        assert error.value == 0

    def pcm(self, packet: bytes) -> bytes:
        output = ctypes.create_string_buffer(2 * 6 * FRAME)
        count = _library.opus_decode(self._state, packet, len(packet), output, 6 * FRAME, 0)
        assert count > 0, count
        return output.raw[: 2 * count]

    def __del__(self):
        _library.opus_decoder_destroy(self._state)
