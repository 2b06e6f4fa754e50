import Foundation
import Workers
import Workloads

/// A request to the baseline worker; `docs/baselines.md` specifies the protocol.
enum BaselineRequest: Encodable {
    /// What a runtime loads.
    enum Model {
        case onnx(OnnxModel)
        case workload(Workload)
    }

    /// With frozen parameters the runtime may prepare them whenever it is bound to buffers.
    case load(BaselineRuntime, Model, threads: Int, frozenParameters: Bool, buffers: [BufferDescriptor])
    case bind(buffers: [BufferDescriptor])
    case run(count: Int)
    case collect
    case scatter

    private enum Key: String, CodingKey {
        case op, runtime, model, workload, threads, frozenParameters, buffers, count
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .load(let runtime, let model, let threads, let frozenParameters, let buffers):
            try fields.encode("load", forKey: .op)
            try fields.encode(runtime, forKey: .runtime)
            switch model {
            case .onnx(let model): try fields.encode(model.bytes.base64EncodedString(), forKey: .model)
            case .workload(let workload): try fields.encode(workload, forKey: .workload)
            }
            try fields.encode(threads, forKey: .threads)
            try fields.encode(frozenParameters, forKey: .frozenParameters)
            try fields.encode(buffers, forKey: .buffers)
        case .bind(let buffers):
            try fields.encode("bind", forKey: .op)
            try fields.encode(buffers, forKey: .buffers)
        case .run(let count):
            try fields.encode("run", forKey: .op)
            try fields.encode(count, forKey: .count)
        case .collect:
            try fields.encode("collect", forKey: .op)
        case .scatter:
            try fields.encode("scatter", forKey: .op)
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
