import Foundation
import Workers

/// A request to the baseline worker; `docs/baselines.md` specifies the protocol.
enum BaselineRequest: Encodable {
    case load(model: Data, threads: Int, buffers: [BufferDescriptor])
    case bind(buffers: [BufferDescriptor])
    case run(count: Int)

    private enum Key: String, CodingKey { case op, model, threads, buffers, count }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .load(let model, let threads, let buffers):
            try fields.encode("load", forKey: .op)
            try fields.encode(model.base64EncodedString(), forKey: .model)
            try fields.encode(threads, forKey: .threads)
            try fields.encode(buffers, forKey: .buffers)
        case .bind(let buffers):
            try fields.encode("bind", forKey: .op)
            try fields.encode(buffers, forKey: .buffers)
        case .run(let count):
            try fields.encode("run", forKey: .op)
            try fields.encode(count, forKey: .count)
        }
    }
}

/// What the baseline worker answers.
struct BaselineAnswer: Decodable {
    struct Failure: Decodable {
        var code: String
        var message: String
    }

    var ok: Bool
    var error: Failure?
    /// Versions by component, in the answer to `load`.
    var versions: [String: String]?
}
