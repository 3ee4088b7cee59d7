import FoundationEssentials

/// The members of a JSON object that a client posted.
struct JSONFields {
    private enum Value: Decodable {
        case text(String)
        case number(Double)
        case truth(Bool)
        case null
        case other

        init(from decoder: any Decoder) throws {
            guard let container = try? decoder.singleValueContainer() else {
                self = .other
                return
            }
            if container.decodeNil() {
                self = .null
            } else if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .other
            }
        }
    }

    private let values: [String: Value]

    /// - Throws: 422 for what is no JSON object.
    init(_ json: [UInt8]) throws(ServiceFailure) {
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(json))
        } catch {
            var failure = ServiceFailure.invalid("0", "The body is no JSON object.")
            failure.field?.type = "json_invalid"
            throw failure
        }
    }

    /// nil without the member, or for null.
    func string(_ name: String) throws(ServiceFailure) -> String? {
        switch values[name] {
        case nil, .null?: return nil
        case .text(let text)?: return text
        default: throw Self.wrongType(name, "string")
        }
    }

    func number(_ name: String) throws(ServiceFailure) -> Double? {
        switch values[name] {
        case nil, .null?: return nil
        case .number(let number)?: return number
        default: throw Self.wrongType(name, "number")
        }
    }

    private static func wrongType(_ name: String, _ type: String) -> ServiceFailure {
        var failure = ServiceFailure.invalid(name, "Input should be a valid \(type).")
        failure.field?.type = "\(type)_type"
        return failure
    }
}
