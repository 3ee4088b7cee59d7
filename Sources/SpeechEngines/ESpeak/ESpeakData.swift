import Glibc
import VoicePipeline

/// The files that libespeak-ng cannot do without.
enum ESpeakData {
    /// - Parameter path: the folder `espeak-ng-data`, or the folder that holds it.
    /// - Throws: `.unavailable` that names the first missing file.
    static func check(_ path: String) throws(EngineError) {
        let inner = "\(path)/espeak-ng-data"
        let folder = access(inner, X_OK) == 0 ? inner : path
        for file in ["phontab", "phonindex", "phondata", "intonations"] where access("\(folder)/\(file)", R_OK) != 0 {
            throw .unavailable(
                "espeak-ng's data is missing: there is no \(folder)/\(file). "
                    + "Install the Debian package espeak-ng-data, or name the folder that holds it.")
        }
    }
}
