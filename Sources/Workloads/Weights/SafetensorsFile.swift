import Foundation
import KernelIR

/// Named tensors in the safetensors format (https://huggingface.co/docs/safetensors, "Format"): a little-endian 64-bit
/// length, a JSON header of that length, and the elements, row-major and little-endian.
///
/// A file is mapped, not read: opening costs its header alone.
public struct SafetensorsFile: Sendable {
    /// The whole file.
    public let data: Data
    /// The tensors in the order of their places in the file.
    public let tensors: [TensorSpec]
    private let places: [String: Range<Int>]

    /// Maps a file; throws `badInput` naming it and what of it is malformed.
    public init(path: String) throws(KernelwrightError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot read the weights \(path)", hint: "put the safetensors file there",
                cause: (error as NSError).localizedDescription)
        }
        try self.init(data, place: path)
    }

    /// Checks the content of a file; `place` begins the message of an error.
    public init(_ data: Data, place: String) throws(KernelwrightError) {
        let header = try SafetensorsHeader(data, place: place)
        self.data = data
        tensors = header.entries.map(\.spec)
        places = Dictionary(header.entries.map { ($0.spec.name, $0.bytes) }) { first, _ in first }
    }

    /// The elements of a tensor as they lie in the file, or nil where it holds none of that name.
    public func bytes(of name: String) -> Data? {
        places[name].map { data[(data.startIndex + $0.lowerBound)..<(data.startIndex + $0.upperBound)] }
    }

    /// Makes a file of tensors; equal tensors in any order give equal bytes.
    ///
    /// Wide elements come first, then names in order, so that every tensor is aligned to its elements.
    /// - Precondition: names are unique, and each tensor has exactly the bytes of its type.
    public init(_ tensors: [(spec: TensorSpec, bytes: Data)]) throws(KernelwrightError) {
        let ordered = tensors.sorted {
            ($1.spec.dtype.byteCount, $0.spec.name) < ($0.spec.dtype.byteCount, $1.spec.name)
        }
        var content = try SafetensorsHeader.encode(ordered.map(\.spec))
        content.reserveCapacity(content.count + ordered.map(\.bytes.count).reduce(0, +))
        for tensor in ordered {
            precondition(tensor.bytes.count == tensor.spec.byteCount, "\(tensor.spec.name) has other bytes")
            content.append(tensor.bytes)
        }
        try self.init(content, place: "weights")
    }
}
