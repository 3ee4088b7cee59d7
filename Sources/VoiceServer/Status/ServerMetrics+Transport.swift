import Transport
import VoicePipeline

extension ServerMetrics {
    /// Adds what the network counts.
    /// - Parameter read: called at every scrape.
    public func addTransport(_ read: @escaping @Sendable () -> TransportStatistics) {
        func value(
            _ name: String, _ help: String, _ kind: MetricRegistry.Kind,
            _ value: @escaping @Sendable (TransportStatistics) -> Double
        ) {
            registry.collect(name, help, kind) { [MetricSample([], value(read()))] }
        }
        value("hotpin_connections", "Connections that are open, WebSockets among them.", .gauge) {
            Double($0.connections)
        }
        value("hotpin_websockets", "WebSockets that are open.", .gauge) { Double($0.webSockets) }
        value("hotpin_connections_accepted_total", "Connections that were taken.", .counter) { Double($0.accepted) }
        registry.collect(
            "hotpin_connections_refused_total", "Connections and requests turned away by the network, by reason.",
            .counter, labels: ["reason"]
        ) {
            let now = read()
            return [
                MetricSample(["total"], Double(now.refusedTotal)),
                MetricSample(["address"], Double(now.refusedPerAddress)),
                MetricSample(["request"], Double(now.refusedRequests)),
                MetricSample(["slow"], Double(now.droppedSlow)),
                MetricSample(["violation"], Double(now.violations)),
            ]
        }
        registry.collect(
            "hotpin_network_bytes_total", "Bytes of HTTP and WebSocket, inside TLS, by direction.", .counter,
            labels: ["direction"]
        ) {
            let now = read()
            return [MetricSample(["in"], Double(now.bytesIn)), MetricSample(["out"], Double(now.bytesOut))]
        }
        value(
            "hotpin_loop_longest_turn_seconds", "The longest time that the loop did not look at its sockets.", .gauge
        ) { Double($0.longestTurnMilliseconds) / 1000 }
    }
}
