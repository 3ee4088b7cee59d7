import Testing
import VoicePipeline

@Suite struct MetricRegistryTests {
    @Test func writesACounterWithItsLabels() {
        let registry = MetricRegistry()
        let turns = registry.counter("turns_total", "Turns.", labels: ["outcome", "door"], known: [["ok", "a"]])
        turns.count("bad", "b")
        turns.add(1.5, ["bad", "b"])
        #expect(
            registry.text() == """
                # HELP turns_total Turns.
                # TYPE turns_total counter
                turns_total{outcome="ok",door="a"} 0
                turns_total{outcome="bad",door="b"} 2.5

                """)
    }

    @Test func aCounterNeverShrinks() {
        let counter = MetricRegistry().counter("c_total", "C.")
        counter.add(2)
        for amount in [-1, .nan, .infinity, 0] { counter.add(amount) }
        #expect(counter.value() == 2)
    }

    @Test func writesAHistogramWithGrowingBuckets() {
        let registry = MetricRegistry()
        let times = registry.histogram("t_seconds", "T.", bounds: [1, 0.1, .infinity, 0.1])
        for time in [0.05, 0.1, 0.5, 7, .nan] { times.observe(time) }
        #expect(
            registry.text() == """
                # HELP t_seconds T.
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.1"} 2
                t_seconds_bucket{le="1"} 3
                t_seconds_bucket{le="+Inf"} 4
                t_seconds_sum 7.65
                t_seconds_count 4

                """)
    }

    @Test func escapesWhatWouldEndALine() {
        let registry = MetricRegistry()
        registry.gauge("g", "a \\ \"b\"\nc", labels: ["l"]).set(1, "x\\y\"\nz")
        #expect(registry.text().split(separator: "\n").count == 3)
        #expect(registry.text().contains(#"# HELP g a \\ "b"\nc"#))
        #expect(registry.text().contains(#"g{l="x\\y\"\nz"} 1"#))
    }

    @Test(arguments: [
        (0.0, "0"), (-3, "-3"), (0.005, "0.005"), (1e15, "1000000000000000.0"), (1e20, "1e+20"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"),
        (.nan, "NaN"), (1_763_709_270.25, "1763709270.25"),
    ])
    func writesNumbers(_ value: Double, _ text: String) {
        #expect(MetricText.number(value) == text)
    }

    @Test func labelsAreBoundedWhateverTheyAreMadeOf() {
        let registry = MetricRegistry()
        let counter = registry.counter("c_total", "C.", labels: ["who"])
        for number in 0..<10_000 { counter.count("stranger-\(number)") }
        counter.count("too", "many", "labels")
        counter.count()
        #expect(counter.total == 10_002)
        #expect(counter.value("other") > 9_000)
        #expect(registry.text().split(separator: "\n").count < 140)
    }

    @Test func aSecondMetricOfOneNameReplacesTheFirst() {
        let registry = MetricRegistry()
        registry.gauge("g", "Old.").set(1)
        registry.collect("g", "New.", .gauge) { [MetricSample([], 2)] }
        #expect(registry.text() == "# HELP g New.\n# TYPE g gauge\ng 2\n")
    }

    @Test func countsFromManyTasksAtOnce() async {
        let counter = MetricRegistry().counter("c_total", "C.", labels: ["l"])
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { for _ in 0..<1_000 { counter.count("\(task % 2)") } }
            }
        }
        #expect(counter.value("0") == 4_000)
        #expect(counter.total == 8_000)
    }

    @Test func aGaugeGoesUpAndDown() {
        let gauge = MetricRegistry().gauge("g", "G.")
        gauge.add(3)
        gauge.add(-1)
        #expect(gauge.value() == 2)
    }
}
