extension Help {
    static let transcribe = """
        usage: hotpin transcribe FILE… [--format FORMAT] [--output FOLDER] [OPTIONS]

        Writes what is said in recordings of any length: WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF. Of a folder its sound
        files are taken, sorted by name; - is standard input. A file that fails does not stop the others.

          --format FORMAT   txt (unless given), srt, vtt, json, or verbose_json: all that is known, with times
          -o, --output DIR  writes note.txt (or .srt …) there for each note.wav, instead of standard output
          --force           overwrites files that are there
          --language CODE   what is spoken, such as en or german; auto finds out, which a multilingual model does anyway
          --translate       into English; takes a multilingual model
          --words           times of words: listed by verbose_json, and subtitles are cut by them
          --prompt TEXT     names and manner of writing to expect, such as "Hotpin, Piper, ONNX."
          --model NAME      another model than WHISPER_MODEL, such as whisper-base
          --json            a line for each file with its text, length and confidence

        examples:
          hotpin transcribe note.wav
          hotpin transcribe --format srt --output subtitles interviews
          hotpin transcribe --json *.flac
          curl -s https://example.org/talk.mp3 | hotpin transcribe --format vtt - > talk.vtt

        exit status: 0 done, 1 a file failed, 2 the command line makes no sense, 130 stopped with Ctrl-C

        """
}
