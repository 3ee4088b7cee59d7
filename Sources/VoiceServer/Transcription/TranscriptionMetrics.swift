import VoicePipeline

/// What is counted of transcriptions.
public struct TranscriptionMetrics: Sendable {
    /// Recordings by what became of them: `done`, `failed`, `refused` because of the queue, `cancelled`.
    let outcomes: Counter
    /// Seconds of sound that were transcribed.
    let seconds: Counter
    /// Seconds that the models took for it.
    let inference: Counter

    /// - Parameter queue: whose length is shown.
    public init(_ registry: MetricRegistry, queue: TranscriptionQueue) {
        outcomes = registry.counter(
            "hotpin_transcriptions_total", "Recordings by what became of them.", labels: ["outcome"],
            known: [["done"], ["failed"], ["refused"], ["cancelled"]])
        seconds = registry.counter("hotpin_transcribed_seconds_total", "Seconds of recordings that were transcribed.")
        inference = registry.counter(
            "hotpin_transcription_inference_seconds_total", "Seconds that the models took for recordings.")
        registry.collect(
            "hotpin_transcriptions", "Recordings that are worked on, and that wait.", .gauge, labels: ["state"]
        ) {
            let counts = queue.counts
            return [
                MetricSample(["running"], Double(counts.running)), MetricSample(["waiting"], Double(counts.waiting)),
            ]
        }
    }

    func heard(_ transcription: Transcription) {
        seconds.add(transcription.duration)
        inference.add(transcription.inferenceSeconds)
    }

    /// Counts how a recording's work ends.
    func measured<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body()
            outcomes.count("done")
            return value
        } catch {
            let failure = ServiceFailure(error)
            outcomes.count(failure == nil ? "cancelled" : failure?.code == "server_busy" ? "refused" : "failed")
            throw error
        }
    }
}
