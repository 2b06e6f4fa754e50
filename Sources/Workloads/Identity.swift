import Crypto
import Foundation

extension Workload {
    /// The identity: SHA-256, in hexadecimal, of the canonical JSON (sorted keys) of everything that decides what is
    /// computed. The label, the scalars already baked into nodes and metadata do not count.
    public var contentHash: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let canonical = try? encoder.encode(IdentityForm(workload: self)) else {
            preconditionFailure("every workload has a JSON form")
        }
        return SHA256.hash(data: canonical).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

private struct IdentityForm: Encodable {
    var workload: Workload

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try workload.encodeIdentity(into: &fields)
    }
}
