import CUDAToolchain

/// What NVRTC made of a solution: machine code for one generation, and the PTX it was made from.
///
/// A driver that cannot run the machine code compiles the PTX, as on GPUs newer than the compiler.
struct CUDAImage {
    /// An ELF file; may be empty.
    var cubin: [UInt8]
    var ptx: String

    init(_ code: CUDACode) { (cubin, ptx) = (code.cubin, code.ptx) }

    init(cubin: [UInt8], ptx: String) { (self.cubin, self.ptx) = (cubin, ptx) }

    /// Reads what `bytes` wrote; nil for anything else.
    init?(bytes: [UInt8]) {
        guard bytes.count >= Self.headBytes else { return nil }
        let count = bytes.prefix(Self.headBytes).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard count <= UInt64(bytes.count - Self.headBytes) else { return nil }
        let code = bytes.dropFirst(Self.headBytes)
        cubin = Array(code.prefix(Int(count)))
        ptx = String(decoding: code.dropFirst(Int(count)), as: UTF8.self)
    }

    /// The length of the machine code in eight bytes, lowest first; the machine code; the PTX.
    var bytes: [UInt8] {
        withUnsafeBytes(of: UInt64(cubin.count).littleEndian) { Array($0) } + cubin + Array(ptx.utf8)
    }

    /// The kernels' symbols, in the order of the PTX.
    var kernels: [String] {
        let words = ptx.split(whereSeparator: \.isWhitespace)
        return zip(words, words.dropFirst()).filter { $0.0 == ".entry" }.map { String($0.1.prefix { $0 != "(" }) }
    }

    private static let headBytes = MemoryLayout<UInt64>.size
}
