import SpeechEngines
import Testing
import VoicePipeline

@Suite struct ONNXSessionTests {
    private let runtime: ONNXRuntime
    private let session: ONNXSession

    init() throws {
        runtime = try ONNXTestParts.runtime()
        session = try ONNXSession(runtime, model: ONNXTestParts.smallGraph, threads: .caller)
    }

    private func inputs() throws -> KeyValuePairs<String, ONNXTensor> {
        try ONNXTestParts.smallInputs(runtime)
    }

    @Test func namesItsInputsAndOutputs() {
        #expect(session.inputs.map(\.name).sorted() == ["input", "sr", "state"])
        #expect(session.outputs.map(\.name) == ["output", "stateN"])
        #expect(session.inputs.first { $0.name == "sr" }?.elementType == .int64)
    }

    @Test func runsAndGivesShapedResults() throws {
        let results = try session.run(inputs(), outputs: ["stateN", "output"])
        #expect(results.map(\.shape) == [[2, 1, 128], [1, 1]])
        let probability = try #require(try results[1].elements(of: Float.self).first)
        #expect(probability > 0 && probability < 1)
    }

    @Test func theResultsOutliveTheSession() throws {
        var results: [ONNXTensor] = []
        do {
            let short = try ONNXSession(runtime, model: ONNXTestParts.smallGraph, threads: .caller)
            results = try short.run(inputs(), outputs: ["stateN"])
        }
        #expect(try results[0].elements(of: Float.self).count == 256)
    }

    @Test func aBindingGivesTheSameAsARun() throws {
        let free = try session.run(inputs(), outputs: ["output"])
        let output = try ONNXTensor(runtime, shape: [1, 1], repeating: Float(-1))
        let state = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
        let binding = try ONNXBinding(session)
        for (name, tensor) in try inputs() { try binding.bind(input: name, to: tensor) }
        try binding.bind(output: "output", to: output)
        try binding.bind(output: "stateN", to: state)
        try binding.run()
        #expect(try output.elements(of: Float.self) == free[0].elements(of: Float.self))
    }

    @Test func aMissingInputIsAnError() throws {
        let input = try ONNXTensor(runtime, shape: [1, 576], repeating: Float(0))
        #expect(throws: EngineError.self) { try session.run(["input": input], outputs: ["output"]) }
    }

    @Test func anUnknownNameIsAnError() throws {
        let binding = try ONNXBinding(session)
        let input = try ONNXTensor(runtime, shape: [1], repeating: Float(0))
        #expect(throws: EngineError.self) { try session.run(inputs(), outputs: ["nothing"]) }
        #expect(throws: EngineError.self) { try binding.bind(input: "nothing", to: input) }
    }

    @Test func aWrongElementTypeIsAnError() throws {
        let state = try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0))
        let input = try ONNXTensor(runtime, shape: [1, 576], repeating: Int32(0))
        let rate = try ONNXTensor(runtime, [16000] as [Int64], shape: [])
        #expect(throws: EngineError.self) {
            try session.run(["input": input, "state": state, "sr": rate], outputs: ["output"])
        }
    }

    @Test func aMissingModelIsNamed() throws {
        #expect {
            try ONNXSession(runtime, model: "/nowhere/model.onnx")
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains("/nowhere/model.onnx") && !text.contains("\n")
        }
    }

    @Test(arguments: [0, 1, 100, 4096, 1_000_000])
    func aDamagedModelIsAnError(bytes count: Int) throws {
        let path = ONNXTestParts.temporaryPath("damaged.onnx")
        let whole = try #require(ONNXTestParts.read(ONNXTestParts.smallGraph))
        ONNXTestParts.write(Array(whole.prefix(count)), to: path)
        defer { ONNXTestParts.remove(path) }
        #expect {
            try ONNXSession(runtime, model: path)
        } throws: { error in
            guard case .unavailable(let text) = error as? EngineError else { return false }
            return text.contains(path)
        }
    }

    @Test func anotherModelIsNotMistakenForTheExpectedOne() {
        let port = ONNXPort(name: "input", elementType: .float, shape: [nil, nil])
        #expect(throws: EngineError.self) { try session.validate(inputs: [port], outputs: []) }
        #expect(throws: EngineError.self) { try session.validate(inputs: session.inputs, outputs: [port]) }
        #expect(throws: Never.self) { try session.validate(inputs: session.inputs, outputs: session.outputs) }
    }

    @Test func aCancelledRunDoesNotStart() throws {
        let cancellation = EngineCancellation()
        cancellation.cancel()
        #expect(throws: EngineError.cancelled) {
            try session.run(inputs(), outputs: ["output"], cancellation: cancellation)
        }
    }

    @Test func manyRunsGoodAndBadKeepMemoryFlat() throws {
        let path = ONNXTestParts.temporaryPath("probe.onnx")
        ONNXTestParts.write(ONNXProbe.graph, to: path)
        defer { ONNXTestParts.remove(path) }
        let probe = try ONNXSession(runtime, model: path)
        let rows = 100_000
        let k = try ONNXTensor(runtime, [1] as [Int64], shape: [])
        let longName = String(repeating: "n", count: 1_000_000)
        // By hand, because an expectation would write down every error, and these are long.
        func fails(_ body: () throws -> Void) -> Bool { (try? body()) == nil }
        /// Whatever one round forgot to free would be a megabyte: tensors, results, bindings, and error messages.
        func round() throws -> Bool {
            let x = try ONNXTensor(runtime, shape: [rows, 3], repeating: Float(1))
            let y = try ONNXTensor(runtime, shape: [rows, 2], repeating: Float(0))
            let runs = try probe.run(["x": x, "k": k], outputs: ["y"]).first?.shape == [rows, 2]
            let refuses =
                fails { _ = try probe.run(["x": x], outputs: ["y"]) }
                && fails { _ = try probe.run(["x": x, "k": k], outputs: ["y", longName]) }
            let binding = try ONNXBinding(probe)
            try binding.bind(input: "x", to: x)
            try binding.bind(output: "y", to: y)
            let needsAll = fails { try binding.run(cancellation: EngineCancellation()) }
            try binding.bind(input: "k", to: k)
            try binding.run(cancellation: EngineCancellation())
            return runs && refuses && needsAll
        }
        for _ in 0..<20 { _ = try round() }
        var all = true
        var growth = Int.max
        // A leak would be 600 MB or more each time. Other suites load models meanwhile, but not time after time.
        for _ in 0..<4 where growth >= 400 << 20 {
            let before = ONNXTestParts.residentBytes()
            for _ in 0..<800 { all = try round() && all }
            growth = Int(ONNXTestParts.residentBytes()) - Int(before)
        }
        #expect(all)
        #expect(growth < 400 << 20)
    }
}
