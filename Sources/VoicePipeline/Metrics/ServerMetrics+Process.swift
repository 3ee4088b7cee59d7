extension ServerMetrics {
    /// Adds what the system knows about this process, under the names that every Prometheus client uses.
    /// - Parameters:
    ///   - version: of this program.
    ///   - startTime: seconds since 1970.
    public func addProcess(version: String, startTime: Double) {
        registry.collect(
            "hotpin_build_info", "The program; the value is always 1.", .gauge, labels: ["version"]
        ) { [MetricSample([version], 1)] }
        registry.collect("process_start_time_seconds", "When the process started, since 1970.", .gauge) {
            [MetricSample([], startTime)]
        }
        registry.collect("process_cpu_seconds_total", "Processor time that the process used.", .counter) {
            [MetricSample([], ProcessUsage.cpuSeconds)]
        }
        registry.collect("process_resident_memory_bytes", "Memory that the process holds.", .gauge) {
            [MetricSample([], ProcessUsage.residentBytes)]
        }
        registry.collect("process_open_fds", "Open descriptors.", .gauge) {
            [MetricSample([], Double(ProcessUsage.openDescriptors))]
        }
        registry.collect("process_max_fds", "Descriptors that may be open.", .gauge) {
            [MetricSample([], ProcessUsage.maximumDescriptors)]
        }
    }

    /// Adds the state of every engine's worker.
    public func addEngines() {
        let roster: @Sendable () -> [EngineStatistics] = { EngineWorker.statistics() }
        registry.collect(
            "hotpin_engine_queue_depth", "Work that waits for an engine, by priority.", .gauge,
            labels: ["engine", "priority"]
        ) {
            roster().flatMap { engine in
                EnginePriority.allCases.map {
                    MetricSample([engine.name, "\($0)"], Double(engine.waiting[$0, default: 0]))
                }
            }
        }
        registry.collect(
            "hotpin_engine_busy_seconds_total", "Time that an engine's threads computed.", .counter, labels: ["engine"]
        ) { roster().map { MetricSample([$0.name], $0.busySeconds) } }
        registry.collect("hotpin_engine_threads", "Threads of an engine.", .gauge, labels: ["engine"]) {
            roster().map { MetricSample([$0.name], Double($0.threads)) }
        }
        registry.collect("hotpin_engine_running", "Work that an engine computes now.", .gauge, labels: ["engine"]) {
            roster().map { MetricSample([$0.name], Double($0.running)) }
        }
        registry.collect("hotpin_engine_refused_total", "Work that found a full queue.", .counter, labels: ["engine"]) {
            roster().map { MetricSample([$0.name], Double($0.refused)) }
        }
        registry.collect(
            "hotpin_engine_shed_total", "Looks and speculation given up for other work.", .counter, labels: ["engine"]
        ) { roster().map { MetricSample([$0.name], Double($0.shed)) } }
        registry.collect("hotpin_engine_finished_total", "Work that ended.", .counter, labels: ["engine"]) {
            roster().map { MetricSample([$0.name], Double($0.finished)) }
        }
    }
}
