import Crypto
import Foundation

extension Workload {
    /// The identity: SHA-256, in hexadecimal, of the canonical JSON (sorted keys) of everything that decides what is
    /// computed, the weights by their digest. The label, the scalars already baked into nodes and metadata do not count.
    public var contentHash: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let canonical = try? encoder.encode(IdentityForm(workload: self)) else {
            preconditionFailure("every workload has a JSON form")
        }
        return SHA256.hash(data: canonical).hexadecimal
    }
}

private struct IdentityForm: Encodable {
    var workload: Workload

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try workload.encodeIdentity(into: &fields)
        try fields.encodeIfPresent(workload.weights?.digest, forKey: "weights")
    }
}
