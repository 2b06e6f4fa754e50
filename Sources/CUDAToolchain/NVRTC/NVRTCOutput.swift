/// Something that NVRTC hands out by two functions: one for the size, one that fills memory.
struct NVRTCOutput {
    typealias Size = (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<Int>?) -> Int32
    typealias Fill = (OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int32

    /// What was handed out; empty where there is nothing, as without machine code.
    let bytes: [UInt8]

    init(_ library: OpaquePointer, _ program: OpaquePointer, _ size: Size, _ fill: Fill) {
        var count = 0
        guard size(library, program, &count) == 0, count > 0 else {
            bytes = []
            return
        }
        var characters = [CChar](repeating: 0, count: count)
        bytes = fill(library, program, &characters) == 0 ? characters.map { UInt8(bitPattern: $0) } : []
    }

    /// The bytes up to the closing zero as text.
    var text: String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
