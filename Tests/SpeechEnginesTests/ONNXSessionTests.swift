import SpeechEngines
import Testing
import VoicePipeline

@Suite struct ONNXSessionTests {
    private let runtime: ONNXRuntime
    private let session: ONNXSession

    init() throws {
        runtime = try ONNXTestParts.runtime()
        session = try ONNXSession(runtime, model: ONNXTestParts.sileroModel, threads: .caller)
    }

    private func inputs() throws -> KeyValuePairs<String, ONNXTensor> {
        [
            "input": try ONNXTensor(runtime, shape: [1, 576], repeating: Float(0.1)),
            "state": try ONNXTensor(runtime, shape: [2, 1, 128], repeating: Float(0)),
            "sr": try ONNXTensor(runtime, [16000] as [Int64], shape: []),
        ]
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
            let short = try ONNXSession(runtime, model: ONNXTestParts.sileroModel, threads: .caller)
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
        let whole = try #require(ONNXTestParts.read(ONNXTestParts.sileroModel))
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
        func once() throws {
            _ = try session.run(inputs(), outputs: ["stateN"])
            let wrong = try ONNXTensor(runtime, shape: [1, 7], repeating: Float(0))
            #expect(throws: EngineError.self) { try session.run(["input": wrong], outputs: ["output"]) }
            let binding = try ONNXBinding(session)
            #expect(throws: EngineError.self) { try binding.run(cancellation: EngineCancellation()) }
        }
        for _ in 0..<200 { try once() }
        let before = ONNXTestParts.residentBytes()
        for _ in 0..<1000 { try once() }
        // Other suites run beside this one and load models, so only what would be a leak a run counts.
        #expect(ONNXTestParts.residentBytes() - before < 400 << 20)
    }
}
