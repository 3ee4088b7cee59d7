import VoicePipeline

/// A tiny graph with a known result, run once when the library is opened, because a table of functions in another
/// order than expected would crash or compute nonsense later, in the middle of someone's sentence.
package enum ONNXProbe {
    /// `y = x · w + k`; made by `Tools/golden/onnx_probe.py`.
    package static let graph: [UInt8] = [
        8, 7, 18, 6, 104, 111, 116, 112, 105, 110, 58, 161, 1, 10, 17, 10, 1, 120, 10, 1, 119, 18, 1, 109, 34, 6,
        77, 97, 116, 77, 117, 108, 10, 23, 10, 1, 107, 18, 1, 102, 34, 4, 67, 97, 115, 116, 42, 9, 10, 2, 116, 111,
        24, 1, 160, 1, 2, 10, 14, 10, 1, 109, 10, 1, 102, 18, 1, 121, 34, 3, 65, 100, 100, 18, 5, 112, 114, 111,
        98, 101, 42, 35, 8, 3, 8, 2, 16, 1, 66, 1, 119, 74, 24, 0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 64, 64, 0, 0,
        128, 64, 0, 0, 160, 192, 0, 0, 192, 64, 90, 20, 10, 1, 120, 18, 15, 10, 13, 8, 1, 18, 9, 10, 3, 18, 1, 110,
        10, 2, 8, 3, 90, 11, 10, 1, 107, 18, 6, 10, 4, 8, 7, 18, 0, 98, 20, 10, 1, 121, 18, 15, 10, 13, 8, 1, 18,
        9, 10, 3, 18, 1, 110, 10, 2, 8, 2, 66, 4, 10, 0, 16, 13, 114, 10, 10, 5, 112, 114, 111, 98, 101, 18, 1, 49,
    ]

    /// - Throws: `.unavailable` when the graph does not give its known result.
    static func run(on runtime: ONNXRuntime) throws(EngineError) {
        do throws(EngineError) {
            let session = try ONNXSession(runtime, .bytes(graph), path: "probe", threads: .shared)
            let ports = session.inputs + session.outputs
            let expected = [
                ONNXPort(name: "x", elementType: .float, shape: [nil, 3]),
                ONNXPort(name: "k", elementType: .int64, shape: []),
                ONNXPort(name: "y", elementType: .float, shape: [nil, 2]),
            ]
            let x = try ONNXTensor(runtime, [0.5, 1, 2, -1, 0.25, 8] as [Float], shape: [2, 3])
            let k = try ONNXTensor(runtime, [7] as [Int64], shape: [])
            let known: [Float] = [0.5, 22, -33.25, 58]
            let free = try session.run(["x": x, "k": k], outputs: ["y"])
            let y = try ONNXTensor(runtime, shape: [2, 2], repeating: Float(0))
            let binding = try ONNXBinding(session)
            try binding.bind(input: "x", to: x)
            try binding.bind(input: "k", to: k)
            try binding.bind(output: "y", to: y)
            try binding.run(cancellation: EngineCancellation())
            guard ports == expected, try session.metadata("probe") == "1", free.first?.shape == [2, 2],
                try free.first?.elements(of: Float.self) == known, try y.elements(of: Float.self) == known
            else { throw .failed(engine: "ONNX Runtime", code: 1, message: "a known graph gives a wrong result") }
        } catch {
            throw .unavailable("ONNX Runtime \(runtime.version) does not work on this machine: \(error)")
        }
    }
}
