import KernelIR

/// Which values an input may take, whatever distribution it is drawn from.
public enum InputDomain: Sendable, Hashable {
    /// Integers in `0 ..< below`, e.g. class numbers.
    case indices(below: Int)
    /// Rows along the last axis that are positive and add up to 1.
    case probabilities
    /// Numbers above zero.
    case positive
    /// −1 or 1, as labels of two classes.
    case signs
}

extension InputDomain: Codable {
    /// Reads `probabilities`, `positive`, `signs`, or a number: the bound of indices.
    public init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if let bound = try? single.decode(Int.self), bound > 0 {
            self = .indices(below: bound)
            return
        }
        switch try? single.decode(String.self) {
        case "probabilities": self = .probabilities
        case "positive": self = .positive
        case "signs": self = .signs
        default:
            throw DecodingError.dataCorruptedError(
                in: single, debugDescription: "a domain is probabilities, positive, signs or the bound of indices")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        switch self {
        case .indices(let bound): try single.encode(bound)
        case .probabilities: try single.encode("probabilities")
        case .positive: try single.encode("positive")
        case .signs: try single.encode("signs")
        }
    }
}
