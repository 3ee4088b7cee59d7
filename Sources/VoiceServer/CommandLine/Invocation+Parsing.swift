extension Invocation {
    /// Reads the arguments after the program's name. `--name value` and `--name=value` mean the same;
    /// after `--` everything is an operand.
    public static func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        var invocation = Invocation()
        var rest = arguments[...]
        var onlyOperands = false
        while let argument = rest.popFirst() {
            if onlyOperands || !argument.hasPrefix("-") || argument == "-" {
                try invocation.take(operand: argument)
            } else if argument == "--" {
                onlyOperands = true
            } else {
                try invocation.take(option: argument, &rest)
            }
        }
        try invocation.check()
        return invocation
    }

    private mutating func take(operand: String) throws(UsageError) {
        guard command != nil else {
            guard let named = Command(rawValue: operand) else {
                let names = Command.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError(message: "“\(operand)” is no command; there are \(names).")
            }
            command = named
            return
        }
        operands.append(operand)
    }

    private mutating func take(option: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        switch option {
        case "-h", "--help": wantsHelp = true
        case "--version": wantsVersion = true
        case "--json": json = true
        default:
            if take(switch: option) { return }
            let name: String
            let value: String
            if let equals = option.firstIndex(of: "=") {
                name = String(option[..<equals])
                value = String(option[option.index(after: equals)...])
            } else if let next = rest.popFirst() {
                name = option
                value = next
            } else {
                throw UsageError(message: "\(option) needs a value.", command: command)
            }
            try take(name, value)
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(UsageError) {
        switch name {
        case "-o", "--output": output = value
        case "--session": session = value
        case "--server": server = value
        case "--cacert": certificates = value
        case "--rounds": rounds = try number(name, value, 1...1000)
        case "--pause": pause = try number(name, value, 0...5000)
        default:
            if try take(transcribing: name, value) { return }
            // `--port` and `--host` are what fingers type.
            let full = ["--port": "--server-port", "--host": "--server-host"][name] ?? name
            guard let setting = Setting.all.first(where: { $0.flag == full }) else {
                throw UsageError(message: "\(name) is no option.", command: command)
            }
            // Everyone on the machine can read the command lines of its programs.
            guard !setting.isSecret else {
                throw UsageError(
                    message:
                        "\(name) would show its key in the list of processes; set \(setting.name) in .env or in the "
                        + "environment.", command: command)
            }
            settings.append(Flag(name: full, value: value))
        }
    }

    private func number(_ name: String, _ value: String, _ range: ClosedRange<Int>) throws(UsageError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw UsageError(
                message: "\(name) takes a number from \(range.lowerBound) to \(range.upperBound).", command: command)
        }
        return number
    }

    private func checkKeys() throws(UsageError) {
        switch (operands.first, operands.count) {
        case ("list", 1), ("add", 2), ("revoke", 2): break
        default: throw UsageError(message: "keys takes add NAME, list, or revoke NAME.", command: command)
        }
    }

    private mutating func check() throws(UsageError) {
        guard !wantsHelp, !wantsVersion, let command else { return }
        try checkTranscribing()
        switch command {
        case .ask where operands.count != 1:
            throw UsageError(message: "ask takes one sound file.", command: command)
        case .say where operands.isEmpty:
            throw UsageError(message: "say takes the words to say.", command: command)
        case .keys: try checkKeys()
        case .bench where operands.first != "turn":
            throw UsageError(message: "bench takes what is to be measured: turn.", command: command)
        case .serve, .models, .config, .doctor:
            if let extra = operands.first {
                throw UsageError(message: "\(command.rawValue) takes no “\(extra)”.", command: command)
            }
        default: break
        }
        if output != nil, ![.say, .ask, .transcribe].contains(command) {
            throw UsageError(message: "--output goes with say, ask and transcribe.", command: command)
        }
        if session != nil || server != nil || certificates != nil, command != .ask, command != .bench {
            throw UsageError(message: "--session, --server and --cacert go with ask and bench.", command: command)
        }
        if rounds != Invocation().rounds || pause != Invocation().pause, command != .bench {
            throw UsageError(message: "--rounds and --pause go with bench.", command: command)
        }
        if certificates != nil, server == nil {
            throw UsageError(message: "--cacert goes with --server wss://….", command: command)
        }
    }
}
