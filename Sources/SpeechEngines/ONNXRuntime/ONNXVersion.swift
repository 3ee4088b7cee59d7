/// A version of ONNX Runtime, such as 1.31.1.
package struct ONNXVersion: Equatable {
    var major: Int
    var minor: Int

    /// Reads the first two numbers of the library's version string.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(2).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 0, minor >= 0 else { return nil }
        self.major = major
        self.minor = minor
    }

    /// What the wrapper was written for and tried with: Documentation/Decisions/0005-onnx-runtime.md.
    static let accepted = "1.20 to 1.x"

    package var isAccepted: Bool { major == 1 && minor >= 20 }
}
