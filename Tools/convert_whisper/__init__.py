"""Converts Whisper weights from the CTranslate2 format to ONNX graphs."""

CONVERTER_VERSION = "2"
