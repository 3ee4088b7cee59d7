/// What `--help` prints.
public enum Help {
    /// The help of one command, or of the whole tool.
    public static func text(for command: Invocation.Command?) -> String {
        switch command {
        case nil: general
        case .serve: serve
        case .ask: ask
        case .say: say
        case .transcribe: transcribe
        case .keys: keys
        case .models: models
        case .config: config
        case .doctor: doctor
        case .bench: bench
        }
    }

    private static let general = """
        hotpin: a voice assistant that you run yourself

        usage: hotpin COMMAND [OPTIONS]

          serve             answer spoken questions at http://localhost:8000
          ask FILE          ask what is said in a sound file, and speak the answer
          say TEXT          speak a text
          transcribe FILE   write what is said in sound files
          keys              who may come in: add NAME, list, revoke NAME
          models            which models there are, and which are installed
          config            every setting, its value and what it means
          doctor            what is missing, and how to mend it
          bench turn        how long a running server's answers take, drawn

        options of every command:
          --json            output for programs
          --NAME VALUE      any setting of `hotpin config`, such as --server-port 8080
          -h, --help        help, also of one command: hotpin ask --help
          --version         the version

        examples:
          hotpin serve
          hotpin ask question.wav
          hotpin say "The kettle is boiling." --output kettle.wav

        exit status: 0 done, 1 it did not work, 2 the command line makes no sense

        """

    private static let serve = """
        usage: hotpin serve [OPTIONS]

        Serves the page at / and devices at /ws until it is stopped with Ctrl-C.

          --host ADDRESS    address to listen on; 0.0.0.0 for the whole network
          --port PORT       port to listen on; 0 takes a free one

        examples:
          hotpin serve
          hotpin serve --port 8080
          GROQ_API_KEY=… hotpin serve
          hotpin serve --llm-base-url http://127.0.0.1:11434/v1 --llm-model llama3.2

        """

    private static let ask = """
        usage: hotpin ask FILE [--output WAV] [--session ID] [--server URL [--cacert PEM]]

        Asks what is said in a sound file (WAV, FLAC, Ogg, MP3), prints what was heard and the answer, and writes
        the spoken answer as a WAV file.

          -o, --output WAV  where the spoken answer goes (answer.wav); - for standard output
          --session ID      whose conversation goes on; without it nothing is kept
          --server URL      ask a running server, such as ws://localhost:8000/ws, instead of loading the models;
                            it is shown the key in HOTPIN_API_KEY, if that is set
          --cacert PEM      the certificate to believe at a wss:// server, such as var/tls/certificate.pem

        examples:
          hotpin ask question.wav
          hotpin ask question.wav --json --output answer.wav
          hotpin ask question.wav --output - | aplay

        """

    private static let say = """
        usage: hotpin say TEXT… [--output WAV]

        Speaks a text into a WAV file.

          -o, --output WAV  where the speech goes (speech.wav); - for standard output

        examples:
          hotpin say "Dinner is ready."
          hotpin say --voice espeak-ng --words-per-minute 140 "Dinner is ready." -o dinner.wav
          hotpin say "Dinner is ready." --output - | aplay

        """

    private static let keys = """
        usage: hotpin keys add NAME
               hotpin keys list
               hotpin keys revoke NAME

        Makes, names and revokes the keys that devices, pages and programs show to be let in; one key for each, so that
        each can be revoked. As soon as there is a key, nobody comes in without one. A running server takes the change
        over within seconds.

          add NAME          makes a key and prints it, this once: only its hash is kept
          list              the keys' names, when they were made and last used
          revoke NAME       shuts out who has that key, and closes their connections

        examples:
          hotpin keys add phone
          hotpin keys list --json
          hotpin keys revoke phone

        """

    private static let models = """
        usage: hotpin models

        Lists the models that this project knows, their size and licence, and which are installed.

        examples:
          hotpin models
          hotpin models --json

        """

    private static let config = """
        usage: hotpin config

        Prints every setting with its value and its meaning; keys are masked. A setting comes from its default, then
        from .env, then from the environment, then from a flag: SERVER_PORT=8080 and --server-port 8080 are the same.

        examples:
          hotpin config
          hotpin config --json

        """

    private static let bench = """
        usage: hotpin bench turn [FILE…] [--rounds N] [--pause MS] [--server URL [--cacert PEM]]

        Asks a running server what is said in sound files (or what time it is), in real time and playing the answers
        while they come, and draws where the time went. Times count from the end of speech that it signals.

          --rounds N        questions in all (5); the files are asked in turns
          --pause MS        silence behind a question before its end is signalled (300)
          --server URL      the server, such as ws://192.168.1.20:8000/ws; the one on this machine unless given;
                            it is shown the key in HOTPIN_API_KEY, if that is set
          --cacert PEM      the certificate to believe at a wss:// server

        examples:
          hotpin bench turn
          hotpin bench turn question.wav --rounds 20 --pause 0
          hotpin bench turn --json

        """

    private static let doctor = """
        usage: hotpin doctor

        Checks libraries, models, folders, the port and the chat service, and says how to mend what is wrong.

        examples:
          hotpin doctor
          hotpin doctor --json

        """
}
