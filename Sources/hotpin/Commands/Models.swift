import FoundationEssentials

extension CommandContext {
    /// Lists the models of the catalogue and which are installed, and those that were added besides.
    func models() -> ExitCode {
        guard let text = root.text(of: "Models/catalog.json"),
            let catalogue = try? JSONDecoder().decode(ModelCatalogue.self, from: Data(text.utf8))
        else {
            Console.complain("Models/catalog.json is missing or damaged; run this inside the project's folder.")
            return .failed
        }
        let folder = root.resolve(configuration.modelsDirectory)
        var rows = catalogue.models.map { model in
            ModelRow(
                name: model.name, kind: model.kind, megabytes: model.bytes / 1_000_000, licence: model.licence,
                installed: InstallRoot.exists("\(folder)/\(model.name)/VERSION"), purpose: model.purpose)
        }
        let known = Set(rows.map(\.name))
        let added = RecognitionFolder.all(in: folder, Assembly.precision(configuration))
            .filter { !known.contains($0.model.name) }.sorted { $0.model.name < $1.model.name }
        rows += added.map { found in
            ModelRow(
                name: found.model.name, kind: "recognizer", megabytes: found.bytes / 1_000_000,
                licence: "its makers' licence", installed: true, purpose: "Added with scripts/model.sh.")
        }
        if invocation.json {
            Console.print(json: rows)
            return .done
        }
        for row in rows {
            Console.print("\(row.installed ? "✓" : " ") \(row.name)  \(row.megabytes) MB  \(row.licence)")
            Console.print("    \(row.purpose)")
            if !row.installed { Console.print("    install it: scripts/setup.sh --with \(row.name)") }
        }
        return .done
    }
}

/// A line of `hotpin models`.
private struct ModelRow: Encodable {
    var name: String
    var kind: String
    var megabytes: Int
    var licence: String
    var installed: Bool
    var purpose: String
}

/// The part of `Models/catalog.json` that is shown.
private struct ModelCatalogue: Decodable {
    struct Part: Decodable {
        struct File: Decodable {
            var size: Size
        }
        struct Conversion: Decodable {
            var makes: [File]
        }
        /// A number, or one an architecture.
        enum Size: Decodable {
            case bytes(Int)
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Int.self) {
                    self = .bytes(number)
                } else {
                    self = .bytes(try container.decode([String: Int].self).values.max() ?? 0)
                }
            }
            var count: Int {
                switch self {
                case .bytes(let count): count
                }
            }
        }
        var name: String
        var kind: String
        var licence: String
        var purpose: String
        var folder: String
        var files: [File]
        var convert: Conversion?

        /// What it takes on the disk.
        var bytes: Int { (convert?.makes ?? files).reduce(0) { $0 + $1.size.count } }
    }
    var parts: [Part]

    var models: [Part] { parts.filter { $0.folder.hasPrefix("models/") } }
}
