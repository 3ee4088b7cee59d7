extension CommandContext {
    /// Prints every setting; keys are masked.
    func config() -> ExitCode {
        let settings = configuration.listed()
        if invocation.json {
            Console.print(json: Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.value) }))
            return .done
        }
        for setting in settings {
            Console.print("# \(setting.summary)")
            Console.print("\(setting.name)=\(setting.value)")
        }
        return .done
    }
}
