import Foundation

/// Finds the ELF images inside a driver's program binary.
///
/// PoCL's binary holds one shared object a kernel and work-group size, uncompressed (`pocl_binary.c`); the images are
/// found by their magic number and measured by the section table at their end (ELF-64 specification, chapter 1).
struct NativeImages {
    let images: [Data]

    init(in binary: [UInt8]) {
        let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2]
        var found: [Data] = []
        var position = 0
        while position + 64 <= binary.count {
            guard binary[position] == magic[0], Array(binary[position..<(position + magic.count)]) == magic,
                let size = Self.size(of: binary[position...]), position + size <= binary.count
            else {
                position += 1
                continue
            }
            found.append(Data(binary[position..<(position + size)]))
            position += size
        }
        images = found
    }

    /// Bytes up to the end of the section table.
    private static func size(of image: ArraySlice<UInt8>) -> Int? {
        func number(at offset: Int, bytes: Int) -> Int? {
            let field = image.dropFirst(offset).prefix(bytes)
            guard field.count == bytes, (field.last ?? 0xFF) < 0x80 else { return nil }
            return field.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard let table = number(at: 40, bytes: 8), let entry = number(at: 58, bytes: 2),
            let count = number(at: 60, bytes: 2), table < image.count
        else { return nil }
        return table + entry * count
    }
}
