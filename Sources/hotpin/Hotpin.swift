import VoicePipeline
import VoiceServer

/// The tool: reads the command line and the configuration, then runs one command.
@main
struct Hotpin {
    static func main() async {
        let code = await run(Array(CommandLine.arguments.dropFirst()))
        exitProcess(code)
    }

    private static func run(_ arguments: [String]) async -> ExitCode {
        let invocation: Invocation
        do {
            invocation = try Invocation.parse(arguments)
        } catch {
            let hint = error.command.map { "hotpin \($0.rawValue) --help" } ?? "hotpin --help"
            Console.complain("\(error.message) See `\(hint)`.")
            return .usage
        }
        if invocation.wantsVersion {
            Console.print("hotpin \(ServerStatus.version)")
            return .done
        }
        guard let command = invocation.command, !invocation.wantsHelp else {
            Console.print(Help.text(for: invocation.command), terminator: "")
            return invocation.wantsHelp ? .done : .usage
        }
        let root = InstallRoot.find()
        do {
            let configuration = try Configuration.read(
                dotEnv: root.text(of: ".env"), environment: Process.environment,
                flags: invocation.settings.map { (name: $0.name, value: $0.value) })
            let run = CommandContext(invocation: invocation, configuration: configuration, root: root)
            switch command {
            case .serve: return await run.serve()
            case .ask: return await run.ask()
            case .say: return await run.say()
            case .transcribe: return await run.transcribe()
            case .keys: return await run.keys()
            case .models: return run.models()
            case .config: return run.config()
            case .doctor: return await run.doctor()
            case .bench: return await run.bench()
            }
        } catch {
            for mistake in error.mistakes { Console.complain(mistake) }
            return .usage
        }
    }
}
