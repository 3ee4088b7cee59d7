import Testing
import VoicePipeline

@Suite struct ServerMetricsTests {
    private func timeline(_ marks: [(TurnTimeline.Mark, Int)]) -> TurnTimeline {
        var timeline = TurnTimeline()
        let start = ContinuousClock.now
        for (mark, milliseconds) in marks { timeline.mark(mark, at: start + .milliseconds(milliseconds)) }
        timeline.utteranceSeconds = 1.5
        timeline.answerSeconds = 2.5
        return timeline
    }

    @Test func timesTheStagesOfATurn() {
        let metrics = ServerMetrics()
        var turn = timeline([
            (.speechEnd, 0), (.recognitionStart, 20), (.transcript, 400), (.reply, 403), (.firstAudio, 600),
            (.lastAudio, 700),
        ])
        metrics.turnEnded(turn, source: .skill("time"))
        turn.mark(.sent)
        metrics.turnSent(turn)
        #expect(metrics.turns.value("skill") == 1)
        for stage in ["queue", "recognition", "reply", "first_audio", "last_audio", "sent"] {
            #expect(metrics.stages.count(stage) == 1, "\(stage)")
        }
        let text = metrics.registry.text()
        #expect(text.contains(#"hotpin_turn_stage_seconds_bucket{stage="queue",le="0.025"} 1"#))
        #expect(text.contains(#"hotpin_turn_stage_seconds_bucket{stage="queue",le="0.01"} 0"#))
        #expect(text.contains(#"hotpin_turn_stage_seconds_bucket{stage="recognition",le="0.25"} 0"#))
        #expect(text.contains(#"hotpin_turn_stage_seconds_bucket{stage="recognition",le="0.5"} 1"#))
        #expect(text.contains(#"hotpin_turn_latency_seconds_bucket{until="last_audio",le="0.5"} 0"#))
        #expect(text.contains(#"hotpin_turn_latency_seconds_bucket{until="last_audio",le="1"} 1"#))
        #expect(metrics.speech.value("heard") == 1.5)
        #expect(metrics.speech.value("made") == 2.5)
        #expect(metrics.recent.percentiles?.p50 == 700)
    }

    @Test func leavesOutWhatATurnDidNotReach() {
        let metrics = ServerMetrics()
        metrics.turnEnded(timeline([(.speechEnd, 0), (.transcript, 5)]), source: .apology("no network"))
        #expect(metrics.stages.count("recognition") == 0)
        #expect(metrics.latency.count("transcript") == 1)
        #expect(metrics.errors.value("chat") == 1)
        #expect(metrics.recent.percentiles == nil)
    }

    @Test func countsFailuresByKind() {
        let metrics = ServerMetrics()
        metrics.turnFailed(.tooLong(limit: 30))
        metrics.turnFailed(.recognition(.cancelled))
        #expect(metrics.turns.value("failed") == 2)
        #expect(metrics.turnFailures.value("too_long") == 1)
        #expect(metrics.errors.value("recognition") == 1)
    }

    @Test func tellsOfTheProcess() {
        let metrics = ServerMetrics()
        metrics.addProcess(version: "1.2.3", startTime: 1_700_000_000)
        let text = metrics.registry.text()
        #expect(text.contains(#"hotpin_build_info{version="1.2.3"} 1"#))
        #expect(text.contains("process_start_time_seconds 1700000000\n"))
        #expect(ProcessUsage.residentBytes > 1e6)
        #expect(ProcessUsage.cpuSeconds > 0)
        #expect(ProcessUsage.openDescriptors >= 3)
        #expect(ProcessUsage.maximumDescriptors > 3)
    }

    @Test func tellsOfTheEngines() async throws {
        let metrics = ServerMetrics()
        metrics.addEngines()
        let worker = try EngineWorker(name: "watched engine", threads: 2)
        _ = try await worker.run { _ in 1 }
        await worker.shutDown()
        let text = metrics.registry.text()
        #expect(text.contains(#"hotpin_engine_threads{engine="watched engine"} 2"#))
        #expect(text.contains(#"hotpin_engine_finished_total{engine="watched engine"} 1"#))
        #expect(text.contains(#"hotpin_engine_queue_depth{engine="watched engine",priority="turn"} 0"#))
    }
}
