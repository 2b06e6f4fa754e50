import Foundation
import KernelIR

/// A cubin taken apart: what each kernel occupies, and its instructions.
public struct CUDABinary: Sendable, Hashable {
    /// What the code is for.
    public var architecture: CUDAArchitecture
    /// Registers, memory and, where the compiler's report was at hand, spills; in the order of the file.
    public var kernels: [KernelResources]
    /// The machine code.
    public var listing: SASSListing

    /// Puts together what was read.
    public init(architecture: CUDAArchitecture, kernels: [KernelResources], listing: SASSListing) {
        (self.architecture, self.kernels, self.listing) = (architecture, kernels, listing)
    }

    /// What a kernel occupies.
    public subscript(name: String) -> KernelResources? { kernels.first { $0.name == name } }
}
