/// What a recording is cut into.
package enum RecordingPart: Equatable, Sendable {
    /// Audio for one pass of a recognizer.
    case window(RecordingWindow)
    /// Up to this sample, from the recording's beginning, there is nothing further to recognise.
    case silence(until: Int)
}
