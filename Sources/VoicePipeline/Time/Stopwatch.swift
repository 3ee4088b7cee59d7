extension Clock where Duration == Swift.Duration {
    /// A function that tells the time since this call.
    public func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: self.now) }
    }
}
