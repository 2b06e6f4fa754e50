/// What a function of the driver answered in place of success, with the driver's own words for it.
struct CUDAStatus: Error, Sendable, Hashable, CustomStringConvertible {
    /// A `CUresult`.
    var code: Int32
    /// The constant's name, e.g. `CUDA_ERROR_ILLEGAL_ADDRESS`.
    var name: String
    /// What it means.
    var text: String

    var description: String { text.isEmpty ? name : "\(name): \(text)" }
}
