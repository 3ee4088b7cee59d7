/// Reads an `Accept` header (RFC 9110, section 12.5.1) far enough to choose between a page and JSON.
package enum Accept {
    /// True if the client would rather have `application/json` than `text/html`. Without a header it gets the page.
    package static func prefersJSON(_ header: String?) -> Bool {
        guard let header else { return false }
        let ranges = header.lowercased().split(separator: ",").prefix(32)
        let json = quality(of: "application/json", in: ranges)
        let html = quality(of: "text/html", in: ranges)
        return json > html
    }

    /// The quality of the exact type, else 0: a browser names text/html, a program application/json, and `*/*` says
    /// nothing about which.
    private static func quality(of type: Substring, in ranges: ArraySlice<Substring>) -> Double {
        for range in ranges {
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let name = parts.first, name == type else { continue }
            for parameter in parts.dropFirst() where parameter.hasPrefix("q=") {
                return Double(parameter.dropFirst(2)) ?? 0
            }
            return 1
        }
        return 0
    }
}
