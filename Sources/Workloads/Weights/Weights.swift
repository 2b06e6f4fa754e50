import Crypto
import Foundation
import KernelIR

/// Values of a workload's parameters, from a file beside its JSON form. Their digest is part of the workload's identity;
/// where the file lies is not.
///
/// A parameter that the file does not hold is drawn from its distribution.
public struct Weights: Sendable {
    /// The values; only parameters of the workload, in their types (`Workload.validate` checks it).
    public let file: SafetensorsFile
    /// SHA-256 of the whole file, in hexadecimal.
    public let digest: String

    /// The name under which weights lie beside `workload.json`.
    public static let fileName = "weights.safetensors"

    /// Weights made in memory or read without a promise of what they are. O(bytes).
    public init(_ file: SafetensorsFile) {
        self.file = file
        digest = SHA256.hash(data: file.data).hexadecimal
    }

    /// Opens the file that a workload's JSON names and checks its digest; throws `badInput` naming it. O(bytes).
    init(_ reference: WeightsReference, in folder: URL) throws(KernelwrightError) {
        let parts = reference.file.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), !parts.contains("") else {
            throw KernelwrightError(
                .badInput, "the weights \(reference.file) lie outside the workload's folder",
                hint: "name a file beside the JSON file, e.g. \(Self.fileName)")
        }
        let place = folder.appendingPathComponent(reference.file).path
        self.init(try SafetensorsFile(path: place))
        guard digest == reference.sha256.lowercased() else {
            throw KernelwrightError(
                .badInput, "the weights \(place) have the SHA-256 \(digest), not \(reference.sha256)",
                hint: "restore the file, or import the workload again")
        }
    }

    /// Checks that every tensor is a parameter in its type.
    func check(against parameters: [TensorSpec]) throws(KernelwrightError) {
        for tensor in file.tensors where !parameters.contains(tensor) {
            guard let parameter = parameters.first(where: { $0.name == tensor.name }) else {
                let names = parameters.prefix(12).map(\.name).joined(separator: " ")
                throw KernelwrightError(
                    .badInput, "the weights hold \(tensor.name), which is no parameter of the workload",
                    hint: "parameters are \(names)\(parameters.count > 12 ? " …" : "")")
            }
            throw KernelwrightError(
                .badInput, "the weights hold \(tensor.name) as \(tensor.type), the workload declares \(parameter.type)",
                hint: "import the workload again, or change the declaration")
        }
    }

    /// Copies a tensor's elements; false where the file does not hold it.
    /// - Precondition: `buffer` holds at least the tensor's bytes.
    func fill(_ spec: TensorSpec, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard let bytes = file.bytes(of: spec.name) else { return false }
        precondition(bytes.count <= buffer.count, "the buffer is too small for the tensor")
        bytes.copyBytes(to: buffer)
        return true
    }
}

/// Two files of the same bytes are the same weights.
extension Weights: Hashable {
    public static func == (left: Weights, right: Weights) -> Bool { left.digest == right.digest }
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// What a workload's JSON says of its weights: `{"file": "weights.safetensors", "sha256": "…"}`.
struct WeightsReference: Codable {
    /// The path from the folder of the JSON file.
    var file: String
    var sha256: String

    /// The weights, from a folder that must be known.
    func open(in folder: URL?) throws(KernelwrightError) -> Weights {
        guard let folder else {
            throw KernelwrightError(
                .badInput, "the workload has weights in the file \(file)",
                hint: "read the workload by the path of its JSON file")
        }
        return try Weights(self, in: folder)
    }
}

extension CodingUserInfoKey {
    /// The folder, as a `URL`, in which a decoder finds the weights of a workload.
    static let weightsFolder = CodingUserInfoKey(rawValue: "kernelwright.weightsFolder")!
}

extension Sequence<UInt8> {
    /// Two digits for each byte.
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
