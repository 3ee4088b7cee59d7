/// How an `Endpointer` tells speech from silence and a pause from an end. Times are milliseconds; the endpointer rounds
/// them up to whole frames and mends what contradicts itself.
public struct EndpointerSettings: Equatable, Sendable {
    /// Speech begins at this probability, 0…1.
    public var threshold: Float = 0.5
    /// Speech goes on until the probability falls this far below the threshold.
    public var hysteresis: Float = 0.15
    /// Speech begins after so many frames in a row at the threshold; a click has fewer.
    public var onsetFrames = 3
    /// What is said to begin before the first frame of speech, because a soft consonant comes before the voice.
    public var lead = 250
    /// Less speech than this in one utterance is a cough.
    public var minimumSpeech = 300
    /// Silence after which the utterance may be over: work ahead of the user begins. The detector lags behind some 50 ms, so
    /// that the last sound was about 150 ms ago.
    public var pause = 96
    /// Silence after which the utterance is over, when nothing hints at more or less.
    public var silence = 700
    /// What hints can shorten the silence to. Never below the pause, and no more than the silence.
    public var shortestSilence = 550
    /// What hints can lengthen the silence to. No less than the silence.
    public var longestSilence = 1500

    public init() {}
}
