import SpeechEngines
import Testing
import VoicePipeline

@Suite struct ONNXTensorTests {
    private let runtime: ONNXRuntime

    init() throws {
        runtime = try ONNXTestParts.runtime()
    }

    @Test func keepsItsElements() throws {
        let tensor = try ONNXTensor(runtime, [1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(tensor.count == 6)
        #expect(try tensor.elements(of: Float.self) == [1, 2, 3, 4, 5, 6])
        try tensor.withElements(of: Float.self) { $0[5] = 7 }
        #expect(try tensor.elements(of: Float.self).last == 7)
    }

    @Test func aSingleValueHasNoLengths() throws {
        let tensor = try ONNXTensor(runtime, [5] as [Int64], shape: [])
        #expect(tensor.count == 1)
        #expect(try tensor.elements(of: Int64.self) == [5])
    }

    @Test func sharesAndKeepsAnothersMemory() throws {
        var whole: ONNXTensor? = try ONNXTensor(runtime, shape: [8], repeating: Int64(3))
        let part = try ONNXTensor(sharing: try #require(whole), shape: [1, 2])
        try whole?.withElements(of: Int64.self) { $0[1] = 9 }
        whole = nil
        #expect(try part.elements(of: Int64.self) == [3, 9])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let tensor = try ONNXTensor(runtime, shape: [2], repeating: Float(0))
        #expect(throws: EngineError.self) { try ONNXTensor(sharing: tensor, shape: [3]) }
        #expect(throws: EngineError.self) { try ONNXTensor(runtime, [1, 2] as [Float], shape: [3]) }
        #expect(throws: EngineError.self) { try ONNXTensor(runtime, shape: [-1], repeating: Float(0)) }
        #expect(throws: EngineError.self) { try ONNXTensor(runtime, shape: [1 << 40, 1 << 40], repeating: Float(0)) }
        #expect(throws: EngineError.self) { try tensor.elements(of: Int32.self) }
    }

    @Test func maybeEmpty() throws {
        let tensor = try ONNXTensor(runtime, shape: [0, 4], repeating: Float(0))
        #expect(try tensor.elements(of: Float.self).isEmpty)
    }
}
