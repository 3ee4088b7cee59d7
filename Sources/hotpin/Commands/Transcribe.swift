import AudioCodecs
import VoicePipeline
import VoiceServer

extension CommandContext {
    /// Writes what is said in each file; a file that fails does not stop the others. Ctrl-C ends it.
    func transcribe() async -> ExitCode {
        let termination = Process.termination()
        return await withTaskGroup(of: ExitCode.self) { group in
            group.addTask { await transcribeAll() }
            group.addTask {
                await termination.wait()
                return .interrupted
            }
            let first = await group.next() ?? .failed
            group.cancelAll()
            // The work ends before the process does; its own word counts only if it came first.
            await group.waitForAll()
            return first
        }
    }

    private func transcribeAll() async -> ExitCode {
        var code = ExitCode.done
        do {
            let inputs = TranscribeInputs(invocation.operands)
            for complaint in inputs.complaints {
                Console.complain(complaint)
                code = .failed
            }
            guard !inputs.files.isEmpty else { return .failed }
            if let complaint = needsFolder(inputs.files.count) {
                Console.complain(complaint)
                return .usage
            }
            let output = try invocation.output.map {
                try TranscribeOutput(folder: $0, force: invocation.transcribing.force)
            }
            let reader = try SoundFileReader(readsRaw: true)
            let engines = try await Assembly.transcribing(configuration, root: root, log: quietLog)
            let work = TranscribeWork(
                invocation: invocation, reader: reader, recognizer: engines.recognizer,
                transcriber: engines.transcriber, output: output, isAlone: inputs.files.count == 1)
            for file in inputs.files where !Task.isCancelled {
                do {
                    try await work.transcribe(file)
                } catch {
                    guard !Task.isCancelled else { break }
                    Console.complain("\(file.name): \(explain(error))")
                    code = .failed
                }
            }
        } catch {
            if !Task.isCancelled { Console.complain(explain(error)) }
            return .failed
        }
        return code
    }

    /// Only plain text says which file it is of.
    private func needsFolder(_ count: Int) -> String? {
        guard count > 1, invocation.output == nil, let format = invocation.transcribing.format, format != .text else {
            return nil
        }
        return "\(count) files as \(format.rawValue) would run into one another: name a folder with --output."
    }
}
